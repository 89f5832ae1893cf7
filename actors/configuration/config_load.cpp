#include "actors/configuration/config.hpp"
#include "actors/configuration/config_reader.hpp"
#include "actors/configuration/config_tree.hpp"
#include "actors/configuration/config_units.hpp"

#include <algorithm>
#include <bit>
#include <cerrno>
#include <fcntl.h>
#include <thread>
#include <unistd.h>

namespace vedette {

namespace {

using failures = std::vector<error>;

/// Those of bpf/'s rings, whose size is a power of two of whole pages.
constexpr std::size_t largest_ring = std::size_t{1} << 31U;

std::size_t page_size() {
  return static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
}

void check_rings(const config& what, failures& problems) {
  const auto shards = std::size_t{what.pipeline.shards};
  const auto each = what.rings.total_bytes / shards;
  if (each >= page_size() && each <= largest_ring)
    return;
  problems.push_back(
      {ec::invalid_config,
       what.places.before("rings.total")
           + "rings.total: " + format_size(what.rings.total_bytes) + " among "
           + std::to_string(shards) + (shards == 1 ? " shard" : " shards") + " is too "
           + (each < page_size() ? "little" : "much") + "; expected "
           + format_size(shards * page_size()) + " to "
           + format_size(shards * largest_ring) + ", for each shard "
           + format_size(page_size()) + " to " + format_size(largest_ring)});
}

/// `--set sinks.out.path=x` changes the default sink, if the file has no sinks of its
/// own.
void add_defaults_by_name(config_node& root, const std::string& set) {
  config defaults;
  const auto path = std::string_view{set}.substr(0, set.find('='));
  for (const auto* key : keys_in("")) {
    if (key->type != key_type::named || !path.starts_with(std::string{key->path} + "."))
      continue;
    if (const auto* given = root.find(key->path);
        given != nullptr && given->is != config_node::kind::null)
      continue;
    for (const auto& name : names_in(key->slot(defaults, {})))
      static_cast<void>(apply_set(root, std::string{key->path} + "." + name + "={}"));
  }
}

std::expected<config, failures> read(config_node root,
                                     std::span<const std::string> sets,
                                     const config_host& host, failures problems) {
  for (const auto& set : sets) {
    add_defaults_by_name(root, set);
    if (auto applied = apply_set(root, set); !applied)
      problems.insert(problems.end(), applied.error().begin(), applied.error().end());
  }
  config result;
  config_reader reader{result, host.cores};
  reader.read(root);
  problems.insert(problems.end(), reader.problems().begin(), reader.problems().end());
  if (problems.empty())
    check_rings(result, problems);
  if (!problems.empty())
    return std::unexpected{std::move(problems)};
  return result;
}

/// A file, its beginning at least: nobody writes that much configuration.
std::expected<std::string, error> read_file(const std::filesystem::path& path) {
  constexpr std::size_t most = std::size_t{1} << 20U;
  // Nonblocking: a named pipe that nobody writes to is empty, not a wait without end.
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0)
    return std::unexpected{system_error("cannot open " + path.string(), errno)};
  std::string text(most + 1, '\0');
  std::size_t size = 0;
  ssize_t got = 0;
  while (size < text.size()
         && (got = ::read(fd, text.data() + size, text.size() - size)) > 0)
    size += static_cast<std::size_t>(got);
  const int number = errno;
  close(fd);
  if (got < 0)
    return std::unexpected{system_error("cannot read " + path.string(), number)};
  if (size > most)
    return std::unexpected{
        error{ec::invalid_config, path.string()
                                      + ": more than 1MiB; is this a "
                                        "configuration?"}};
  text.resize(size);
  return text;
}

} // namespace

config_host config_host::here() {
  config_host host;
  host.cores = std::max(1U, std::thread::hardware_concurrency());
  return host;
}

bool config::waives_compat_calls() const {
  return std::ranges::all_of(collectors, [](const auto& one) {
    return one.second.compat_calls == compat_calls_policy::waive;
  });
}

std::size_t config::ring_bytes() const {
  return std::bit_floor(rings.total_bytes / pipeline.shards);
}

std::string config_places::before(std::string path) const {
  for (;;) {
    if (const auto found = places_.find(path); found != places_.end())
      return found->second + ": ";
    const auto part = path.find_last_of(".[");
    if (part == path.npos)
      return {};
    path.resize(part);
  }
}

std::expected<config, std::vector<error>>
parse_config(const std::string& name, const std::string& text,
             std::span<const std::string> sets, const config_host& host) {
  auto root = parse_yaml(name, text);
  if (!root)
    return read({}, sets, host, std::move(root.error()));
  return read(std::move(*root), sets, host, {});
}

std::expected<config, std::vector<error>>
load_config(const std::optional<std::filesystem::path>& file,
            std::span<const std::string> sets, const config_host& host) {
  const auto path = file.value_or(host.default_file);
  std::error_code ignored;
  if (!file && !std::filesystem::exists(path, ignored))
    return parse_config("", "", sets, host);
  auto text = read_file(path);
  if (!text) {
    text.error().detail += file ? "; give an existing file with --config"
                                : "; make it readable or remove it";
    return std::unexpected{failures{std::move(text.error())}};
  }
  return parse_config(path.string(), *text, sets, host);
}

} // namespace vedette
