#include "tests/kernel/support/capture.hpp"
#include "tests/kernel/support/child.hpp"

#include <csignal>
#include <sys/prctl.h>
#include <thread>

namespace vedette {

namespace {

namespace gone = events::sched_process_exit;

struct exit_case {
  const char* name;
  int (*end)();
  std::int32_t code;
  std::int32_t signal;
};

void PrintTo(const exit_case& tested, std::ostream* out) {
  *out << tested.name;
}

class exit_event : public testing::TestWithParam<std::tuple<exit_case, const char*>> {};

TEST_P(exit_event, reports_code_and_signal) {
  const auto& [tested, probe] = GetParam();
  capture kernel_events{{.only_probe = probe}};
  held_child child{tested.end};
  const context expected{child.pid()};

  child.finish();

  const auto records = kernel_events.take(gone::kind, child.pid());
  ASSERT_EQ(records.size(), 1);
  const auto event = records.front().event;
  expected.expect_in(event.header());
  EXPECT_EQ(event.header().host_tid, expected.pid);
  EXPECT_EQ(event.get<gone::exit_code>(), tested.code);
  EXPECT_EQ(event.get<gone::signal_code>(), tested.signal);
  EXPECT_EQ(event.get<gone::process_group_exit>(), true);
}

std::string
name_of_test(const testing::TestParamInfo<std::tuple<exit_case, const char*>>& test) {
  const bool told = std::string_view{std::get<1>(test.param)}.ends_with(')');
  return std::string{std::get<0>(test.param).name} + (told ? "_told" : "_guessed");
}

INSTANTIATE_TEST_SUITE_P(
    ways, exit_event,
    testing::Combine(testing::Values(exit_case{"success", [] { return 0; }, 0, 0},
                                     exit_case{"failure", [] { return 7; }, 7, 0},
                                     exit_case{"signal", [] { return raise(SIGKILL); },
                                               0, SIGKILL}),
                     testing::Values("tp_btf/sched_process_exit(group_dead)",
                                     "tp_btf/sched_process_exit")),
    name_of_test);

TEST(exit_of_thread, does_not_end_the_process) {
  capture kernel_events;
  const auto pid = run_child([] {
    std::thread{[] {}}.join();
    return 3;
  });

  const auto records = kernel_events.take(gone::kind, pid);
  ASSERT_EQ(records.size(), 2);
  EXPECT_NE(records[0].header().host_tid, static_cast<__u32>(pid));
  EXPECT_EQ(records[0].event.get<gone::process_group_exit>(), false);
  EXPECT_EQ(records[1].header().host_tid, static_cast<__u32>(pid));
  EXPECT_EQ(records[1].event.get<gone::process_group_exit>(), true);
  EXPECT_EQ(records[1].event.get<gone::exit_code>(), 3);
}

/// The exit of a child that leaves a child of its own behind → header.detail[0].
std::uint32_t reaper_after_exit(capture& kernel_events) {
  int gate[2];
  EXPECT_EQ(pipe(gate), 0);
  const auto pid = run_child([&] {
    if (fork() != 0)
      return 0;
    char go = 0;
    close(gate[1]);
    return static_cast<int>(read(gate[0], &go, 1)); // Until the test closes its end.
  });
  close(gate[0]);
  close(gate[1]);
  const auto records = kernel_events.take(gone::kind, pid);
  EXPECT_EQ(records.size(), 1);
  return records.front().header().detail[0];
}

TEST(exit_of_parent, tells_who_gets_its_children) {
  capture kernel_events;
  ASSERT_EQ(prctl(PR_SET_CHILD_SUBREAPER, 1), 0);
  EXPECT_EQ(reaper_after_exit(kernel_events), static_cast<__u32>(getpid()));
  EXPECT_GT(wait(nullptr), 0) << "it is ours now";
  ASSERT_EQ(prctl(PR_SET_CHILD_SUBREAPER, 0), 0);
}

TEST(exit_of_parent, without_children_needs_nobody) {
  capture kernel_events;
  const auto pid = run_child([] { return 0; });
  const auto records = kernel_events.take(gone::kind, pid);
  ASSERT_EQ(records.size(), 1);
  EXPECT_EQ(records.front().header().detail[0], 0);
}

} // namespace

} // namespace vedette
