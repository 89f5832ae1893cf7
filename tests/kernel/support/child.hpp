#pragma once

#include "events/record.h"
#include "runtime/boottime.hpp"

#include <gtest/gtest.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <fstream>
#include <sstream>
#include <string>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

namespace vedette {

inline struct stat stat_of(const std::string& path) {
  struct stat result {};
  EXPECT_EQ(stat(path.c_str(), &result), 0) << path;
  return result;
}

/// A path's device as the kernel keeps it, and its change time.
inline std::uint32_t kernel_dev(const struct stat& file) {
  return static_cast<std::uint32_t>(major(file.st_dev) << 20 | minor(file.st_dev));
}
inline std::uint64_t ctime_ns(const struct stat& file) {
  return static_cast<std::uint64_t>(file.st_ctim.tv_sec) * 1'000'000'000
         + static_cast<std::uint64_t>(file.st_ctim.tv_nsec);
}

/// A field of /proc/PID/stat behind the name, counted as in proc(5).
inline std::uint64_t stat_field(pid_t pid, int number) {
  std::ifstream file{"/proc/" + std::to_string(pid) + "/stat"};
  std::string line;
  std::getline(file, line);
  std::istringstream rest{line.substr(line.rfind(')') + 2)};
  std::string field;
  for (auto i = 3; i <= number; ++i)
    rest >> field;
  return std::stoull(field);
}

/// A process's id in its own pid namespace.
inline __u32 ns_id(pid_t pid) {
  std::ifstream file{"/proc/" + std::to_string(pid) + "/status"};
  for (std::string line; std::getline(file, line);)
    if (line.starts_with("NSpid:"))
      return static_cast<__u32>(std::stoul(line.substr(line.rfind('\t'))));
  ADD_FAILURE() << "no process " << pid;
  return 0;
}

/// The inode of one of a process's namespaces.
inline std::uint32_t namespace_of(pid_t pid, const std::string& kind) {
  return static_cast<std::uint32_t>(
      stat_of("/proc/" + std::to_string(pid) + "/ns/" + kind).st_ino);
}

/// The inode of a process's directory in the v2 hierarchy.
inline std::uint64_t cgroup_id(pid_t pid) {
  std::ifstream mounts{"/proc/mounts"};
  std::string device, where, type, rest;
  while (mounts >> device >> where >> type && std::getline(mounts, rest))
    if (type == "cgroup2")
      break;
  std::ifstream file{"/proc/" + std::to_string(pid) + "/cgroup"};
  for (std::string line; std::getline(file, line);)
    if (line.starts_with("0::"))
      return stat_of(where + line.substr(3)).st_ino;
  ADD_FAILURE() << "no v2 hierarchy";
  return 0;
}

/// A child that waits until it is told to run `body`, and exits with what that returns; in
/// new `namespaces` (CLONE_NEW…).
class held_child {
public:
  template <class Body>
  explicit held_child(Body body, int namespaces = 0) {
    EXPECT_EQ(pipe(gate_), 0);
    pid_ = namespaces == 0 ? fork() : fork_into(namespaces);
    if (pid_ != 0)
      return;
    char go = 0;
    close(gate_[1]);
    _exit(read(gate_[0], &go, 1) == 1 ? body() : 99);
  }
  ~held_child() {
    close(gate_[0]);
    close(gate_[1]);
  }

  [[nodiscard]] pid_t pid() const { return pid_; }

  /// Lets it run and waits for its end → status as of waitpid().
  int finish() {
    int status = 0;
    EXPECT_EQ(write(gate_[1], "g", 1), 1);
    EXPECT_EQ(waitpid(pid_, &status, 0), pid_);
    return status;
  }

private:
  static pid_t fork_into(int namespaces) {
    const auto pid =
        static_cast<pid_t>(syscall(SYS_clone, namespaces | SIGCHLD, 0, 0, 0, 0));
    EXPECT_GE(pid, 0) << strerror(errno);
    return pid;
  }

  int gate_[2]{};
  pid_t pid_ = 0;
};

template <class Body>
pid_t run_child(Body body) {
  held_child child{body};
  child.finish();
  return child.pid();
}

/// What a record's header must say about a process, read from /proc while it lives.
struct context {
  explicit context(pid_t process)
      : pid{static_cast<__u32>(process)}, ppid{static_cast<__u32>(
                                              stat_field(process, 4))},
        start_ticks{stat_field(process, 22)},
        parent_start_ticks{stat_field(static_cast<pid_t>(ppid), 22)},
        cgroup{cgroup_id(process)}, mnt_ns{namespace_of(process, "mnt")},
        pid_ns{namespace_of(process, "pid")}, ns_pid{ns_id(process)},
        ns_ppid{namespace_of(static_cast<pid_t>(ppid), "pid") == pid_ns
                    ? ns_id(static_cast<pid_t>(ppid))
                    : 0} {}

  void expect_in(const record_header& header) const {
    constexpr auto tick_ns = 10'000'000; // USER_HZ is 100 on all of our architectures.
    EXPECT_EQ(header.host_tgid, pid);
    EXPECT_EQ(header.host_ppid, ppid);
    EXPECT_EQ(header.ns_tgid, ns_pid);
    EXPECT_EQ(header.ns_ppid, ns_ppid) << "0: the parent is outside";
    EXPECT_EQ(header.leader_start_ns / tick_ns, start_ticks);
    EXPECT_EQ(header.parent_start_ns / tick_ns, parent_start_ticks);
    EXPECT_EQ(header.cgroup_id, cgroup);
    EXPECT_EQ(header.mnt_ns, mnt_ns);
    EXPECT_EQ(header.pid_ns, pid_ns);
    EXPECT_LT(header.cpu, sysconf(_SC_NPROCESSORS_CONF));
    EXPECT_GE(header.time_ns, since);
    EXPECT_LE(header.time_ns, boottime_ns());
  }

  __u32 pid, ppid;
  std::uint64_t start_ticks, parent_start_ticks, cgroup, mnt_ns, pid_ns;
  __u32 ns_pid, ns_ppid;
  std::uint64_t since = boottime_ns();
};

} // namespace vedette
