#include "actors/replay/replay_state.hpp"
#include "tests/support/events.hpp"

#include <gmock/gmock.h>

namespace vedette {

namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

class ReplayState : public testing::Test {
protected:
  /// What a shard was given: the time at which it happened, and counts as having happened.
  using times = std::vector<std::pair<std::int64_t, std::int64_t>>;

  void start(replay_config config) {
    got_.resize(config.shards);
    state_.emplace(config, [this](const raw_flow& next) {
      if (!next.events)
        return;
      ++batches_;
      for (const auto event : next.events->events())
        got_[next.shard].emplace_back(event.time().time_since_epoch().count(),
                                      event.visible_at().time_since_epoch().count());
    });
  }

  /// Whether it needs no credit.
  bool accept(std::int64_t time, std::uint32_t pid = 4) {
    state_->accept(event_builder{event_kind::kill}
                       .at(at_ns(time))
                       .by({pid, 1})
                       .replayed(position_++)
                       .record());
    return state_->drain();
  }

  std::optional<replay_state> state_;
  std::vector<times> got_;
  std::size_t batches_ = 0;
  std::uint64_t position_ = 0;
};

TEST_F(ReplayState, SortsWithinItsWindow) {
  start({.reorder = 3});
  for (const auto time : {30, 10, 20, 40, 50})
    EXPECT_TRUE(accept(time));
  EXPECT_TRUE(state_->finish());
  EXPECT_THAT(got_[0], ElementsAre(Pair(10, 10), Pair(20, 20), Pair(30, 30), Pair(40, 40),
                                   Pair(50, 50)));
  EXPECT_EQ(state_->accepted(), 5U);
  EXPECT_EQ(state_->late(), 0U);
}

TEST_F(ReplayState, DealsOutByProcess) {
  start({.shards = 3});
  for (std::uint32_t pid = 1; pid <= 7; ++pid)
    EXPECT_TRUE(accept(pid, pid));
  EXPECT_TRUE(state_->finish());
  EXPECT_THAT(got_[0], ElementsAre(Pair(3, 3), Pair(6, 6)));
  EXPECT_THAT(got_[1], ElementsAre(Pair(1, 1), Pair(4, 4), Pair(7, 7)));
  EXPECT_THAT(got_[2], ElementsAre(Pair(2, 2), Pair(5, 5)));
}

TEST_F(ReplayState, LetsALateRecordCountFromTheWindowsEdge) {
  start({.reorder = 2});
  for (const auto time : {10, 20, 30, 40, 5})
    EXPECT_TRUE(accept(time));
  EXPECT_TRUE(state_->finish());
  EXPECT_THAT(got_[0], ElementsAre(Pair(10, 10), Pair(20, 20), Pair(5, 20), Pair(30, 30),
                                   Pair(40, 40)));
  EXPECT_EQ(state_->late(), 1U);
}

TEST_F(ReplayState, BoundsHowManyCanHappenAtOnce) {
  start({.batch_events = 2, .credits = 100, .reorder = 4});
  for (auto i = 0; i < 10; ++i)
    EXPECT_TRUE(accept(7));
  EXPECT_TRUE(accept(8));
  EXPECT_TRUE(accept(10));
  EXPECT_TRUE(state_->finish());
  ASSERT_EQ(got_[0].size(), 12U);
  std::map<std::int64_t, int> at;
  for (const auto& [time, visible] : got_[0])
    ++at[visible];
  EXPECT_THAT(at, ElementsAre(Pair(7, 4), Pair(8, 4), Pair(9, 3), Pair(10, 1)));
  EXPECT_EQ(state_->late(), 7U);
  EXPECT_EQ(batches_, 4U);
}

TEST_F(ReplayState, LosesNothingWhereItWaits) {
  start({.shards = 2, .batch_events = 1, .credits = 1, .reorder = 1});
  EXPECT_TRUE(accept(1));
  EXPECT_TRUE(accept(2));
  EXPECT_TRUE(accept(3));
  EXPECT_FALSE(accept(4)) << "1 has left, 2 waits for credit, 3 is to leave";
  EXPECT_FALSE(state_->drain());
  EXPECT_THAT(got_[0], ElementsAre(Pair(1, 1)));
  state_->credit(0);
  EXPECT_TRUE(state_->drain());
  EXPECT_FALSE(state_->finish());
  state_->credit(0);
  EXPECT_FALSE(state_->finish());
  state_->credit(0);
  EXPECT_TRUE(state_->finish());
  EXPECT_THAT(got_[0], ElementsAre(Pair(1, 1), Pair(2, 2), Pair(3, 3), Pair(4, 4)));
  EXPECT_EQ(state_->late(), 0U);
}

TEST_F(ReplayState, CountsALateRecordOnceHoweverOftenItWaits) {
  start({.batch_events = 1, .credits = 1, .reorder = 1});
  for (const auto time : {10, 20, 30})
    EXPECT_TRUE(accept(time));
  EXPECT_FALSE(accept(5)) << "no other may happen at 20, so it counts from 21 on";
  for (auto i = 0; i < 3; ++i)
    EXPECT_FALSE(state_->drain());
  for (auto i = 0; i < 5 && !state_->finish(); ++i)
    state_->credit(0);
  EXPECT_THAT(got_[0],
              ElementsAre(Pair(10, 10), Pair(20, 20), Pair(5, 21), Pair(30, 30)));
  EXPECT_EQ(state_->late(), 1U);
}

TEST_F(ReplayState, TakesWhatIsOlderThanTheEpochForTheEpoch) {
  start({.reorder = 2});
  EXPECT_TRUE(accept(-5));
  EXPECT_TRUE(accept(0));
  EXPECT_TRUE(state_->finish());
  EXPECT_THAT(got_[0], ElementsAre(Pair(-5, 0), Pair(0, 0)));
}

} // namespace

} // namespace vedette
