#pragma once

#include "tests/kernel/support/act.hpp"
#include "tests/kernel/support/cgroup_dir.hpp"

#include <csignal>
#include <fcntl.h>
#include <sys/wait.h>

/// What is done to cgroups, and what must be told of it.
namespace vedette::cgroup_acts {

/// Below a directory of ours: the root's is nobody's to write to without capabilities.
inline const std::string base = "/vedette-acts", path = base + "/act";

inline std::string directory(const std::string& which = path) {
  return cgroup_hierarchy::v2().mount + which;
}
inline void make_base(const place&) {
  EXPECT_EQ(mkdir(directory(base).c_str(), 0755), 0);
}
inline void remove_base(const place&) {
  EXPECT_EQ(rmdir(directory(base).c_str()), 0);
}
inline void make_both(const place& at) {
  make_base(at);
  EXPECT_EQ(mkdir(directory().c_str(), 0755), 0);
}
inline void remove_both(const place& at) {
  EXPECT_EQ(rmdir(directory().c_str()), 0);
  remove_base(at);
}

namespace made = events::cgroup_mkdir;
inline bool make_it(act_caller& by) {
  const bool done = by({SYS_mkdir, 39}, by.text(directory()), 0755) == 0;
  by.said.told[0] = stat_of(directory()).st_ino;
  return done;
}
inline void check_making(const act_event& seen) {
  EXPECT_EQ(seen.get<made::cgroup_id>(), seen.said.told[0]);
  EXPECT_EQ(text_of<made::cgroup_path>(seen.record), path);
  EXPECT_EQ(seen.get<made::hierarchy_id>(), 0);
}

namespace gone = events::cgroup_rmdir;
inline bool remove_it(act_caller& by) {
  by.said.told[0] = stat_of(directory()).st_ino;
  return by({SYS_rmdir, 40}, by.text(directory())) == 0;
}
inline void check_removing(const act_event& seen) {
  EXPECT_EQ(seen.get<gone::cgroup_id>(), seen.said.told[0]);
  EXPECT_EQ(text_of<gone::cgroup_path>(seen.record), path);
  EXPECT_EQ(seen.get<gone::hierarchy_id>(), 0);
}

namespace attached = events::cgroup_attach_task;
inline bool attach_to_it(act_caller& by) {
  const auto child = fork();
  if (child == 0)
    for (;;)
      pause();
  by.said.told[0] = static_cast<std::uint64_t>(child);
  const auto id = std::to_string(child);
  const auto file = open((directory() + "/cgroup.procs").c_str(), O_WRONLY);
  const bool done =
      by({SYS_write, 4}, file, by.text(id), static_cast<long>(id.size())) > 0;
  kill(child, SIGKILL);
  return waitpid(child, nullptr, 0) == child && done;
}
inline void check_attaching(const act_event& seen) {
  EXPECT_EQ(text_of<attached::cgroup_path>(seen.record), path);
  EXPECT_EQ(text_of<attached::comm>(seen.record), "vedette_kernel_");
  const auto child = static_cast<pid_t>(seen.said.told[0]);
  EXPECT_EQ(seen.get<attached::pid>() == child, seen.self.pid == seen.self.ns_pid)
      << "as the host has it";
}

inline const act all[]{
    {"cgroup_mkdir", made::kind, make_it, check_making, make_base, false, false,
     remove_both},
    {"cgroup_rmdir", gone::kind, remove_it, check_removing, make_both, false, false,
     remove_base},
    {"cgroup_attach", attached::kind, attach_to_it, check_attaching, make_both, false,
     false, remove_both},
};

} // namespace vedette::cgroup_acts
