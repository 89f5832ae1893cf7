// Between what was there and what comes nobody is missed, and nobody is there twice.

#include "actors/enrichment/enrichment.hpp"
#include "bpf/task_scan.hpp"
#include "datasources/process_tree/state.hpp"
#include "tests/kernel/support/capture.hpp"
#include "tests/kernel/support/child.hpp"

#include <csignal>
#include <filesystem>
#include <map>
#include <poll.h>
#include <sys/prctl.h>

namespace vedette {

namespace {

/// Forks 2 000 children a second, each of which lives for 100 ms, until it is killed.
[[noreturn]] void storm() {
  constexpr timespec between{0, 500'000};
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  std::signal(SIGCHLD, SIG_IGN);
  for (;;) {
    if (fork() == 0) {
      poll(nullptr, 0, 100);
      _exit(0);
    }
    nanosleep(&between, nullptr);
  }
}

/// The tree after the scan and all that came, in the order of the pipeline: what was
/// there first, then each shard's ring.
class watched_tree {
public:
  void see(const raw_batch_ptr& events) {
    shards_[events->shard()].attach(*events);
    for (const auto event : events->events())
      if (process_tree_state::learns_from(event))
        state_.apply(event);
  }
  const process_info* process(entity_id id, time_ns as_of, tree_parts parts) {
    answer_ = state_.get(
        {static_cast<std::uint64_t>(id), tree_question::process, parts}, as_of);
    return answer_ ? std::get_if<process_info>(&*answer_) : nullptr;
  }

private:
  std::map<std::uint32_t, enrichment> shards_;
  process_tree_state state_{{16384, 32768, std::chrono::minutes{5}}};
  get_result<tree_answer> answer_;
};

TEST(start_state, misses_and_doubles_nobody_in_a_storm_of_forks) {
  const auto program = std::filesystem::canonical("/proc/self/exe").string();
  const auto parent = fork();
  if (parent == 0)
    storm();
  poll(nullptr, 0, 200); // It blows already.
  capture kernel_events{{.ring_bytes = 16 << 20}};
  auto scan = scan_tasks(kernel_events.kernel(), 2, {});
  ASSERT_TRUE(scan);
  const auto scanned = boottime_ns();
  poll(nullptr, 0, 400);
  const auto end = boottime_ns(); // Children get another parent when this one is gone.
  kernel_events.kernel().detach();
  kill(parent, SIGKILL);
  waitpid(parent, nullptr, 0);
  const auto records = kernel_events.take();

  watched_tree tree;
  for (auto& shard : scan->shards)
    tree.see(shard.take());
  for (const auto& batch : kernel_events.batches())
    tree.see(batch);

  std::size_t ended = 0, were_there = 0;
  std::map<entity_id, entity_id> parents;
  for (const auto& one : records) {
    const auto& header = one.header();
    if (one.event.kind() != event_kind::sched_process_exit
        || header.host_ppid != static_cast<__u32>(parent) || header.time_ns < scanned
        || header.time_ns > end)
      continue;
    ++ended;
    were_there += header.leader_start_ns < scanned ? 1U : 0U;
    const auto id = entity_of(header.host_tgid, header.leader_start_ns);
    const time_ns before{std::chrono::nanoseconds{header.time_ns - 1}};
    const auto* found = tree.process(id, before, tree_parts::plain);
    ASSERT_NE(found, nullptr) << header.host_tgid;
    EXPECT_EQ(found->path(), program);
    parents[id] = found->parent;
    const auto* its_parent = tree.process(parents[id], before, tree_parts::all);
    ASSERT_NE(its_parent, nullptr) << header.host_tgid;
    const auto& children = its_parent->children();
    const auto listed = children.find(header.host_tgid);
    ASSERT_NE(listed, children.end()) << header.host_tgid;
    EXPECT_EQ(listed->second, id);
  }
  EXPECT_GT(ended, 50U);
  EXPECT_GT(were_there, 10U) << "some lived when it was looked who does";
  for (const auto& [id, its_parent] : parents)
    EXPECT_EQ(its_parent, parents.begin()->second);
}

} // namespace

} // namespace vedette
