// Events of what a process does to itself and others: names, namespaces, credentials,
// failed execs, bpf.

#include "events/native_forms.h"
#include "tests/kernel/support/int80.hpp"
#include "tests/kernel/support/only.hpp"

#include <fcntl.h>
#include <linux/bpf.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <thread>

namespace vedette {

namespace {

namespace renamed = events::task_rename;
namespace switched = events::switch_task_ns;
namespace failed = events::process_execute_failed;
namespace changed = events::commit_creds;

TEST(task_rename_event, has_both_names) {
  capture kernel_events{{.events = {renamed::kind}}};
  const auto records = seen_while(kernel_events, renamed::kind, [] {
    std::jthread{[] { prctl(PR_SET_NAME, "other name"); }};
  });
  ASSERT_EQ(records.size(), 1);
  EXPECT_EQ(text_of<renamed::old_name>(records[0]), "vedette_kernel_");
  EXPECT_EQ(text_of<renamed::new_name>(records[0]), "other name");
  EXPECT_NE(records[0].header().host_tid, records[0].header().host_tgid);
}

TEST(security_bpf_event, has_the_command) {
  namespace called = events::security_bpf;
  capture kernel_events{{.events = {called::kind}}};
  const auto records = seen_while(
      kernel_events, called::kind,
      [] {
        syscall(SYS_bpf, BPF_PROG_GET_NEXT_ID, nullptr, 0);
        by_int80(357, BPF_MAP_GET_NEXT_ID, 0);
      },
      2);
  ASSERT_EQ(records.size(), 2);
  EXPECT_EQ(records[0].event.get<called::cmd>(), BPF_PROG_GET_NEXT_ID);
  EXPECT_EQ(records[1].event.get<called::cmd>(), BPF_MAP_GET_NEXT_ID);
}

TEST(switch_task_ns_event, has_the_spaces_that_were_entered) {
  capture kernel_events{{.events = {switched::kind}}};
  std::array<int, 2> ends{};
  ASSERT_EQ(pipe(ends.data()), 0);
  held_child child{[&] {
    if (unshare(CLONE_NEWUTS | CLONE_NEWNET) != 0)
      return 1;
    const std::array ids{namespace_of(getpid(), "uts"), namespace_of(getpid(), "net")};
    return write(ends[1], ids.data(), sizeof(ids)) == sizeof(ids) ? 0 : 2;
  }};
  const auto pid = child.pid();
  EXPECT_EQ(child.finish(), 0);
  std::array<std::uint32_t, 2> ids{};
  ASSERT_EQ(read(ends[0], ids.data(), sizeof(ids)), sizeof(ids));
  close(ends[0]);
  close(ends[1]);
  const auto records = kernel_events.take(switched::kind, pid);
  ASSERT_EQ(records.size(), 1);
  const auto event = records[0].event;
  EXPECT_EQ(event.get<switched::pid>(), pid);
  EXPECT_EQ(event.get<switched::new_uts>(), ids[0]);
  EXPECT_EQ(event.get<switched::new_net>(), ids[1]);
  EXPECT_EQ(event.get<switched::new_mnt>(), namespace_of(getpid(), "mnt"));
  EXPECT_EQ(event.get<switched::new_pid>(), namespace_of(getpid(), "pid"));
  EXPECT_EQ(event.get<switched::new_ipc>(), namespace_of(getpid(), "ipc"));
  EXPECT_EQ(event.get<switched::new_cgroup>(), namespace_of(getpid(), "cgroup"));
  seen_while(
      kernel_events, switched::kind, [] { EXPECT_NE(setns(-1, 0), 0); }, 0);
}

TEST(process_execute_failed_event, has_what_was_to_be_run) {
  capture kernel_events{{.events = {failed::kind, event_kind::execve}}};
  std::array<const char*, 4> argv{"prog", "first arg", "", nullptr};
  std::array<const char*, 2> envp{"A=b", nullptr};
  kernel_events.take();
  EXPECT_NE(execve("/none/prog", const_cast<char**>(argv.data()),
                   const_cast<char**>(envp.data())),
            0);
  EXPECT_NE(syscall(SYS_execveat, AT_FDCWD, "none", argv.data(), envp.data(), 0x100),
            0);
  auto records = kernel_events.take();
  std::erase_if(records, [](const captured& one) {
    return one.header().host_tgid != static_cast<__u32>(getpid());
  });
  ASSERT_EQ(records.size(), 3) << "the call, its failure; a failure of the other call";
  namespace call = events::execve;
  ASSERT_EQ(records[0].event.kind(), call::kind);
  EXPECT_EQ(text_of<call::pathname>(records[0]), "/none/prog");
  const std::string passed{"prog\0first arg\0\0", 16};
  EXPECT_EQ(block_of<call::argv>(records[0]), passed);
  EXPECT_EQ(block_of<call::envp>(records[0]), std::string("A=b\0", 4));
  const auto& plain = records[1];
  EXPECT_EQ(plain.header().return_value, -ENOENT);
  EXPECT_EQ(plain.event.get<failed::dirfd>(), AT_FDCWD);
  EXPECT_EQ(text_of<failed::pathname>(plain), "/none/prog");
  EXPECT_EQ(block_of<failed::argv>(plain), passed);
  EXPECT_EQ(block_of<failed::envp>(plain), std::string("A=b\0", 4));
  EXPECT_EQ(plain.event.get<failed::stdin_type>(),
            stat_of("/proc/self/fd/0").st_mode & S_IFMT);
  EXPECT_EQ(plain.event.get<failed::kernel_invoked>(), 0);
  EXPECT_EQ(text_of<failed::pathname>(records[2]), "none");
  EXPECT_EQ(records[2].event.get<failed::flags>(), 0x100);
}

TEST(execve_call, has_its_arguments_when_it_succeeded_too) {
  namespace call = events::execve;
  capture kernel_events{{.events = {call::kind, failed::kind}}};
  held_child child{[] {
    std::array<const char*, 3> argv{"true", "arg", nullptr};
    std::array<const char*, 2> envp{"C=d", nullptr};
    return execve("/bin/true", const_cast<char**>(argv.data()),
                  const_cast<char**>(envp.data()));
  }};
  const auto pid = child.pid();
  EXPECT_EQ(child.finish(), 0);
  const auto records = kernel_events.take(call::kind, pid);
  ASSERT_EQ(records.size(), 1);
  EXPECT_EQ(records[0].header().return_value, 0);
  EXPECT_EQ(text_of<call::pathname>(records[0]), "/bin/true");
  EXPECT_EQ(block_of<call::argv>(records[0]), std::string("true\0arg\0", 9));
  EXPECT_EQ(block_of<call::envp>(records[0]), std::string("C=d\0", 4));
  EXPECT_TRUE(kernel_events.take(failed::kind, pid).empty());
}

TEST(exit_calls, are_told_though_they_do_not_return) {
  capture kernel_events{{.events = {event_kind::exit, event_kind::exit_group}}};
  const auto pid = run_child([] {
    std::jthread{[] { syscall(SYS_exit, 0); }};
    _exit(7);
    return 0;
  });
  auto records = kernel_events.take();
  std::erase_if(records, [=](const captured& one) {
    return one.header().host_tgid != static_cast<__u32>(pid);
  });
  ASSERT_EQ(records.size(), 2);
  EXPECT_EQ(records[0].event.kind(), event_kind::exit);
  EXPECT_EQ(records[1].event.get<events::exit_group::status>(), 7);
}

native_cred cred_of(const object_value& argument) {
  native_cred result{};
  EXPECT_EQ(argument.bytes.size(), sizeof(result));
  std::memcpy(&result, argument.bytes.data(),
              std::min(argument.bytes.size(), sizeof(result)));
  return result;
}

TEST(commit_creds_event, has_who_it_was_and_who_it_is) {
  capture kernel_events{{.events = {changed::kind}}};
  held_child child{[] {
    if (setresgid(1, 2, 3) != 0 || setresuid(4, 5, 6) != 0)
      return 1;
    return setresuid(-1, -1, -1); // Changes nothing.
  }};
  const auto pid = child.pid();
  EXPECT_EQ(child.finish(), 0);
  const auto records = kernel_events.take(changed::kind, pid);
  ASSERT_EQ(records.size(), 2);
  const auto old = cred_of(*records[1].event.get<changed::old_cred>());
  const auto now = cred_of(*records[1].event.get<changed::new_cred>());
  EXPECT_EQ(old.uid, 0);
  EXPECT_EQ(old.gid, 1);
  EXPECT_EQ(old.egid, 2);
  EXPECT_EQ(old.sgid, 3);
  EXPECT_NE(old.effective, 0);
  EXPECT_EQ(now.uid, 4);
  EXPECT_EQ(now.euid, 5);
  EXPECT_EQ(now.suid, 6);
  EXPECT_EQ(now.fsuid, 5);
  EXPECT_EQ(now.effective, 0);
  EXPECT_EQ(now.user_namespace, namespace_of(getpid(), "user"));
  EXPECT_NE(json_of<changed::new_cred>(records[1]).find(R"("Euid":5)"),
            std::string::npos);
}

} // namespace

} // namespace vedette
