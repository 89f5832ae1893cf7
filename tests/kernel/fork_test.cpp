#include "tests/kernel/support/capture.hpp"
#include "tests/kernel/support/child.hpp"

#include <filesystem>
#include <sys/syscall.h>
#include <thread>

namespace vedette {

namespace {

namespace made = events::sched_process_fork;
namespace begun = events::task_begin;

/// Records about the making of task `tid`.
std::vector<captured> about(std::vector<captured> records, pid_t tid) {
  std::erase_if(records, [=](const captured& one) {
    return one.event.get<made::child_tid>() != tid
           && one.event.get<begun::child_tid>() != tid;
  });
  return records;
}

struct expected_task {
  pid_t tid, pid;
  std::uint64_t start_ns;
};

template <class Tid, class NsTid, class Pid, class NsPid, class Start>
void expect_task(event_view event, expected_task task) {
  EXPECT_EQ(event.get<Tid>(), task.tid);
  EXPECT_EQ(event.get<NsTid>(), task.tid);
  EXPECT_EQ(event.get<Pid>(), task.pid);
  EXPECT_EQ(event.get<NsPid>(), task.pid);
  EXPECT_EQ(event.get<Start>(), time_ns{std::chrono::nanoseconds{task.start_ns}});
}

void expect_fork(event_view event, expected_task parent, expected_task child,
                 expected_task parent_process, expected_task leader) {
  expect_task<made::parent_tid, made::parent_ns_tid, made::parent_pid,
              made::parent_ns_pid, made::parent_start_time>(event, parent);
  expect_task<made::child_tid, made::child_ns_tid, made::child_pid, made::child_ns_pid,
              made::start_time>(event, child);
  expect_task<made::parent_process_tid, made::parent_process_ns_tid,
              made::parent_process_pid, made::parent_process_ns_pid,
              made::parent_process_start_time>(event, parent_process);
  expect_task<made::leader_tid, made::leader_ns_tid, made::leader_pid,
              made::leader_ns_pid, made::leader_start_time>(event, leader);
}

std::uint64_t since_boot(std::optional<time_ns> time) {
  return static_cast<std::uint64_t>(time.value().time_since_epoch().count());
}

/// A child that is in another shard than we are, if `other`.
pid_t child_in(bool other) {
  auto child = 0;
  do
    child = run_child([] { return 0; });
  while ((child % 2 != getpid() % 2) != other);
  return child;
}

TEST(fork, of_a_process_is_an_event_of_its_parent) {
  capture kernel_events;
  const context self{getpid()};
  const auto child = child_in(false);

  const auto records = about(kernel_events.take(), child);

  ASSERT_EQ(records.size(), 1) << "the shard knows it already: no task_begin";
  const auto event = records.front().event;
  const auto& header = event.header();
  ASSERT_EQ(event.kind(), made::kind);
  self.expect_in(header);
  EXPECT_EQ(records.front().shard, static_cast<unsigned>(getpid()) % 2);
  EXPECT_EQ(header.flags, 0);
  EXPECT_EQ(header.host_tid, static_cast<__u32>(getpid()));
  EXPECT_TRUE(header.syscall == SYS_clone || header.syscall == SYS_fork);
  const auto start = since_boot(event.get<made::start_time>());
  EXPECT_GT(start, header.leader_start_ns);
  EXPECT_GE(header.time_ns, start);
  const expected_task us{getpid(), getpid(), header.leader_start_ns};
  const expected_task it{child, child, start};
  expect_fork(event, us, it, us, it);
}

TEST(fork, of_a_process_begins_a_task_in_its_own_shard_before_it_acts) {
  capture kernel_events;
  const auto child = child_in(true);

  const auto all = kernel_events.take();
  const auto records = about(all, child);

  ASSERT_EQ(records.size(), 2);
  const bool first = records[0].event.kind() == begun::kind;
  const auto& begin = records[first ? 0 : 1];
  const auto& fork_event = records[first ? 1 : 0];
  ASSERT_EQ(begin.event.kind(), begun::kind);
  ASSERT_EQ(fork_event.event.kind(), made::kind);
  EXPECT_EQ(begin.shard, child % 2U);
  EXPECT_EQ(fork_event.shard, static_cast<unsigned>(getpid()) % 2);
  for (std::size_t slot = 0; slot < definition_of(made::kind).args.size(); ++slot)
    EXPECT_EQ(begin.event.value_at<arg_type::uint64>(slot),
              fork_event.event.value_at<arg_type::uint64>(slot));
  const auto first_of_child = std::ranges::find_if(all, [&](const captured& one) {
    return one.shard == child % 2U
           && one.header().host_tgid == static_cast<__u32>(child);
  });
  ASSERT_NE(first_of_child, all.end());
  EXPECT_EQ(first_of_child->event.kind(), begun::kind);
}

TEST(fork, begins_a_task_with_all_that_is_known_of_it) {
  capture kernel_events;
  const auto child = child_in(true);

  const auto all = kernel_events.take(begun::kind, child);

  ASSERT_EQ(all.size(), 1);
  const auto event = all.front().event;
  const auto& header = event.header();
  const auto program = std::filesystem::canonical("/proc/self/exe").string();
  const auto file = stat_of(program);
  EXPECT_EQ(header.host_tid, static_cast<__u32>(child));
  EXPECT_EQ(header.host_ppid, static_cast<__u32>(getpid()));
  EXPECT_EQ(header.ns_tid, static_cast<__u32>(child));
  EXPECT_EQ(header.ns_ppid, static_cast<__u32>(getpid()));
  EXPECT_EQ(header.thread_start_ns, since_boot(event.get<begun::start_time>()));
  EXPECT_EQ(header.leader_start_ns, header.thread_start_ns);
  EXPECT_EQ(header.parent_start_ns, since_boot(event.get<begun::parent_start_time>()));
  EXPECT_EQ(header.cgroup_id, cgroup_id(getpid()));
  EXPECT_EQ(header.mnt_ns, stat_of("/proc/self/ns/mnt").st_ino);
  EXPECT_EQ(header.pid_ns, stat_of("/proc/self/ns/pid").st_ino);
  EXPECT_EQ(header.syscall, -1);
  EXPECT_EQ(header.detail[0], 0);
  EXPECT_EQ(event.process_name(), event.get<begun::comm>());
  EXPECT_EQ(event.get<begun::pathname>(), program);
  EXPECT_TRUE(event.get<begun::dev>());
  EXPECT_EQ(event.get<begun::inode>(), file.st_ino);
  EXPECT_EQ(event.get<begun::ctime>(), ctime_ns(file));
  EXPECT_EQ(event.get<begun::inode_mode>(), file.st_mode);
  EXPECT_EQ(event.get<begun::uid>(), getuid());
  EXPECT_EQ(event.get<begun::gid>(), getgid());
  EXPECT_EQ(event.get<begun::loginuid>(), header.loginuid);
  EXPECT_EQ(event.get<begun::scanned>(), false);
}

TEST(fork, of_a_thread_is_in_one_shard) {
  capture kernel_events;
  pid_t tid = 0;
  std::thread{[&] { tid = gettid(); }}.join();

  const auto records = about(kernel_events.take(), tid);

  ASSERT_EQ(records.size(), 1);
  const auto event = records.front().event;
  const expected_task us{getpid(), getpid(), event.header().leader_start_ns};
  EXPECT_EQ(event.kind(), made::kind);
  EXPECT_EQ(records.front().shard, static_cast<unsigned>(getpid()) % 2);
  expect_fork(event, us, {tid, getpid(), since_boot(event.get<made::start_time>())},
              {getppid(), getppid(), event.header().parent_start_ns}, us);
}

TEST(fork, by_the_ignored_process_is_reported) {
  capture kernel_events{{.ignored_tgid = static_cast<std::uint32_t>(getpid())}};
  const auto same = child_in(false);
  const auto other = child_in(true);
  pid_t tid = 0;
  std::thread{[&] { tid = gettid(); }}.join();

  const auto all = kernel_events.take();

  EXPECT_EQ(about(all, same).size(), 1);
  EXPECT_EQ(about(all, other).size(), 2);
  EXPECT_EQ(about(all, tid).size(), 0) << "its threads are its own affair";
}

} // namespace

} // namespace vedette
