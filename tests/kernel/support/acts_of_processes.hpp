#pragma once

#include "events/native_forms.h"
#include "tests/kernel/support/act.hpp"

#include <csignal>
#include <fcntl.h>
#include <filesystem>
#include <linux/bpf.h>
#include <linux/capability.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

/// What processes do to themselves and to each other, and what must be told of it.
namespace vedette::process_acts {

constexpr int nobody = 0x7ffffffe;

namespace forked = events::sched_process_fork;
inline bool fork_it(act_caller& by) {
  const auto child = by({SYS_fork, 2});
  if (child == 0)
    syscall(SYS_exit_group, 0);
  by.said.told[0] = static_cast<std::uint64_t>(child);
  return waitpid(static_cast<pid_t>(child), nullptr, 0) == child;
}
inline void check_fork(const act_event& seen) {
  const auto& header = seen.header();
  const auto child = static_cast<pid_t>(seen.said.told[0]);
  const auto child_on_host = seen.get<forked::child_tid>();
  EXPECT_EQ(seen.get<forked::parent_tid>(), header.host_tid);
  EXPECT_EQ(seen.get<forked::parent_ns_tid>(), header.ns_tid);
  EXPECT_EQ(seen.get<forked::parent_pid>(), header.host_tgid);
  EXPECT_EQ(seen.get<forked::parent_ns_pid>(), header.ns_tgid);
  EXPECT_EQ(seen.get<forked::child_ns_tid>(), child);
  EXPECT_EQ(seen.get<forked::child_ns_pid>(), child);
  EXPECT_EQ(child_on_host == child, header.host_tgid == header.ns_tgid);
  EXPECT_EQ(seen.get<forked::child_pid>(), child_on_host);
  EXPECT_EQ(seen.get<forked::leader_tid>(), child_on_host);
  EXPECT_EQ(seen.get<forked::leader_pid>(), child_on_host);
  EXPECT_EQ(seen.get<forked::leader_ns_tid>(), child);
  EXPECT_EQ(seen.get<forked::leader_ns_pid>(), child);
  EXPECT_EQ(seen.get<forked::parent_process_tid>(), header.host_tgid);
  EXPECT_EQ(seen.get<forked::parent_process_pid>(), header.host_tgid);
  EXPECT_EQ(seen.get<forked::parent_process_ns_tid>(), header.ns_tgid);
  EXPECT_EQ(seen.get<forked::parent_process_ns_pid>(), header.ns_tgid);
  const auto ns = [](std::uint64_t since_boot) {
    return time_ns{std::chrono::nanoseconds{since_boot}};
  };
  EXPECT_EQ(seen.get<forked::parent_start_time>(), ns(header.thread_start_ns));
  EXPECT_EQ(seen.get<forked::parent_process_start_time>(), ns(header.leader_start_ns));
  EXPECT_EQ(seen.get<forked::leader_start_time>(), seen.get<forked::start_time>());
  EXPECT_GE(seen.get<forked::start_time>(), ns(seen.self.since));
}

namespace executed = events::sched_process_exec;
inline void make_program(const place& at) {
  std::filesystem::copy("/bin/true", at.find("program"));
}
inline long execute_by(act_caller& by, const std::string& name) {
  const auto path = by.path(name);
  return by({SYS_execve, 11}, path, by.words({by.text("zero"), by.text("one"), 0}),
            by.words({by.text("A=1"), 0}));
}
inline bool execute_it(act_caller& by) {
  execute_by(by, "program");
  return false;
}
inline void check_exec(const act_event& seen) {
  seen.expect_asked<executed::cmdpath>("program", false);
  seen.expect_found<executed::pathname>("program");
  seen.expect_asked<executed::interp>("program", false);
  EXPECT_EQ(block_of<executed::argv>(seen.record), std::string("zero\0one\0", 9));
  EXPECT_EQ(block_of<executed::env>(seen.record), std::string("A=1\0", 4));
  const auto file = stat_of(seen.at.find("program"));
  EXPECT_EQ(seen.get<executed::dev>(), kernel_dev(file));
  EXPECT_EQ(seen.get<executed::inode>(), file.st_ino);
  EXPECT_EQ(seen.get<executed::ctime>(), ctime_ns(file));
  EXPECT_EQ(seen.get<executed::inode_mode>(), file.st_mode);
  EXPECT_EQ(seen.get<executed::invoked_from_kernel>(), false);
  EXPECT_EQ(text_of<executed::prev_comm>(seen.record), "vedette_kernel_");
  EXPECT_EQ(text_of<executed::pwd>(seen.record),
            std::filesystem::current_path().string());
  EXPECT_EQ(seen.get<executed::stdin_type>(),
            stat_of("/proc/self/fd/0").st_mode & S_IFMT);
}

namespace failed = events::process_execute_failed;
inline bool fail_to_execute(act_caller& by) {
  return execute_by(by, "none") == -ENOENT;
}
inline void check_failure(const act_event& seen) {
  EXPECT_EQ(seen.header().return_value, -ENOENT);
  EXPECT_EQ(seen.get<failed::dirfd>(), AT_FDCWD);
  EXPECT_EQ(seen.get<failed::flags>(), 0);
  seen.expect_asked<failed::pathname>("none", true);
  EXPECT_EQ(block_of<failed::argv>(seen.record), std::string("zero\0one\0", 9));
  EXPECT_EQ(block_of<failed::envp>(seen.record), std::string("A=1\0", 4));
  EXPECT_EQ(seen.get<failed::stdin_type>(),
            stat_of("/proc/self/fd/0").st_mode & S_IFMT);
  EXPECT_EQ(seen.get<failed::kernel_invoked>(), 0);
}

namespace gone = events::sched_process_exit;
inline bool exit_it(act_caller& by) {
  by({SYS_exit, 1}, 3);
  return false;
}
inline void check_exit(const act_event& seen) {
  EXPECT_EQ(seen.get<gone::exit_code>(), 3);
  EXPECT_EQ(seen.get<gone::signal_code>(), 0);
  EXPECT_EQ(seen.get<gone::process_group_exit>(),
            seen.header().host_tid == seen.header().host_tgid);
}

namespace renamed = events::task_rename;
inline bool take_name(act_caller& by) {
  return by({SYS_prctl, 172}, PR_SET_NAME, by.text("another")) == 0;
}
inline void check_name(const act_event& seen) {
  EXPECT_EQ(text_of<renamed::old_name>(seen.record), "vedette_kernel_");
  EXPECT_EQ(text_of<renamed::new_name>(seen.record), "another");
}

namespace changed = events::commit_creds;
inline bool drop_capability(act_caller& by) {
  return by({SYS_prctl, 172}, PR_CAPBSET_DROP, CAP_SYS_BOOT) == 0;
}
inline void check_capability(const act_event& seen) {
  const auto cred = [](const auto& argument) {
    native_cred result{};
    if (argument && argument->bytes.size() == sizeof(result))
      std::memcpy(&result, argument->bytes.data(), sizeof(result));
    return result;
  };
  const auto before = cred(seen.get<changed::old_cred>());
  auto now = cred(seen.get<changed::new_cred>());
  EXPECT_NE(before.user_namespace, 0U);
  EXPECT_EQ(before.uid, 0U) << "as the host has it";
  EXPECT_EQ(before.bounding ^ now.bounding, std::uint64_t{1} << CAP_SYS_BOOT);
  now.bounding = before.bounding;
  EXPECT_EQ(std::memcmp(&before, &now, sizeof(now)), 0) << "nothing else has changed";
}

namespace switched = events::switch_task_ns;
inline bool leave_namespace(act_caller& by) {
  const bool done = by({SYS_unshare, 310}, CLONE_NEWUTS) == 0;
  by.said.told[0] = stat_of("/proc/thread-self/ns/uts").st_ino;
  by.said.told[1] = stat_of("/proc/thread-self/ns/net").st_ino;
  return done;
}
inline void check_namespace(const act_event& seen) {
  EXPECT_EQ(seen.get<switched::pid>(), seen.header().host_tid);
  EXPECT_EQ(seen.get<switched::new_uts>(), seen.said.told[0]);
  EXPECT_EQ(seen.get<switched::new_net>(), seen.said.told[1]);
  EXPECT_EQ(seen.get<switched::new_mnt>(), seen.self.mnt_ns);
  EXPECT_EQ(seen.get<switched::new_pid>(), seen.self.pid_ns);
  EXPECT_EQ(seen.get<switched::new_ipc>(), namespace_of(getpid(), "ipc"));
  EXPECT_EQ(seen.get<switched::new_cgroup>(), namespace_of(getpid(), "cgroup"));
}

namespace traced = events::ptrace;
inline bool trace_nobody(act_caller& by) {
  return by({SYS_ptrace, 26}, PTRACE_PEEKDATA, nobody, 0x1234, 0x5678) == -ESRCH;
}
inline void check_trace(const act_event& seen) {
  EXPECT_EQ(seen.get<traced::request>(), PTRACE_PEEKDATA);
  EXPECT_EQ(seen.get<traced::pid>(), nobody);
  EXPECT_EQ(seen.get<traced::addr>(), 0x1234);
  EXPECT_EQ(seen.get<traced::data>(), 0x5678);
  EXPECT_EQ(seen.header().return_value, -ESRCH);
}

inline bool copy_memory(act_caller& by, call_number how) {
  const auto local = by.words({by.text(" "), 1}), remote = by.words({by.text(" "), 1});
  by.said.told = {static_cast<std::uint64_t>(local),
                  static_cast<std::uint64_t>(remote)};
  return by(how, nobody, local, 1, remote, 1, 0) == -ESRCH;
}
inline bool read_nobody(act_caller& by) {
  return copy_memory(by, {SYS_process_vm_readv, 347});
}
inline bool write_nobody(act_caller& by) {
  return copy_memory(by, {SYS_process_vm_writev, 348});
}
template <class Pid, class Local, class LocalCount, class Remote, class RemoteCount,
          class Flags>
void expect_copy(const act_event& seen) {
  EXPECT_EQ(seen.get<Pid>(), nobody);
  EXPECT_EQ(seen.get<Local>(), seen.said.told[0]);
  EXPECT_EQ(seen.get<LocalCount>(), 1);
  EXPECT_EQ(seen.get<Remote>(), seen.said.told[1]);
  EXPECT_EQ(seen.get<RemoteCount>(), 1);
  EXPECT_EQ(seen.get<Flags>(), 0);
}
inline void check_read(const act_event& seen) {
  using namespace events::process_vm_readv;
  expect_copy<pid, local_iov, liovcnt, remote_iov, riovcnt, flags>(seen);
}
inline void check_written(const act_event& seen) {
  using namespace events::process_vm_writev;
  expect_copy<pid, local_iov, liovcnt, remote_iov, riovcnt, flags>(seen);
}

namespace killed = events::kill;
inline bool kill_nobody(act_caller& by) {
  return by({SYS_kill, 37}, nobody, SIGTERM) == -ESRCH;
}
inline void check_kill(const act_event& seen) {
  EXPECT_EQ(seen.get<killed::pid>(), nobody);
  EXPECT_EQ(seen.get<killed::sig>(), SIGTERM);
}

namespace remembered = events::memfd_create;
inline bool make_memory_file(act_caller& by) {
  by.said.told[0] = static_cast<std::uint64_t>(
      by({SYS_memfd_create, 356}, by.text("secret"), MFD_CLOEXEC));
  return static_cast<int>(by.said.told[0]) >= 0;
}
inline void check_memory_file(const act_event& seen) {
  EXPECT_EQ(text_of<remembered::name>(seen.record), "secret");
  EXPECT_EQ(seen.get<remembered::flags>(), MFD_CLOEXEC);
  EXPECT_EQ(seen.header().return_value, static_cast<int>(seen.said.told[0]));
}

namespace alerted = events::mem_prot_alert;
inline bool map_for_all(act_caller& by) {
  by.said.told[0] =
      static_cast<std::uint64_t>(by.map(PROT_READ | PROT_WRITE | PROT_EXEC, -1));
  return static_cast<long>(by.said.told[0]) > 0;
}
inline void check_mapped_for_all(const act_event& seen) {
  EXPECT_EQ(seen.get<alerted::alert>(), 1);
  EXPECT_EQ(seen.get<alerted::addr>(), seen.said.told[0]);
  EXPECT_EQ(seen.get<alerted::len>(), 8192);
  EXPECT_EQ(seen.get<alerted::prot>(), PROT_READ | PROT_WRITE | PROT_EXEC);
  EXPECT_EQ(seen.get<alerted::prev_prot>(), 0);
  EXPECT_FALSE(seen.get<alerted::pathname>());
}

namespace programmed = events::security_bpf;
inline bool ask_for_programs(act_caller& by) {
  by({SYS_bpf, 357}, BPF_PROG_GET_NEXT_ID, 0, 0);
  return true;
}
inline void check_bpf(const act_event& seen) {
  EXPECT_EQ(seen.get<programmed::cmd>(), BPF_PROG_GET_NEXT_ID);
}

inline const act all[]{
    {"fork", forked::kind, fork_it, check_fork},
    {"exec", executed::kind, execute_it, check_exec, make_program, true, true},
    {"exec_failed", failed::kind, fail_to_execute, check_failure, nullptr, true},
    {"exit", gone::kind, exit_it, check_exit, nullptr, false, true},
    {"rename", renamed::kind, take_name, check_name},
    {"creds", changed::kind, drop_capability, check_capability},
    {"namespace", switched::kind, leave_namespace, check_namespace},
    {"ptrace", traced::kind, trace_nobody, check_trace},
    {"readv", event_kind::process_vm_readv, read_nobody, check_read},
    {"writev", event_kind::process_vm_writev, write_nobody, check_written},
    {"kill", killed::kind, kill_nobody, check_kill},
    {"memfd", remembered::kind, make_memory_file, check_memory_file},
    {"mmap", alerted::kind, map_for_all, check_mapped_for_all},
    {"bpf", programmed::kind, ask_for_programs, check_bpf},
};

} // namespace vedette::process_acts
