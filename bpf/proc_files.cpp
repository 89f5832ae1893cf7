#include "bpf/proc_files.hpp"

#include "bpf/file_descriptor.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <dirent.h>
#include <fcntl.h>
#include <memory>
#include <sstream>
#include <string_view>
#include <sys/stat.h>
#include <unistd.h>

namespace vedette::proc {

namespace {

std::vector<std::uint32_t> numbers_in(const std::string& path) {
  std::vector<std::uint32_t> result;
  const auto close_it = [](DIR* directory) { closedir(directory); };
  const std::unique_ptr<DIR, decltype(close_it)> directory{opendir(path.c_str()),
                                                           close_it};
  while (directory) {
    const auto* entry = readdir(directory.get());
    if (entry == nullptr)
      break;
    const std::string_view name{entry->d_name};
    std::uint32_t number = 0;
    const auto [end, problem] =
        std::from_chars(name.data(), name.data() + name.size(), number);
    if (problem == std::errc{} && end == name.data() + name.size())
      result.push_back(number);
  }
  return result;
}

std::uint64_t ticks_to_ns(std::uint64_t ticks) {
  static const auto per_second = static_cast<std::uint64_t>(sysconf(_SC_CLK_TCK));
  return ticks * (1'000'000'000 / per_second);
}

/// Of /proc/…/stat: the name is in parentheses and may hold some itself.
bool parse_stat(const std::string& stat, proc_task& into) {
  const auto open = stat.find('(');
  const auto close = stat.rfind(')');
  if (open == stat.npos || close == stat.npos || close < open)
    return false;
  into.comm = stat.substr(open + 1, close - open - 1);
  std::istringstream rest{stat.substr(close + 1)};
  std::string skipped;
  std::uint64_t start_ticks = 0;
  rest >> skipped >> into.ppid; // Fields 3 and 4 of proc(5).
  for (auto field = 5; field < 22; ++field)
    rest >> skipped;
  rest >> start_ticks;
  into.start_ns = ticks_to_ns(start_ticks);
  return !rest.fail();
}

/// The numbers in the line of /proc/…/status that begins with `name`.
std::vector<std::uint32_t> numbers_of(const std::string& status,
                                      std::string_view name) {
  std::vector<std::uint32_t> result;
  const auto begin = status.find("\n" + std::string{name} + ":");
  if (begin == status.npos)
    return result;
  const auto from = begin + name.size() + 2;
  std::istringstream line{status.substr(from, status.find('\n', from) - from)};
  for (std::uint32_t number = 0; line >> number;)
    result.push_back(number);
  return result;
}

} // namespace

std::string read(const std::string& path, std::size_t limit) {
  const file_descriptor file{open(path.c_str(), O_RDONLY | O_CLOEXEC)};
  std::string result(limit + 1, '\0');
  std::size_t length = 0;
  while (file.is_open() && length < result.size()) {
    const auto got = ::read(file.get(), result.data() + length, result.size() - length);
    if (got <= 0)
      break;
    length += static_cast<std::size_t>(got);
  }
  result.resize(length);
  return result;
}

std::string link(const std::string& path) {
  std::array<char, 4097> target{};
  const auto length = readlink(path.c_str(), target.data(), target.size());
  return {target.data(), static_cast<std::size_t>(length < 0 ? 0 : length)};
}

std::uint32_t namespace_of(std::uint32_t tgid, const char* kind) {
  // Not stat(): some processes may be looked at, but not followed to (pid 1 of a
  // sandbox).
  const auto path = "/proc/" + std::to_string(tgid) + "/ns/" + kind;
  std::array<char, 64> target{}; // `mnt:[4026531832]`
  const auto length = readlink(path.c_str(), target.data(), target.size());
  const std::string_view text{target.data(),
                              length > 0 ? static_cast<std::size_t>(length) : 0};
  const auto digits = text.substr(std::min(text.find('[') + 1, text.size()));
  std::uint32_t inode = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), inode);
  return text.contains('[') ? inode : 0;
}

std::string cgroup_mount() {
  std::istringstream mounts{read("/proc/self/mounts", 1 << 20)};
  std::string device, where, type, rest;
  while (mounts >> device >> where >> type && std::getline(mounts, rest))
    if (type == "cgroup2")
      return where;
  return "";
}

std::uint64_t cgroup_of(std::uint32_t tgid) {
  static const auto mount = cgroup_mount();
  std::istringstream lines{read("/proc/" + std::to_string(tgid) + "/cgroup", 1 << 16)};
  struct stat found {};
  for (std::string line; std::getline(lines, line);)
    if (line.starts_with("0::") && !mount.empty()
        && stat((mount + line.substr(3)).c_str(), &found) == 0)
      return found.st_ino;
  return 0;
}

std::vector<std::uint32_t> processes() {
  return numbers_in("/proc");
}

std::vector<std::uint32_t> threads(std::uint32_t tgid) {
  return numbers_in("/proc/" + std::to_string(tgid) + "/task");
}

std::optional<std::uint64_t> start_ns(std::uint32_t tgid) {
  proc_task found;
  if (!parse_stat(read("/proc/" + std::to_string(tgid) + "/stat"), found))
    return {};
  return found.start_ns;
}

std::optional<proc_task> task(std::uint32_t tgid, std::uint32_t tid) {
  const auto directory =
      "/proc/" + std::to_string(tgid) + "/task/" + std::to_string(tid) + "/";
  proc_task result;
  result.tid = tid;
  result.tgid = tgid;
  const auto status = read(directory + "status", 1 << 16);
  if (!parse_stat(read(directory + "stat"), result) || status.empty())
    return {};
  const auto first_of = [&](const char* name) {
    const auto all = numbers_of(status, name);
    return all.empty() ? 0 : all.front();
  };
  const auto ns_tids = numbers_of(status, "NSpid");
  const auto ns_tgids = numbers_of(status, "NStgid");
  result.uid = first_of("Uid");
  result.gid = first_of("Gid");
  result.ns_tid = ns_tids.empty() ? 0 : ns_tids.back();
  result.ns_tgid = ns_tgids.empty() ? 0 : ns_tgids.back();
  result.in_our_namespace = ns_tids.size() == 1;
  const auto loginuid = read(directory + "loginuid");
  std::from_chars(loginuid.data(), loginuid.data() + loginuid.size(), result.loginuid);
  return result;
}

} // namespace vedette::proc
