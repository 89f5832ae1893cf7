#include "events/time_merge.hpp"
#include "tests/support/events.hpp"

#include <gmock/gmock.h>
#include <rapidcheck.h>

#include <algorithm>
#include <random>
#include <tuple>
#include <vector>

namespace vedette {

namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<int> release(time_merge<int>& merge) {
  std::vector<int> items;
  merge.release([&](const moment&, int item) { items.push_back(item); });
  return items;
}

TEST(TimeMerge, GivesOutWhatEveryStreamHasPassed) {
  time_merge<int> merge{2};
  merge.push({at_ns(10), 0, 0}, 1);
  merge.push({at_ns(20), 0, 1}, 2);
  merge.push({at_ns(5), 0, 1}, 3);
  EXPECT_EQ(merge.oldest(), at_ns(5));
  EXPECT_THAT(release(merge), IsEmpty());
  merge.advance(0, at_ns(30));
  EXPECT_THAT(release(merge), IsEmpty());
  merge.advance(1, at_ns(10));
  EXPECT_EQ(merge.watermark(), at_ns(10));
  EXPECT_THAT(release(merge), ElementsAre(3, 1));
  EXPECT_EQ(merge.pending(), 1U);
  merge.advance(1, at_ns(20));
  EXPECT_THAT(release(merge), ElementsAre(2));
}

TEST(TimeMerge, NeverGoesBack) {
  time_merge<int> merge{1};
  merge.advance(0, at_ns(10));
  merge.advance(0, at_ns(5));
  EXPECT_EQ(merge.watermark_of(0), at_ns(10));
}

TEST(TimeMerge, OrdersByTimePositionStreamAndArrival) {
  time_merge<int> merge{2};
  merge.push({at_ns(1), 5, 1}, 4);
  merge.push({at_ns(1), 5, 0}, 2);
  merge.push({at_ns(1), 5, 0}, 3);
  merge.push({at_ns(1), 4, 1}, 1);
  merge.push({at_ns(0), 9, 1}, 0);
  merge.advance(0, end_of_time);
  merge.advance(1, end_of_time);
  EXPECT_THAT(release(merge), ElementsAre(0, 1, 2, 3, 4));
}

TEST(TimeMerge, GivesOutAllWithoutStreams) {
  time_merge<int> merge{0};
  merge.push({at_ns(1), 0, 0}, 1);
  EXPECT_EQ(merge.watermark(), end_of_time);
  EXPECT_THAT(release(merge), ElementsAre(1));
}

TEST(TimeMerge, GivesOutUpToATime) {
  time_merge<int> merge{1};
  for (const auto time : {3, 1, 2})
    merge.push({at_ns(time), 0, 0}, time);
  std::vector<int> items;
  merge.release(at_ns(2), [&](const moment& at, int item) {
    EXPECT_EQ(at.time, at_ns(item));
    items.push_back(item);
  });
  EXPECT_THAT(items, ElementsAre(1, 2));
}

/// Streams whose items come in any order among each other: what comes out depends on what
/// went in alone.
TEST(TimeMerge, SortsWhateverTheOrderOfArrival) {
  using item = std::tuple<std::int64_t, std::uint64_t, std::uint32_t>;
  EXPECT_TRUE(rc::check("a merge of sorted streams is a sort", [] {
    const auto streams = *rc::gen::inRange<std::uint32_t>(1, 5);
    const auto items = *rc::gen::container<std::vector<item>>(rc::gen::tuple(
        rc::gen::inRange<std::int64_t>(1, 20), rc::gen::inRange<std::uint64_t>(0, 5),
        rc::gen::inRange<std::uint32_t>(0, streams)));
    std::vector<std::vector<item>> waiting(streams);
    for (const auto& one : items)
      waiting[std::get<2>(one)].push_back(one);
    for (auto& stream : waiting)
      std::ranges::sort(stream, std::greater{});

    std::mt19937 random{*rc::gen::arbitrary<std::uint32_t>()};
    time_merge<item> merge{streams};
    std::vector<item> output;
    const auto take = [&](const moment& at, const item& next) {
      RC_ASSERT(at.time <= merge.watermark());
      output.push_back(next);
    };
    for (std::size_t open = streams; open > 0;) {
      const auto from = static_cast<std::uint32_t>(random() % streams);
      auto& stream = waiting[from];
      if (stream.empty()) {
        open -= merge.watermark_of(from) == end_of_time ? 0 : 1;
        merge.advance(from, end_of_time);
      } else {
        const auto [time, position, unused] = stream.back();
        merge.push({at_ns(time), position, from}, stream.back());
        stream.pop_back();
        merge.advance(from, at_ns(time - 1)); // More of this time may follow.
      }
      merge.release(take);
    }
    auto sorted = items;
    std::ranges::sort(sorted);
    RC_ASSERT(output == sorted);
    RC_ASSERT(merge.pending() == 0U);
  }));
}

} // namespace

} // namespace vedette
