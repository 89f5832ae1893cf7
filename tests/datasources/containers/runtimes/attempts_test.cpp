#include "datasources/containers/runtimes/attempts.hpp"

#include <gtest/gtest.h>

namespace vedette {

namespace {

using namespace std::chrono_literals;
using reason = attempt_failure;

class attempts_test : public testing::Test {
protected:
  static attempts::time at(std::chrono::milliseconds since) {
    return attempts::time{} + 1h + since;
  }
  static runtimes_config limits() {
    runtimes_config config;
    config.in_flight = 2;
    config.retries = 2;
    config.backoff = 100ms;
    config.longest_backoff = 300ms;
    config.patience = 1000ms;
    return config;
  }
  /// The id of the attempt that begins, or "".
  std::string start(std::chrono::milliseconds now) {
    const auto next = attempts_.start(at(now));
    return next ? next->container_id : "";
  }
  std::string fail(const std::string& id, reason why, std::chrono::milliseconds now) {
    const auto gone = attempts_.failed(id, {why, "because"}, at(now));
    return gone ? gone->container_id + ": " + gone->why : "";
  }

  attempts attempts_{limits()};
};

TEST_F(attempts_test, begins_what_came_first_and_no_more_than_may_be_in_flight) {
  for (const auto* id : {"b", "a", "c"})
    attempts_.add(id, at(0ms));
  EXPECT_EQ(start(0ms), "b");
  EXPECT_EQ(start(0ms), "a");
  EXPECT_EQ(start(0ms), "");
  EXPECT_TRUE(attempts_.answered("b"));
  EXPECT_EQ(start(0ms), "c");
  EXPECT_EQ(attempts_.status().in_flight, 2U);
  EXPECT_EQ(attempts_.status().answered, 1U);
  EXPECT_EQ(attempts_.status().asked, 3U);
}

TEST_F(attempts_test, tries_again_after_twice_the_time_each_time_then_gives_up) {
  attempts_.add("a", at(0ms));
  EXPECT_EQ(start(0ms), "a");
  EXPECT_EQ(fail("a", reason::timed_out, 50ms), "");
  EXPECT_EQ(attempts_.next(), at(150ms));
  EXPECT_EQ(start(149ms), "");
  EXPECT_EQ(start(150ms), "a");
  EXPECT_EQ(fail("a", reason::not_found, 200ms), "");
  EXPECT_EQ(start(399ms), "");
  EXPECT_EQ(start(400ms), "a");
  EXPECT_EQ(fail("a", reason::timed_out, 400ms), "a: because");
  EXPECT_EQ(attempts_.next(), std::nullopt);

  const auto status = attempts_.status();
  EXPECT_EQ(status.attempts, 3U);
  EXPECT_EQ(status.retries, 2U);
  EXPECT_EQ(status.failed, 1U);
  EXPECT_EQ(status.failures,
            (std::map<std::string, std::uint64_t>{{"timed_out", 2}, {"not_found", 1}}));
  EXPECT_EQ(status.in_flight + status.waiting, 0U);
}

TEST_F(attempts_test, one_that_waits_to_be_tried_again_does_not_hold_up_another) {
  attempts_.add("a", at(0ms));
  start(0ms);
  fail("a", reason::refused, 0ms);
  attempts_.add("b", at(1ms));
  EXPECT_EQ(start(1ms), "b");
}

TEST_F(attempts_test, one_probes_a_missing_socket_for_all_and_costs_nobody_a_retry) {
  for (const auto* id : {"a", "b", "c"})
    attempts_.add(id, at(0ms));
  start(0ms);
  start(0ms);
  EXPECT_EQ(fail("a", reason::no_socket, 0ms), "");
  EXPECT_EQ(fail("b", reason::no_socket, 0ms), "");
  EXPECT_EQ(start(150ms), "");
  // The second failure doubled the wait: 200 ms, then at most 300.
  EXPECT_NE(start(200ms), "");
  EXPECT_EQ(start(200ms), "");
  EXPECT_EQ(fail("c", reason::no_socket, 200ms), "");
  EXPECT_EQ(attempts_.next(), at(500ms));
  EXPECT_EQ(start(499ms), "");
  const auto probe = start(500ms);
  EXPECT_TRUE(attempts_.answered(probe)); // It is there now: all go on at once.
  EXPECT_NE(start(500ms), "");
  EXPECT_NE(start(500ms), "");
  EXPECT_EQ(attempts_.status().retries, 0U);
}

TEST_F(attempts_test, gives_up_on_a_missing_socket_when_patience_is_over) {
  attempts_.add("a", at(0ms));
  start(0ms);
  fail("a", reason::no_socket, 0ms);
  attempts_.add("b", at(500ms));
  EXPECT_TRUE(attempts_.expire(at(999ms)).empty());
  const auto gone = attempts_.expire(at(1000ms));
  ASSERT_EQ(gone.size(), 1U);
  EXPECT_EQ(gone[0].container_id, "a");
  EXPECT_EQ(gone[0].why, "because");
  EXPECT_EQ(attempts_.status().waiting, 1U);
  // Also one whose probe was under way.
  EXPECT_EQ(start(1400ms), "b");
  EXPECT_EQ(fail("b", reason::no_socket, 1500ms), "b: because");
}

TEST_F(attempts_test, looks_again_no_later_than_the_first_runs_out_of_patience) {
  attempts_.add("a", at(0ms));
  start(0ms);
  fail("a", reason::no_socket, 0ms);
  start(100ms);
  fail("a", reason::no_socket, 900ms);
  EXPECT_EQ(attempts_.next(), at(1000ms)); // Not 1100.
}

TEST_F(attempts_test, tries_large_ones_one_at_a_time_and_each_only_once) {
  for (const auto* id : {"a", "b"})
    attempts_.add(id, at(0ms));
  start(0ms);
  start(0ms);
  EXPECT_EQ(fail("a", reason::too_large, 0ms), "");
  EXPECT_EQ(fail("b", reason::too_large, 0ms), "");
  EXPECT_EQ(attempts_.start(at(0ms)), (attempt{"a", true}));
  EXPECT_EQ(attempts_.start(at(0ms)), std::nullopt);
  EXPECT_EQ(fail("a", reason::too_large, 10ms), "a: because");
  EXPECT_EQ(attempts_.start(at(10ms)), (attempt{"b", true}));
  EXPECT_TRUE(attempts_.answered("b"));
  EXPECT_EQ(attempts_.status().waiting, 0U);
}

TEST_F(attempts_test, forgets_what_nobody_wants) {
  attempts_.add("a", at(0ms));
  attempts_.add("b", at(0ms));
  start(0ms);
  attempts_.forget("a"); // Runs: its answer is for nobody.
  attempts_.forget("b");
  attempts_.forget("never asked");
  EXPECT_EQ(start(0ms), "");
  EXPECT_FALSE(attempts_.answered("a"));
  const auto status = attempts_.status();
  EXPECT_EQ(status.dropped, 2U);
  EXPECT_EQ(status.answered, 0U);
  EXPECT_EQ(status.in_flight + status.waiting, 0U);
}

TEST_F(attempts_test, wants_again_what_it_had_forgotten) {
  attempts_.add("a", at(0ms));
  start(0ms);
  attempts_.forget("a");
  attempts_.add("a", at(1ms));
  EXPECT_TRUE(attempts_.answered("a"));
}

TEST_F(attempts_test, keeps_nothing_of_those_that_are_over) {
  for (auto n = 0; n < 1000; ++n) {
    const auto id = std::to_string(n);
    attempts_.add(id, at(0ms));
    ASSERT_EQ(start(0ms), id);
    if (n % 2)
      attempts_.answered(id);
    else
      for (auto tries = 0; fail(id, reason::refused, 0ms).empty(); ++tries)
        ASSERT_EQ(start(2000ms), id);
  }
  const auto status = attempts_.status();
  EXPECT_EQ(status.in_flight + status.waiting, 0U);
  EXPECT_EQ(status.answered + status.failed, 1000U);
  EXPECT_EQ(attempts_.next(), std::nullopt);
}

} // namespace

} // namespace vedette
