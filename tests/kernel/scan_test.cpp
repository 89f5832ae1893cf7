#include "bpf/task_scan.hpp"
#include "tests/kernel/support/capture.hpp"
#include "tests/kernel/support/child.hpp"

#include <filesystem>
#include <optional>
#include <set>
#include <sys/eventfd.h>
#include <thread>

namespace vedette {

namespace {

namespace begun = events::task_begin;
using namespace std::string_literals;

struct scanned {
  explicit scanned(const kernel_side& kernel, unsigned shards = 2) {
    auto result = scan_tasks(kernel, shards, {});
    EXPECT_TRUE(result) << (result ? "" : result.error().detail);
    for (auto& builder : result->shards)
      batches.push_back(builder.take());
    tasks = result->tasks;
  }

  [[nodiscard]] std::vector<captured> all() const {
    std::vector<captured> records;
    for (const auto& one : batches)
      for (const auto event : one->events())
        records.push_back({one->shard(), event});
    return records;
  }
  [[nodiscard]] std::optional<captured> task(pid_t tid) const {
    for (const auto& one : all())
      if (one.header().host_tid == static_cast<__u32>(tid))
        return one;
    return {};
  }

  std::vector<raw_batch_ptr> batches;
  std::size_t tasks = 0;
};

TEST(scan, finds_this_process) {
  capture kernel_events;
  const scanned found{kernel_events.kernel()};

  const auto self = found.task(getpid());

  ASSERT_TRUE(self);
  const auto event = self->event;
  const auto& header = event.header();
  const auto program = std::filesystem::canonical("/proc/self/exe").string();
  context expected{getpid()};
  expected.since = 0; // Its time is when it started, not now.
  expected.expect_in(header);
  EXPECT_EQ(self->shard, static_cast<unsigned>(getpid()) % 2);
  EXPECT_EQ(header.time_ns, header.thread_start_ns);
  EXPECT_EQ(header.host_tid, header.host_tgid);
  EXPECT_EQ(event.get<begun::scanned>(), true);
  EXPECT_EQ(event.get<begun::child_tid>(), getpid());
  EXPECT_EQ(event.get<begun::child_pid>(), getpid());
  EXPECT_EQ(event.get<begun::leader_tid>(), getpid());
  EXPECT_EQ(event.get<begun::parent_tid>(), getppid());
  EXPECT_EQ(event.get<begun::parent_process_tid>(), getppid());
  EXPECT_EQ(event.get<begun::comm>(), event.process_name());
  EXPECT_EQ(event.get<begun::pathname>(), program);
  EXPECT_EQ(event.get<begun::inode>(), stat_of(program).st_ino);
  EXPECT_EQ(event.get<begun::ctime>(), ctime_ns(stat_of(program)));
  EXPECT_EQ(event.get<begun::inode_mode>(), stat_of(program).st_mode);
  EXPECT_EQ(event.get<begun::pwd>(), std::filesystem::current_path().string());
  EXPECT_TRUE(
      block_of<begun::argv>(*self).starts_with(testing::internal::GetArgvs()[0]));
  EXPECT_EQ(event.get<begun::uid>(), getuid());
  EXPECT_EQ(event.get<begun::gid>(), getgid());
}

TEST(scan, finds_threads_and_the_parent_with_the_start_times_of_records) {
  capture kernel_events;
  const auto gate = eventfd(0, 0);
  std::atomic<pid_t> tid = 0;
  std::jthread thread{[&] {
    tid = gettid();
    std::uint64_t go = 0;
    EXPECT_EQ(read(gate, &go, sizeof(go)), 8);
  }};
  while (tid == 0) {
  }
  held_child child{[] { return 0; }};

  const scanned found{kernel_events.kernel()};
  const std::uint64_t go = 1;
  ASSERT_EQ(write(gate, &go, sizeof(go)), 8);
  thread.join();
  child.finish();

  namespace made = events::sched_process_fork;
  std::size_t compared = 0;
  for (const auto& one : kernel_events.take()) {
    const auto made_tid = one.event.get<made::child_tid>();
    if (made_tid != tid && made_tid != child.pid())
      continue;
    const auto task = found.task(*made_tid);
    ASSERT_TRUE(task);
    EXPECT_EQ(task->event.get<begun::start_time>(), one.event.get<made::start_time>());
    EXPECT_EQ(task->event.get<begun::leader_start_time>(),
              one.event.get<made::leader_start_time>());
    EXPECT_EQ(task->event.get<begun::parent_process_start_time>(),
              one.event.get<made::parent_process_start_time>());
    EXPECT_EQ(task->event.get<begun::child_pid>(), one.event.get<made::child_pid>());
    ++compared;
  }
  EXPECT_EQ(compared, 2);
  const auto parent = found.task(getppid());
  ASSERT_TRUE(parent);
  EXPECT_EQ(parent->header().thread_start_ns,
            found.task(getpid())->header().parent_start_ns);
  close(gate);
}

TEST(scan, finds_all_that_proc_lists_parents_first) {
  capture kernel_events;
  const scanned found{kernel_events.kernel(), 1};

  std::set<std::uint32_t> seen{0};
  for (const auto& one : found.all()) {
    EXPECT_TRUE(seen.contains(one.header().host_ppid)) << one.header().host_tid;
    seen.insert(one.header().host_tid);
  }
  EXPECT_EQ(seen.size(), found.tasks + 1) << "each once";
  for (const auto pid : {1, getpid(), getppid()})
    EXPECT_TRUE(seen.contains(static_cast<std::uint32_t>(pid))) << pid;
}

TEST(scan, can_be_repeated_and_outlives_detaching) {
  capture kernel_events;
  kernel_events.kernel().detach();
  for (auto i = 0; i < 3; ++i)
    EXPECT_TRUE(scanned{kernel_events.kernel()}.task(getpid()));
}

} // namespace

} // namespace vedette
