#include "datasources/containers/cgroup_mounts.hpp"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <iterator>
#include <optional>
#include <ranges>

namespace vedette {

namespace {

std::vector<std::string_view> split(std::string_view text, char by) {
  std::vector<std::string_view> parts;
  for (const auto part : std::views::split(text, by))
    parts.emplace_back(part.begin(), part.end());
  return parts;
}

/// `\040` and the like: blanks, newlines and backslashes of paths.
std::string unescape(std::string_view text) {
  std::string result;
  for (std::size_t at = 0; at < text.size(); ++at) {
    unsigned code = 0;
    const auto* digits = text.data() + at + 1;
    const bool escaped =
        text[at] == '\\' && at + 3 < text.size()
        && std::from_chars(digits, digits + 3, code, 8).ptr == digits + 3;
    result += escaped ? static_cast<char>(code) : text[at];
    at += escaped ? 3 : 0;
  }
  return result;
}

/// A hierarchy of v1: `9:name=systemd:/`, `4:cpu,cpuacct:/x`.
struct numbered {
  std::uint32_t number;
  std::vector<std::string_view> controllers;
};

std::vector<numbered> read_numbers(std::string_view cgroups) {
  std::vector<numbered> result;
  for (const auto line : split(cgroups, '\n')) {
    const auto parts = split(line, ':');
    numbered one{};
    if (parts.size() < 3 || parts[1].empty()
        || std::from_chars(parts[0].begin(), parts[0].end(), one.number).ec
               != std::errc{})
      continue;
    one.controllers = split(parts[1], ',');
    result.push_back(std::move(one));
  }
  return result;
}

/// The v1 hierarchy that has all the controllers among a mount's options.
std::optional<std::uint32_t> number_of(std::string_view options,
                                       const std::vector<numbered>& all) {
  const auto given = split(options, ',');
  for (const auto& one : all)
    if (std::ranges::all_of(one.controllers, [&](auto controller) {
          return std::ranges::find(given, controller) != given.end();
        }))
      return one.number;
  return {};
}

/// `36 35 98:0 /root /where rw,relatime shared:1 - type device options`, proc(5).
std::optional<cgroup_mount> read_mount(std::string_view line,
                                       const std::vector<numbered>& numbers) {
  const auto dash = line.find(" - ");
  const auto front = split(line.substr(0, dash), ' ');
  if (dash == line.npos || front.size() < 5)
    return {};
  const auto back = split(line.substr(dash + 3), ' ');
  if (back.size() < 3)
    return {};
  std::optional<std::uint32_t> hierarchy;
  if (back[0] == "cgroup2")
    hierarchy = 0;
  else if (back[0] == "cgroup")
    hierarchy = number_of(back[2], numbers);
  if (!hierarchy)
    return {};
  auto root = unescape(front[3]);
  return cgroup_mount{*hierarchy, unescape(front[4]), root == "/" ? "" : root};
}

std::string read_file(const char* path) {
  std::ifstream file{path};
  return {std::istreambuf_iterator<char>{file}, {}};
}

} // namespace

std::vector<cgroup_mount> find_cgroup_mounts(std::string_view mountinfo,
                                             std::string_view cgroups) {
  const auto numbers = read_numbers(cgroups);
  std::vector<cgroup_mount> result;
  for (const auto line : split(mountinfo, '\n')) {
    auto found = read_mount(line, numbers);
    if (!found)
      continue;
    const auto known =
        std::ranges::find(result, found->hierarchy, &cgroup_mount::hierarchy);
    if (known == result.end())
      result.push_back(std::move(*found));
    else if (!known->root.empty() && found->root.empty())
      *known = std::move(*found);
  }
  return result;
}

std::vector<cgroup_mount> find_cgroup_mounts() {
  return find_cgroup_mounts(read_file("/proc/self/mountinfo"),
                            read_file("/proc/self/cgroup"));
}

} // namespace vedette
