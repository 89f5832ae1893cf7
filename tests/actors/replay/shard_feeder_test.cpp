#include "actors/replay/shard_feeder.hpp"
#include "tests/support/events.hpp"

#include <gmock/gmock.h>
#include <rapidcheck.h>

#include <algorithm>
#include <numeric>

namespace vedette {

namespace {

using testing::ElementsAre;
using testing::IsEmpty;

struct arrival {
  std::size_t shard;
  std::int64_t time;
};

/// A batch, or a watermark alone, as it was sent.
struct sent {
  std::vector<std::int64_t> times;
  std::int64_t watermark;
  bool last;

  bool operator==(const sent&) const = default;
};

std::ostream& operator<<(std::ostream& out, const sent& one) {
  return out << testing::PrintToString(one.times) << " until " << one.watermark
             << (one.last ? " (last)" : "");
}

constexpr auto end = end_of_time.time_since_epoch().count();

/// Shards that a feeder sends to. Each handles its batches one after another; a batch is
/// answered when every shard has been told of all that happened up to its newest event: the
/// questions of signatures.
class consumers {
public:
  consumers(std::size_t shards, std::size_t batch, std::size_t credits)
      : feeder_{shards, batch, credits, [this](raw_flow next) { take(next); }},
        shards_(shards) {}

  [[nodiscard]] bool offer(arrival next) {
    const auto record =
        event_builder{event_kind::kill}.at(static_cast<std::uint64_t>(next.time)).record();
    return feeder_.offer(next.shard, {at_ns(next.time), record});
  }
  [[nodiscard]] bool finish() { return feeder_.finish(); }

  /// Gives back one credit; false: nobody can be answered.
  bool answer_one() {
    const auto passed = std::ranges::min_element(shards_, {}, &fed::told)->told;
    for (std::size_t i = 0; i < shards_.size(); ++i)
      if (auto& waiting = shards_[i].waiting;
          !waiting.empty() && waiting.front() <= passed) {
        waiting.erase(waiting.begin());
        feeder_.credit(i);
        return true;
      }
    return false;
  }
  void credit(std::size_t shard) { feeder_.credit(shard); }

  [[nodiscard]] std::vector<sent> got(std::size_t shard) const {
    return shards_[shard].got;
  }
  [[nodiscard]] std::size_t waiting(std::size_t shard) const {
    return shards_[shard].waiting.size();
  }

private:
  struct fed {
    std::vector<sent> got;
    std::vector<std::int64_t> waiting; ///< The newest times of unanswered batches.
    std::int64_t told = 0;
  };

  void take(const raw_flow& next) {
    auto& to = shards_.at(next.shard);
    sent one{{}, next.watermark.time_since_epoch().count(), next.last};
    if (next.events)
      for (const auto event : next.events->events())
        one.times.push_back(event.time().time_since_epoch().count());
    if (!one.times.empty())
      to.waiting.push_back(one.times.back());
    to.told = std::max(to.told, one.watermark);
    to.got.push_back(std::move(one));
  }

