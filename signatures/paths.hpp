#pragma once

#include <algorithm>
#include <array>
#include <string_view>

// What signatures ask about paths.
namespace vedette {

constexpr std::string_view basename_of(std::string_view path) {
  return path.substr(path.rfind('/') + 1); // npos + 1 is 0.
}

/// A file that lies in memory.
constexpr bool is_memory_path(std::string_view path) {
  return path.starts_with("memfd:") || path.starts_with("/run/shm/")
         || path.starts_with("/dev/shm/");
}

/// `/proc/PID/mem`
constexpr bool is_proc_mem(std::string_view path) {
  constexpr std::string_view before = "/proc/", behind = "/mem";
  if (!path.starts_with(before) || !path.ends_with(behind)
      || path.size() <= before.size() + behind.size())
    return false;
  return std::ranges::all_of(
      path.substr(before.size(), path.size() - before.size() - behind.size()),
      [](char one) { return '0' <= one && one <= '9'; });
}

constexpr bool is_shell(std::string_view path) {
  constexpr std::array<std::string_view, 8> shells{"ash", "bash", "csh", "ksh",
                                                   "sh",  "tcsh", "zsh", "dash"};
  return std::ranges::find(shells, basename_of(path)) != shells.end();
}

} // namespace vedette
