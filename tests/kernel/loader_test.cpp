#include "tests/kernel/support/capture.hpp"
#include "tests/kernel/support/child.hpp"

namespace vedette {

namespace {

TEST(loader, says_which_probe_it_chose_and_why_not_a_better_one) {
  const auto events = watchable_events();
  capture kernel_events{{.events = {events.begin(), events.end()}}};
  const auto probes = kernel_events.kernel().probes();
  const auto unseen = kernel_events.kernel().unseen();
  ASSERT_EQ(probes.size() + unseen.size(), events.size() + 2)
      << "and task_begin, cgroup_notice";
  for (const auto& event : unseen) {
    EXPECT_EQ(event.refused.size(), probes_of(event.event).size());
    EXPECT_NE(event.event, event_kind::security_file_open);
  }
  EXPECT_EQ(probes[probes.size() - 2].event, event_kind::task_begin);
  EXPECT_EQ(probes.back().event, event_kind::cgroup_notice);
  for (const auto& probe : probes) {
    const auto known = probes_of(probe.event);
    const auto rank = static_cast<std::size_t>(probe.chosen - known.data());
    ASSERT_LT(rank, known.size());
    ASSERT_EQ(probe.refused.size(), rank);
    for (std::size_t i = 0; i < rank; ++i) {
      EXPECT_TRUE(probe.refused[i].starts_with(known[i].name)) << probe.refused[i];
      EXPECT_FALSE(probe.refused[i].contains('\n')) << probe.refused[i];
    }
  }
}

TEST(loader, watches_only_what_is_wanted) {
  capture kernel_events{{.events = {event_kind::sched_process_exit}}};
  ASSERT_EQ(kernel_events.kernel().probes().size(), 1);
  const auto pid = run_child([] { return 0; });
  EXPECT_EQ(kernel_events.take(event_kind::sched_process_exit, pid).size(), 1);
  EXPECT_EQ(kernel_events.kernel().counts(event_kind::sched_process_fork, 0).seen, 0);
}

TEST(loader, runs_beside_another_instance) {
  capture one;
  capture other{{.shards = 3}};
  const auto pid = run_child([] { return 0; });
  EXPECT_EQ(one.take(event_kind::sched_process_exit, pid).size(), 1);
  EXPECT_EQ(other.take(event_kind::sched_process_exit, pid).size(), 1);
}

TEST(loader, tells_who_may_not_load) {
  held_child child{[] {
    if (setresuid(65534, 65534, 65534) != 0)
      return 97;
    const auto result = kernel_side::load({});
    const bool right = !result && result.error().code == ec::no_privileges
                       && result.error().detail.contains("CAP_BPF")
                       && !result.error().detail.contains('\n');
    return right ? 0 : 1;
  }};
  EXPECT_EQ(child.finish(), 0);
}

TEST(loader, names_the_wrong_value) {
  const auto shards = kernel_side::load({.shards = 257});
  ASSERT_FALSE(shards);
  EXPECT_EQ(shards.error().code, ec::invalid_config);
  EXPECT_EQ(shards.error().detail, "pipeline.shards: expected 1 to 256, not 257");
  const auto rings = kernel_side::load({.ring_bytes = 5000});
  ASSERT_FALSE(rings);
  EXPECT_EQ(rings.error().detail,
            "rings.total: each of the 2 rings must be a power of two "
            "from 4096 to 2147483648 bytes, not 5000");
  const auto events = kernel_side::load({.events = {event_kind::lost_events}});
  ASSERT_FALSE(events);
  EXPECT_EQ(events.error().detail,
            "the event lost_events cannot be watched: see `vedette list "
            "events`");
}

TEST(loader, tells_that_rings_are_too_large) {
  // 512 GiB, which is more than a machine of these tests has.
  const auto result = kernel_side::load({.shards = 256, .ring_bytes = 1UL << 31});
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ec::invalid_config);
  EXPECT_TRUE(
      result.error().detail.starts_with("256 rings of 2147483648 bytes (rings.total"))
      << result.error().detail;
  EXPECT_TRUE(result.error().detail.contains("at most")) << result.error().detail;
}

TEST(loader, works_without_dynptr_with_a_margin) {
  capture plain{{.allow_dynptr = false}};
  EXPECT_EQ(plain.kernel().clock_margin(), std::chrono::milliseconds{1});
  const auto pid = run_child([] {
    execl("/bin/true", "true", nullptr);
    return 98;
  });
  EXPECT_EQ(plain.take(event_kind::sched_process_exec, pid).size(), 1);
}

} // namespace

} // namespace vedette