  shard_feeder feeder_;
  std::vector<fed> shards_;
};

/// Feeds all; each time that there is no credit, one is given back. False: it is stuck.
bool feed(consumers& to, const std::vector<arrival>& input) {
  for (const auto& next : input)
    while (!to.offer(next))
      if (!to.answer_one())
        return false;
  while (!to.finish())
    if (!to.answer_one())
      return false;
  return true;
}

std::vector<arrival> any_input(std::size_t shards) {
  const auto most = *rc::gen::inRange<std::int64_t>(1, 4);
  const auto steps = *rc::gen::container<std::vector<std::pair<std::size_t, std::int64_t>>>(
      rc::gen::pair(rc::gen::inRange<std::size_t>(0, shards),
                    rc::gen::inRange<std::int64_t>(0, most)));
  std::vector<arrival> input;
  std::int64_t now = 10;
  for (const auto& [shard, step] : steps)
    input.push_back({shard, now += step});
  return input;
}

void check_promises(const std::vector<sent>& got, std::size_t batch, std::size_t ties) {
  std::int64_t told = 0, newest = 0;
  for (const auto& one : got) {
    RC_ASSERT(std::ranges::is_sorted(one.times));
    RC_ASSERT(one.times.size() < batch + ties);
    if (!one.times.empty()) {
      RC_ASSERT(one.times.front() > told);
      RC_ASSERT(one.times.front() > newest);
      newest = one.times.back();
    }
    RC_ASSERT(one.watermark >= newest);
    RC_ASSERT(one.watermark > told);
    told = one.watermark;
    RC_ASSERT(one.last == (&one == &got.back()));
  }
  RC_ASSERT(told == end);
}

TEST(ShardFeeder, KeepsItsPromisesAndIsNeverStuck) {
  EXPECT_TRUE(rc::check("order, watermarks, ties, progress", [] {
    const auto shards = *rc::gen::inRange<std::size_t>(1, 5);
    const auto batch = *rc::gen::inRange<std::size_t>(1, 5);
    const auto input = any_input(shards);
    consumers to{shards, batch, *rc::gen::inRange<std::size_t>(1, 4)};
    RC_ASSERT(feed(to, input));
    for (std::size_t shard = 0; shard < shards; ++shard) {
      std::vector<std::int64_t> expected, given;
      for (const auto& [at, time] : input)
        if (at == shard)
          expected.push_back(time);
      const auto got = to.got(shard);
      for (const auto& one : got)
        given.insert(given.end(), one.times.begin(), one.times.end());
      RC_ASSERT(given == expected);
      check_promises(got, batch, input.size() + 1);
    }
  }));
}

TEST(ShardFeeder, DealsOutFullBatches) {
  consumers to{1, 2, 4};
  for (std::int64_t time = 1; time <= 5; ++time)
    EXPECT_TRUE(to.offer({0, time}));
  EXPECT_TRUE(to.finish());
  EXPECT_THAT(to.got(0), ElementsAre(sent{{1, 2}, 2, false}, sent{{3, 4}, 4, false},
                                     sent{{5}, end - 1, false}, sent{{}, end, true}));
}

TEST(ShardFeeder, KeepsEventsOfOneTimeTogether) {
  consumers to{1, 2, 4};
  for (const std::int64_t time : {1, 2, 2, 2, 3})
    EXPECT_TRUE(to.offer({0, time}));
  EXPECT_THAT(to.got(0), ElementsAre(sent{{1, 2, 2, 2}, 2, false}));
}

TEST(ShardFeeder, TellsEverybodyBeforeItWaits) {
  consumers to{3, 2, 1};
  for (const auto& one : {arrival{0, 1}, {0, 2}, {1, 2}, {0, 3}, {0, 4}, {1, 5}})
    EXPECT_TRUE(to.offer(one));
  EXPECT_THAT(to.got(1), IsEmpty());
  EXPECT_FALSE(to.offer({0, 5})) << "its batch of 3 and 4 waits for credit";
  EXPECT_THAT(to.got(0), ElementsAre(sent{{1, 2}, 2, false}));
  EXPECT_THAT(to.got(1), ElementsAre(sent{{2}, 4, false})) << "5 may have companions";
  EXPECT_THAT(to.got(2), ElementsAre(sent{{}, 4, false}));
  EXPECT_FALSE(to.offer({0, 5}));
  EXPECT_THAT(to.got(2), ElementsAre(sent{{}, 4, false})) << "it knows that";
  to.credit(0);
  EXPECT_TRUE(to.offer({0, 5}));
  EXPECT_THAT(to.got(0), ElementsAre(sent{{1, 2}, 2, false}, sent{{3, 4}, 4, false}));
}

TEST(ShardFeeder, TellsAShardWithoutCreditWhatComesBeforeItsEvents) {
  consumers to{2, 1, 1};
  for (const auto& one : {arrival{0, 1}, {1, 1}, {0, 2}, {1, 3}})
    EXPECT_TRUE(to.offer(one));
  EXPECT_FALSE(to.offer({1, 9})) << "3 waits behind 1";
  EXPECT_THAT(to.got(1), ElementsAre(sent{{1}, 2, false}));
  EXPECT_THAT(to.got(0), ElementsAre(sent{{1}, 1, false}))
      << "it knows of nothing before 2, which waits";
  to.credit(1);
  EXPECT_TRUE(to.offer({1, 9}));
  EXPECT_FALSE(to.offer({1, 10}));
  EXPECT_THAT(to.got(0), ElementsAre(sent{{1}, 1, false}));
}

TEST(ShardFeeder, EndsEveryShardOnce) {
  consumers to{3, 4, 1};
  EXPECT_TRUE(to.offer({0, 1}));
  EXPECT_TRUE(to.finish());
  EXPECT_TRUE(to.finish());
  EXPECT_THAT(to.got(0), ElementsAre(sent{{1}, end - 1, false}, sent{{}, end, true}));
  EXPECT_THAT(to.got(1), ElementsAre(sent{{}, end - 1, false}, sent{{}, end, true}));
  EXPECT_EQ(to.got(1), to.got(2));
}

TEST(ShardFeeder, WaitsAtTheEndForCredit) {
  consumers to{2, 1, 1};
  EXPECT_TRUE(to.offer({0, 1}));
  EXPECT_TRUE(to.offer({0, 2}));
  EXPECT_FALSE(to.finish());
  EXPECT_THAT(to.got(0), ElementsAre(sent{{1}, 1, false}));
  EXPECT_TRUE(to.got(1).back().last);
  to.credit(0);
  EXPECT_TRUE(to.finish());
  EXPECT_THAT(to.got(0), ElementsAre(sent{{1}, 1, false}, sent{{2}, end - 1, false},
                                     sent{{}, end, true}));
}

} // namespace

} // namespace vedette
