#include "datasources/containers/cgroup_path.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

namespace vedette {

namespace {

struct named {
  std::string_view runtime, id;
};

bool is_hex(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
  });
}

std::string_view without_suffix(std::string_view text, std::string_view suffix) {
  if (text.ends_with(suffix))
    text.remove_suffix(suffix.size());
  return text;
}

/// `docker-<id>.scope`, and the same without `.scope`: podman with cgroupfs. Helpers such
/// as `libpod-conmon-<id>` fall through, as what follows the prefix is not hex.
std::optional<named> by_prefix(std::string_view name) {
  constexpr std::array<std::array<std::string_view, 2>, 4> prefixes{
      {{"docker-", "docker"},
       {"crio-", "crio"},
       {"cri-containerd-", "containerd"},
       {"libpod-", "podman"}}};
  for (const auto& [prefix, runtime] : prefixes)
    if (name.starts_with(prefix)) {
      const auto id = without_suffix(name.substr(prefix.size()), ".scope");
      if (is_hex(id))
        return named{runtime, id};
    }
  return {};
}

/// containerd with systemd's cgroups: `kubepods-pod<uid>.slice:cri-containerd:<id>`.
std::optional<named> by_separator(std::string_view name) {
  constexpr std::string_view separator = ":cri-containerd:";
  const auto place = name.rfind(separator);
  if (place == name.npos)
    return {};
  const auto id = without_suffix(name.substr(place + separator.size()), ".scope");
  if (!is_hex(id))
    return {};
  return named{"containerd", id};
}

/// 64 hex digits, whose parent tells of the runtime.
std::optional<named> by_full_id(std::string_view name, std::string_view parent) {
  if (name.size() != 64 || !is_hex(name))
    return {};
  if (parent == "docker" || parent == "actions_job")
    return named{"docker", name};
  if (parent.starts_with("pod"))
    return named{"containerd", name};
  return named{"unknown", name};
}

/// 8hex-4hex-4hex-4hex-4hex
bool is_garden(std::string_view name) {
  constexpr std::array<std::size_t, 5> lengths{8, 4, 4, 4, 4};
  for (std::size_t i = 0; i < lengths.size(); ++i) {
    if (i > 0) {
      if (!name.starts_with('-'))
        return false;
      name.remove_prefix(1);
    }
    if (name.size() < lengths[i] || !is_hex(name.substr(0, lengths[i])))
      return false;
    name.remove_prefix(lengths[i]);
  }
  return name.empty();
}

/// Runtimes whose containers people name. systemd escapes the name: it has no slash.
std::optional<named> by_name(std::string_view name) {
  constexpr std::string_view machine = "machine-", lxc = "lxc.payload.";
  if (name.starts_with(machine)) {
    const auto id = without_suffix(name.substr(machine.size()), ".scope");
    if (!id.empty() && !id.ends_with(".slice") && !id.ends_with(".service"))
      return named{"systemd-nspawn", id};
  }
  if (name.starts_with(lxc) && name.size() > lxc.size())
    return named{"lxc", name.substr(lxc.size())};
  return {};
}

std::optional<named> match_component(std::string_view name, std::string_view parent,
                                     bool is_first) {
  if (const auto found = by_prefix(name))
    return found;
  if (const auto found = by_separator(name))
    return found;
  if (const auto found = by_full_id(name, parent); found && !is_first)
    return found;
  if (is_garden(name))
    return named{"garden", name};
  return by_name(name);
}

} // namespace

std::optional<cgroup_match> match_cgroup(std::string_view path) {
  while (path.ends_with('/'))
    path.remove_suffix(1);
  for (auto rest = path; !rest.empty();) {
    const auto slash = rest.rfind('/');
    const auto above = slash == rest.npos ? std::string_view{} : rest.substr(0, slash);
    const auto parent_slash = above.rfind('/');
    const auto parent =
        parent_slash == above.npos ? above : above.substr(parent_slash + 1);
    const auto name = slash == rest.npos ? rest : rest.substr(slash + 1);
    const bool is_first = above.find_first_not_of('/') == above.npos;
    if (const auto found = match_component(name, parent, is_first))
      return cgroup_match{found->runtime, found->id, rest, rest.size() == path.size()};
    rest = above;
  }
  return {};
}

} // namespace vedette
