#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace vedette {

/// What /proc tells about a task.
struct proc_task {
  std::uint32_t tid = 0, tgid = 0, ppid = 0;
  std::uint64_t start_ns = 0; ///< Whole clock ticks of 10 ms.
  std::string comm;
  std::uint32_t uid = 0, gid = 0, loginuid = 0xffffffff;
  std::uint32_t ns_tid = 0, ns_tgid = 0; ///< In its own pid namespace.
  bool in_our_namespace = true;          ///< Then its parent's number is the same, too.
};

/// Files of /proc, without the comfort of streams: a scan reads thousands.
namespace proc {

/// At most `limit` bytes and one more, to tell that there is more. "" if unreadable.
std::string read(const std::string& path, std::size_t limit = 4096);
std::string link(const std::string& path);
/// The inode of a namespace, such as `ns/mnt`; 0: unreadable.
std::uint32_t namespace_of(std::uint32_t tgid, const char* kind);
/// Where the v2 hierarchy is mounted; "": nowhere.
std::string cgroup_mount();
/// In the v2 hierarchy; 0: unknown.
std::uint64_t cgroup_of(std::uint32_t tgid);

std::vector<std::uint32_t> processes();
std::vector<std::uint32_t> threads(std::uint32_t tgid);

/// Nothing: it is gone.
std::optional<std::uint64_t> start_ns(std::uint32_t tgid);
std::optional<proc_task> task(std::uint32_t tgid, std::uint32_t tid);

} // namespace proc

} // namespace vedette
