#include "tests/support/runner_test.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

// Signatures of the host are given the events of all shards in the order of time.
namespace vedette {

namespace {

using testing::ElementsAre;
using enum task_of_scribe;

class runner_merge : public runner_test {
protected:
  runner_merge() {
    setup_.merges_shards = true;
    setup_.shards = {0, 1};
    streams_ = {0, 1};
  }
  void tell(std::uint32_t shard, std::int64_t watermark) {
    give(flow{shard, nullptr, at_ns(watermark), false, {}});
  }
};

TEST_F(runner_merge, handles_what_all_shards_have_passed_in_the_order_of_time) {
  start(noting());
  give({told(1, 2), told(1, 5)}, 0);
  EXPECT_THAT(entries_, ElementsAre());
  give({told(2, 1), told(2, 4)}, 1);
  EXPECT_THAT(entries_, ElementsAre("begin 1", "end 1", "begin 2", "end 2", "begin 4",
                                    "end 4"));
  EXPECT_THAT(answers_, ElementsAre(false, true));
  tell(1, 5);
  EXPECT_EQ(entries_.back(), "end 5");
  EXPECT_THAT(answers_, ElementsAre(true, true, true));
}

TEST_F(runner_merge, tells_each_shard_s_findings_with_its_watermark) {
  asked_.hold = true;
  start(noting());
  give({told(1, 2, query)}, 0);
  tell(1, 9);
  EXPECT_THAT(taken_.watermarks(), ElementsAre(9)) << "of shard 1, which has nothing";
  release();
  EXPECT_THAT(taken_.numbers(), ElementsAre(2));
  EXPECT_THAT(taken_.watermarks(), ElementsAre(9, 2));
}

TEST_F(runner_merge, goes_on_when_a_shard_has_ended) {
  start(noting());
  give({told(1, 2)}, 0);
  give_end(1);
  EXPECT_THAT(taken_.numbers(), ElementsAre(2));
  give({told(1, 3)}, 0);
  give_end(0);
  EXPECT_THAT(taken_.numbers(), ElementsAre(2, 3));
  EXPECT_EQ(entries_.back(), "close");
}

/// A replay reads on when the slowest sink has taken what there is: a shard's flow is owed an
/// answer as long as its findings wait.
TEST_F(runner_merge, holds_back_each_shard_until_its_findings_have_been_taken) {
  taken_.hold = true;
  setup_.credits = 1;
  start(noting());
  give({told(1, 1)}, 0);
  give({told(2, 2)}, 1);
  EXPECT_THAT(taken_.numbers(), ElementsAre(1));
  give({told(1, 3)}, 0);
  EXPECT_THAT(entries_, ElementsAre("begin 1", "end 1", "begin 2", "end 2"));
  EXPECT_THAT(taken_.numbers(), ElementsAre(1)) << "the sink has one unanswered";
  EXPECT_THAT(answers_, ElementsAre(false, false, false));
  let_go(1);
  EXPECT_THAT(taken_.numbers(), ElementsAre(1, 2));
  EXPECT_THAT(answers_, ElementsAre(true, false, false));
  let_go(1);
  EXPECT_THAT(answers_, ElementsAre(true, true, false)) << "3 waits for shard 1";
  tell(1, 3);
  let_go(1);
  let_go(1);
  EXPECT_THAT(taken_.numbers(), ElementsAre(1, 2, 3));
  EXPECT_THAT(answers_, ElementsAre(true, true, true, true));
}

TEST_F(runner_merge, asks_a_shard_that_lags_how_far_it_is) {
  std::vector<time_ns> asked;
  const auto origin = system_.spawn(
      [&asked](origin_actor::pointer) -> origin_actor::behavior_type {
        return {[&asked](nudge_atom, time_ns until) { asked.push_back(until); },
                [](lost_atom, const std::string&, const std::string&, std::uint64_t,
                   time_ns, time_ns) {},
                [](tell_atom, const raw_batch_ptr&, bool) {}};
      });
  start(noting());
  give(flow{1, nullptr, at_ns(1), false, origin});
  give({told(1, 2)}, 0);
  give({told(1, 3)}, 0);
  tell(1, 2);
  EXPECT_THAT(asked, ElementsAre(at_ns(2), at_ns(3)));
  stop(origin);
}

} // namespace

} // namespace vedette
