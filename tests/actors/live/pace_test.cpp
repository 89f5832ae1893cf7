#include "actors/live/pace.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>

namespace vedette {

namespace {

constexpr std::uint64_t spacing = 10, start = 1'000'000;

/// Goes as soon as it may, from `now` on. → how often until `end`.
std::uint64_t go_until(pace& of, std::uint64_t now, std::uint64_t end) {
  std::uint64_t count = 0;
  for (; (now = std::max(now, of.next())) < end; ++count)
    of.went(now);
  return count;
}

TEST(pace, lets_a_few_go_at_once_and_the_others_one_per_spacing) {
  pace batches{spacing};
  EXPECT_EQ(go_until(batches, start, start + 1), pace::burst);
  EXPECT_EQ(go_until(batches, start + 1, start + 1 + 100 * spacing), 100U);
}

TEST(pace, gives_back_after_a_pause_what_was_not_used) {
  pace batches{spacing};
  go_until(batches, start, start + 1000);
  EXPECT_EQ(go_until(batches, start + 1000 + 3 * spacing, start + 1000 + 3 * spacing + 1), 4U);
  EXPECT_EQ(go_until(batches, start + 5000, start + 5001), pace::burst);
}

TEST(pace, of_several_has_the_same_times) {
  pace one{spacing}, other{spacing};
  go_until(one, start + 3, start + 4);
  go_until(other, start + 8, start + 9);
  EXPECT_EQ(one.next(), start + spacing);
  EXPECT_EQ(other.next(), start + spacing);
  for (auto late = 1U; late < 100; ++late) { // Each goes a little later than it may.
    EXPECT_EQ(one.next(), start + late * spacing);
    one.went(one.next() + late % 4);
  }
}

TEST(pace, is_not_slower_than_asked_after_those_that_did_not_wait) {
  pace batches{spacing};
  for (auto n = 0; n < 1000; ++n)
    batches.went(start);
  EXPECT_EQ(batches.next(), start + spacing);
}

TEST(pace, holds_nobody_up_without_a_spacing) {
  pace batches{0};
  for (auto n = 0; n < 1000; ++n)
    batches.went(start);
  EXPECT_LE(batches.next(), start);
}

} // namespace

} // namespace vedette
