#pragma once

#include <algorithm>
#include <array>
#include <span>
#include <string_view>

// What signatures ask about paths and the flags that files are opened with.
namespace vedette {

constexpr std::string_view basename_of(std::string_view path) {
  return path.substr(path.rfind('/') + 1); // npos + 1 is 0.
}

/// A file that lies in memory.
constexpr bool is_memory_path(std::string_view path) {
  return path.starts_with("memfd:") || path.starts_with("/run/shm/")
         || path.starts_with("/dev/shm/");
}

constexpr bool is_below(std::string_view path, std::string_view directory) {
  return path.size() > directory.size() + 1 && path.starts_with(directory)
         && path[directory.size()] == '/';
}

/// One of the files, or anything below one of the directories.
constexpr bool is_or_is_below(std::string_view path, std::span<const std::string_view> files,
                              std::span<const std::string_view> directories) {
  return std::ranges::find(files, path) != files.end()
         || std::ranges::any_of(directories,
                                [path](auto one) { return is_below(path, one); });
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

/// The flags of an open: O_WRONLY or O_RDWR. Not fcntl.h's names: its values may differ
/// where it is compiled from those that the record holds.
constexpr bool opens_for_writing(int flags) {
  constexpr auto access_mode = 3;
  return (flags & access_mode) == 1 || (flags & access_mode) == 2;
}

/// O_RDONLY or O_RDWR.
constexpr bool opens_for_reading(int flags) {
  constexpr auto access_mode = 3;
  return (flags & access_mode) == 0 || (flags & access_mode) == 2;
}

} // namespace vedette
