#include "tests/support/runner_test.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vedette {

namespace {

using testing::ElementsAre;
using testing::SizeIs;
using enum task_of_scribe;

class runner_order : public runner_test {
protected:
  scribe::options serial() {
    auto chosen = noting();
    chosen.serial = true;
    return chosen;
  }
};

TEST_F(runner_order, starts_handlers_in_order_and_lets_them_overlap) {
  start(noting());
  give({told(1, 1, query), told(1, 2), told(2, 3, query)});
  EXPECT_THAT(entries_,
              ElementsAre("begin 1", "begin 2", "end 2", "begin 3", "end 1", "end 3"));
}

TEST_F(runner_order, lets_findings_leave_in_the_order_of_their_events) {
  auto other = noting();
  other.id = "other";
  start(noting(), other);
  give({told(1, 1, query_twice), told(1, 2), told(2, 3, query)});
  EXPECT_THAT(taken_.numbers(), ElementsAre(1, 1, 2, 2, 3, 3));
  EXPECT_EQ(taken_.got[0].findings[1].signature->id, "other");
}

TEST_F(runner_order, keeps_a_process_waiting_in_a_serial_signature) {
  start(serial());
  give({told(1, 1, query), told(1, 2, query), told(2, 3, query), told(1, 4)});
  EXPECT_THAT(entries_, ElementsAre("begin 1", "begin 3", "end 1", "end 3", "begin 2",
                                    "end 2", "begin 4", "end 4"));
  EXPECT_THAT(taken_.numbers(), ElementsAre(1, 2, 3, 4));
}

TEST_F(runner_order, keeps_a_process_waiting_across_batches) {
  asked_.hold = true;
  start(serial());
  give({told(1, 1, query)});
  give({told(1, 2), told(2, 3)});
  EXPECT_THAT(entries_, ElementsAre("begin 1", "begin 3", "end 3"));
  release();
  EXPECT_THAT(entries_,
              ElementsAre("begin 1", "begin 3", "end 3", "end 1", "begin 2", "end 2"));
  EXPECT_THAT(taken_.numbers(), ElementsAre(1, 2, 3));
}

TEST_F(runner_order, goes_on_after_an_event_that_failed) {
  start(serial());
  give({told(1, 1, query_and_fail), told(1, 2), told(1, 3, fail), told(1, 4)});
  EXPECT_THAT(entries_, ElementsAre("begin 1", "begin 2", "end 2", "begin 3", "begin 4",
                                    "end 4"));
}

TEST_F(runner_order, lets_go_of_events_that_wait_for_a_signature_that_is_disabled) {
  asked_.hold = true;
  start(serial());
  std::vector<event_builder> events{told(1, 1, query)};
  for (int i = 2; i <= 20; ++i)
    events.push_back(told(1, i, fail));
  give(events);
  release();
  EXPECT_EQ(count_of("scribe", "errors"), 10);
  EXPECT_THAT(answers_, ElementsAre(true));
}

TEST_F(runner_order, holds_for_a_process_with_very_many_events) {
  asked_.hold = true;
  start(serial());
  constexpr auto count = 100'000;
  std::vector<event_builder> events{told(1, 0, query)};
  for (int i = 1; i < count; ++i)
    events.push_back(told(1, i));
  give(events);
  EXPECT_THAT(entries_, SizeIs(1));
  release();
  ASSERT_THAT(entries_, SizeIs(2 * count));
  for (std::size_t i = 0; i < count; ++i)
    ASSERT_EQ(entries_[2 * i + 1], "end " + std::to_string(i));
  EXPECT_THAT(answers_, ElementsAre(true));
}

TEST_F(runner_order, lets_batches_of_a_shard_leave_in_their_order) {
  asked_.hold = true;
  start(noting());
  give({told(1, 1, query)});
  give({told(2, 2)});
  give(flow{0, nullptr, at_ns(9), false, {}});
  EXPECT_THAT(taken_.got, SizeIs(0)) << "a watermark is behind the findings before it";
  EXPECT_THAT(answers_, ElementsAre(false, false, false));
  release();
  EXPECT_THAT(taken_.numbers(), ElementsAre(1, 2));
  EXPECT_THAT(taken_.watermarks(), ElementsAre(1, 2)) << "and is told to who asks";
  EXPECT_THAT(answers_, ElementsAre(true, true, true));
  self_->send(runner_, nudge_atom_v, at_ns(8));
  run();
  EXPECT_THAT(taken_.watermarks(), ElementsAre(1, 2, 9));
}

TEST_F(runner_order, keeps_shards_apart) {
  asked_.hold = true;
  setup_.shards = {4, 7};
  streams_ = {0, 1};
  start(noting());
  give({told(1, 1, query)}, 4);
  give({told(2, 2)}, 7);
  EXPECT_THAT(taken_.numbers(), ElementsAre(2));
  EXPECT_EQ(taken_.got[0].stream, 1);
  release();
  EXPECT_THAT(taken_.numbers(), ElementsAre(2, 1));
  EXPECT_EQ(taken_.got[1].stream, 0);
}

TEST_F(runner_order, tells_and_closes_signatures_when_every_shard_has_ended) {
  asked_.hold = true;
  setup_.shards = {0, 1};
  streams_ = {0, 1};
  start(noting());
  give({told(1, 1, query)}, 0);
  give_end(0);
  give_end(1);
  EXPECT_THAT(entries_, ElementsAre("begin 1"));
  release();
  EXPECT_THAT(entries_, ElementsAre("begin 1", "end 1", "signal tracee", "close"));
  ASSERT_THAT(taken_.got, SizeIs(3));
  EXPECT_TRUE(taken_.got[0].last) << "shard 1";
  EXPECT_TRUE(taken_.got[2].last) << "shard 0";
  EXPECT_EQ(taken_.got[2].watermark, end_of_time);
  give({told(1, 5)});
  EXPECT_THAT(entries_, SizeIs(4)) << "nothing is delivered after close()";
  EXPECT_TRUE(status().balance.adds_up());
}

} // namespace

} // namespace vedette
