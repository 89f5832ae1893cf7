#include "events/exec_facts.h"
#include "tests/kernel/support/capture.hpp"
#include "tests/kernel/support/child.hpp"
#include "tests/kernel/support/execute.hpp"
#include "tests/kernel/support/scratch_dir.hpp"

#include <fcntl.h>
#include <fstream>
#include <sched.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <thread>

namespace vedette {

namespace {

namespace exec = events::sched_process_exec;
using namespace std::string_literals;

/// ld.so, of the program that runs this test.
std::string interpreter() {
  return std::filesystem::canonical("/lib64/ld-linux-x86-64.so.2").string();
}

TEST(exec, reports_who_and_what) {
  capture kernel_events;
  const scratch_dir dir;
  std::filesystem::copy("/bin/true", dir.file("program"));
  std::filesystem::create_symlink("program", dir.file("link"));
  held_child child{[&] {
    const bool ok =
        setresgid(65533, 65533, 65533) == 0 && setresuid(65534, 65534, 65534) == 0;
    return ok ? execute(dir.file("link")) : 97;
  }};
  chmod(dir.path().c_str(), 0755);
  const context expected{child.pid()};
  const auto file = stat_of(dir.file("program"));

  ASSERT_EQ(child.finish(), 0);
  const auto records = kernel_events.take(exec::kind, child.pid());

  ASSERT_EQ(records.size(), 1);
  const auto event = records.front().event;
  expected.expect_in(event.header());
  EXPECT_EQ(records.front().shard, expected.pid % 2);
  EXPECT_EQ(event.header().host_tid, expected.pid);
  EXPECT_EQ(event.header().ns_tid, expected.pid);
  EXPECT_EQ(event.header().thread_start_ns, event.header().leader_start_ns);
  EXPECT_EQ(event.header().uid, 65534);
  EXPECT_EQ(event.header().gid, 65533);
  EXPECT_EQ(event.header().loginuid, 0xffffffff) << "nobody logged in";
  EXPECT_EQ(event.header().syscall, SYS_execve);
  EXPECT_EQ(event.header().flags, 0);
  EXPECT_EQ(event.header().truncated, 0);
  EXPECT_EQ(event.header().unresolved, 0);
  EXPECT_EQ(event.header().return_value, 0);
  EXPECT_EQ(event.header().detail[0] & RECORD_FILE_FACTS, 0);
  EXPECT_EQ(event.header().detail[1], expected.pid);
  EXPECT_EQ(event.process_name(), "link");
  EXPECT_EQ(event.get<exec::cmdpath>(), dir.file("link"));
  EXPECT_EQ(event.get<exec::pathname>(), dir.file("program"));
  EXPECT_EQ(event.get<exec::dev>(), kernel_dev(file));
  EXPECT_EQ(event.get<exec::inode>(), file.st_ino);
  EXPECT_EQ(event.get<exec::ctime>(), ctime_ns(file));
  EXPECT_EQ(event.get<exec::inode_mode>(), file.st_mode);
}

TEST(exec, reports_how_it_was_called) {
  capture kernel_events;
  const scratch_dir dir;
  std::ofstream{dir.file("input")} << "x";
  const auto found = stat_of(interpreter());
  const auto pid = run_child([&] {
    const auto input = open(dir.file("input").c_str(), O_RDONLY);
    const bool ok = dup2(input, 0) == 0 && chdir(dir.path().c_str()) == 0
                    && prctl(PR_SET_NAME, "before") == 0;
    return ok ? execute("/bin/true") : 97;
  });

  const auto records = kernel_events.take(exec::kind, pid);

  ASSERT_EQ(records.size(), 1);
  const auto event = records.front().event;
  EXPECT_EQ(event.get<exec::interpreter_pathname>(), interpreter());
  EXPECT_EQ(event.get<exec::interpreter_inode>(), found.st_ino);
  EXPECT_EQ(event.get<exec::interpreter_ctime>(), ctime_ns(found));
  EXPECT_TRUE(event.get<exec::interpreter_dev>());
  EXPECT_EQ(block_of<exec::argv>(records.front()), "zero\0x\0"s);
  EXPECT_EQ(event.get<exec::interp>(), "/bin/true");
  EXPECT_EQ(event.get<exec::stdin_type>(), S_IFREG);
  EXPECT_EQ(event.get<exec::stdin_path>(), dir.file("input"));
  EXPECT_EQ(event.get<exec::invoked_from_kernel>(), false);
  EXPECT_EQ(event.get<exec::prev_comm>(), "before");
  EXPECT_EQ(block_of<exec::env>(records.front()), "A=1\0"s);
  EXPECT_EQ(event.get<exec::pwd>(), dir.path());
}

TEST(exec, of_a_static_program_has_no_interpreter) {
  capture kernel_events;
  const auto pid = run_child([] { return execute("/sbin/ldconfig"); });
  const auto records = kernel_events.take(exec::kind, pid);
  ASSERT_EQ(records.size(), 1);
  EXPECT_EQ(records.front().event.get<exec::pathname>(),
            std::filesystem::canonical("/sbin/ldconfig").string());
  EXPECT_FALSE(records.front().event.get<exec::interpreter_pathname>());
}

TEST(exec, tells_what_kind_of_input_it_has) {
  capture kernel_events;
  int ends[2];
  ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
  const auto with_socket =
      run_child([&] { return dup2(ends[0], 0) == 0 ? execute("/bin/true") : 97; });
  const auto with_nothing = run_child([] { return close(0), execute("/bin/true"); });
  close(ends[0]);
  close(ends[1]);

  const auto all = kernel_events.take();
  const auto of = [&](pid_t pid) {
    return std::ranges::find_if(all, [=](const captured& one) {
      return one.event.kind() == exec::kind
             && one.header().host_tgid == static_cast<__u32>(pid);
    });
  };
  ASSERT_NE(of(with_socket), all.end());
  EXPECT_EQ(of(with_socket)->event.get<exec::stdin_type>(), S_IFSOCK);
  ASSERT_NE(of(with_nothing), all.end());
  EXPECT_FALSE(of(with_nothing)->event.get<exec::stdin_type>());
  EXPECT_FALSE(of(with_nothing)->event.get<exec::stdin_path>());
}

TEST(exec, tells_whether_its_output_is_a_socket) {
  capture kernel_events;
  int ends[2];
  ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
  const auto null = open("/dev/null", O_WRONLY);
  const auto with_output = [](int output) {
    return run_child([=] { return dup2(output, 1) == 1 ? execute("/bin/true") : 97; });
  };
  const auto with_socket = with_output(ends[0]), with_file = with_output(null);
  const auto with_nothing = run_child([] { return close(1), execute("/bin/true"); });
  for (const auto one : {ends[0], ends[1], null})
    close(one);

  const auto all = kernel_events.take();
  const auto facts_of = [&](pid_t pid) {
    for (const auto& one : all)
      if (one.event.kind() == exec::kind
          && one.header().host_tgid == static_cast<__u32>(pid))
        return one.header().detail[0] & ~static_cast<__u32>(RECORD_FILE_FACTS);
    return ~0U;
  };
  EXPECT_EQ(facts_of(with_socket), RECORD_EXEC_SOCKET_OUTPUT);
  EXPECT_EQ(facts_of(with_file), 0U);
  EXPECT_EQ(facts_of(with_nothing), 0U);
}

TEST(exec, of_a_script_names_script_and_interpreter) {
  capture kernel_events;
  const scratch_dir dir;
  std::ofstream{dir.file("script")} << "#!/bin/sh\nexit 0\n";
  chmod(dir.file("script").c_str(), 0755);

  const auto pid = run_child([&] { return execute(dir.file("script")); });

  const auto records = kernel_events.take(exec::kind, pid);
  ASSERT_EQ(records.size(), 1);
  const auto event = records.front().event;
  EXPECT_EQ(event.get<exec::cmdpath>(), dir.file("script"));
  EXPECT_EQ(event.get<exec::interp>(), "/bin/sh");
  EXPECT_EQ(event.get<exec::pathname>(),
            std::filesystem::canonical("/bin/sh").string());
  EXPECT_EQ(block_of<exec::argv>(records.front()),
            "/bin/sh\0"s + dir.file("script") + "\0x\0"s);
}

TEST(exec, by_a_thread_that_is_not_the_leader_takes_the_leaders_id) {
  capture kernel_events;
  int from_child[2];
  ASSERT_EQ(pipe(from_child), 0);

  const auto pid = run_child([&] {
    std::thread{[&] {
      const auto tid = gettid();
      if (write(from_child[1], &tid, sizeof(tid)) == sizeof(tid))
        execute("/bin/true");
    }}.join();
    return 0;
  });

  pid_t tid = 0;
  ASSERT_EQ(read(from_child[0], &tid, sizeof(tid)), static_cast<ssize_t>(sizeof(tid)));
  const auto records = kernel_events.take(exec::kind, pid);
  ASSERT_EQ(records.size(), 1);
  EXPECT_NE(tid, pid);
  EXPECT_EQ(static_cast<pid_t>(records.front().header().detail[1]), tid);
  EXPECT_EQ(records.front().header().host_tid, static_cast<__u32>(pid));
}

TEST(exec, in_a_pid_namespace_has_both_ids) {
  capture kernel_events;
  int from_child[2];
  ASSERT_EQ(pipe(from_child), 0);
  run_child([&] {
    if (unshare(CLONE_NEWPID) != 0)
      return 97;
    const auto first = fork();
    if (first == 0)
      return execute("/bin/true");
    return write(from_child[1], &first, sizeof(first)) == sizeof(first)
                   && waitpid(first, nullptr, 0) == first
               ? 0
               : 96;
  });

  pid_t first = 0;
  ASSERT_EQ(read(from_child[0], &first, sizeof(first)),
            static_cast<ssize_t>(sizeof(first)));
  const auto records = kernel_events.take(exec::kind, first);
  ASSERT_EQ(records.size(), 1);
  const auto& header = records.front().header();
  EXPECT_EQ(header.ns_tid, 1);
  EXPECT_EQ(header.ns_tgid, 1);
  EXPECT_EQ(header.ns_ppid, 0) << "the parent is outside";
  EXPECT_NE(header.pid_ns, stat_of("/proc/self/ns/pid").st_ino);
}

} // namespace

} // namespace vedette
