#include "tests/kernel/support/capture.hpp"
#include "tests/kernel/support/child.hpp"

#include <csignal>
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

} // namespace

} // namespace vedette
