#include "datasources/history.hpp"
#include "tests/support/events.hpp"
#include "tests/support/property.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace vedette {

namespace {

constexpr std::uint8_t letter = 1, digit = 2;

struct version {
  time_ns since{};
  time_ns exact_until = end_of_time;
  std::uint8_t changed = 0;
  int letters = 0, digits = 0;

  void take(const version& from, std::uint8_t groups) {
    if ((groups & letter) != 0)
      letters = from.letters;
    if ((groups & digit) != 0)
      digits = from.digits;
  }
  void forget() {}
};

void change_in(history<version>& whose, std::int64_t at, std::uint8_t groups,
               std::int64_t settled) {
  whose.change(at_ns(at), groups, at_ns(settled), [&](version& next) {
    if ((groups & letter) != 0)
      next.letters = static_cast<int>(at);
    if ((groups & digit) != 0)
      next.digits = static_cast<int>(at);
  });
}

class history_test : public testing::Test {
protected:
  void change(std::int64_t at, std::uint8_t groups) {
    change_in(history_, at, groups, settled_);
    newest_ = std::max(newest_, at);
  }
  bool is_exact(std::int64_t as_of) const {
    const auto seen = history_.look_back(at_ns(as_of), at_ns(newest_));
    return seen.version != nullptr && seen.is_exact;
  }

  history<version> history_{{.since = at_ns(5)}};
  std::int64_t newest_ = 5;
  std::int64_t settled_ = 1'000'000; ///< Nobody lags.
};

TEST_F(history_test, DropsNoChangeThatIsAmongTheLastSixteenOfItsGroup) {
  for (std::int64_t at = 10; at <= 60; at += 10)
    change(at, letter | digit);
  change(65, letter); // Alone, so it can be dropped alone.
  for (std::int64_t at = 70; at <= 160; at += 10)
    change(at, letter);
  EXPECT_EQ(history_.find(at_ns(65))->letters, 65) << "10 changes ago";
  for (std::int64_t at = 5; at <= 160; ++at)
    EXPECT_TRUE(is_exact(at)) << at;
  for (std::int64_t at = 170; at <= 230; at += 10)
    change(at, letter);
  EXPECT_FALSE(is_exact(65)) << "17 changes ago";
  EXPECT_FALSE(is_exact(69));
  EXPECT_TRUE(is_exact(64)) << "its digits are among the last";
  EXPECT_TRUE(is_exact(70));
}

TEST_F(history_test, IsNotExactAboutWhatIsLearnedLateInAGap) {
  change(10, digit);
  for (std::int64_t at = 20; at <= 200; at += 10)
    change(at, letter);
  ASSERT_FALSE(is_exact(25));
  change(25, digit);
  EXPECT_EQ(history_.find(at_ns(25))->digits, 25);
  EXPECT_FALSE(is_exact(25)) << "which letter it was is not known";
  change(24, letter);
  EXPECT_EQ(history_.latest().letters, 200);
  EXPECT_EQ(history_.latest().digits, 25);
}

TEST_F(history_test, KeepsWhatWasFirst) {
  for (std::int64_t at = 10; at <= 400; at += 10)
    change(at, letter);
  EXPECT_EQ(history_.size(), 18U);
  EXPECT_EQ(history_.began(), at_ns(5));
  const auto seen = [&](std::int64_t at) {
    return history_.look_back(at_ns(at), at_ns(400)).version;
  };
  EXPECT_EQ(seen(4), nullptr);
  EXPECT_EQ(seen(5), &history_.oldest());
  EXPECT_TRUE(is_exact(9));
  EXPECT_EQ(seen(10), &history_.oldest()) << "the oldest known";
  EXPECT_FALSE(is_exact(10));
  EXPECT_FALSE(is_exact(239));
  EXPECT_TRUE(is_exact(240));
  EXPECT_EQ(seen(240)->letters, 240) << "before the last sixteen changes";
  EXPECT_EQ(seen(400), &history_.latest());
  change(3, digit);
  EXPECT_EQ(history_.began(), at_ns(3));
  EXPECT_EQ(history_.latest().digits, 3);
  EXPECT_TRUE(is_exact(7));
  EXPECT_FALSE(is_exact(10));
}

TEST_F(history_test, KeepsAllThatThoseWhoLagGetToKnow) {
  settled_ = 10;
  for (std::int64_t at = 10; at <= 400; ++at)
    change(at, letter);
  EXPECT_EQ(history_.size(), 392U);
  for (std::int64_t asked = 10; asked <= 400; ++asked) {
    const auto now = history_.look_back(at_ns(asked), at_ns(asked));
    ASSERT_TRUE(now.is_exact);
    ASSERT_EQ(now.version->letters, asked);
    if (asked < 40)
      continue;
    EXPECT_TRUE(history_.look_back(at_ns(asked - 16), at_ns(asked)).is_exact);
    const auto past = history_.look_back(at_ns(asked - 17), at_ns(asked));
    EXPECT_FALSE(past.is_exact);
    EXPECT_EQ(past.version, &history_.oldest());
  }
  for (std::int64_t at = 401; at <= 30'000; ++at) {
    settled_ = at - 30;
    change(at, letter);
  }
  EXPECT_LE(history_.size(), 1024U) << "they have caught up";
}

/// One change, and how far those who lag have come by then.
struct step {
  std::int64_t at;
  std::uint8_t groups;
  std::int64_t settled;
};

/// Mostly in order; what comes late is not behind those who lag.
std::vector<step> random_steps() {
  std::vector<step> steps;
  std::int64_t newest = 5, settled = 5;
  const auto count = *rc::gen::inRange(1, 200);
  const auto lag = *rc::gen::inRange<std::int64_t>(1, 100);
  const auto digits = *rc::gen::inRange(1, 40);
  for (auto i = 0; i < count; ++i) {
    auto at = newest + *rc::gen::inRange<std::int64_t>(0, 3);
    if (*rc::gen::inRange(0, 10) == 0)
      at = *rc::gen::inRange<std::int64_t>(settled + 1, newest + 2);
    const auto number = *rc::gen::inRange(0, digits);
    const auto groups = number == 0 ? digit : number == 1 ? letter | digit : letter;
    steps.push_back(
        {std::max(at, settled + 1), static_cast<std::uint8_t>(groups), settled});
    newest = std::max(newest, steps.back().at);
    settled = std::max(settled, newest - *rc::gen::inRange<std::int64_t>(0, lag));
  }
  return steps;
}

TEST_F(history_test, DoesNotShowWhatIsKeptForThoseWhoLag) {
  expect_property(10'000, [] {
    history<version> all{{.since = at_ns(5)}};
    history<version> trimmed = all;
    const auto steps = random_steps();
    for (const auto& [at, groups, settled] : steps) {
      change_in(all, at, groups, 0);
      change_in(trimmed, at, groups, settled);
    }
    const auto& last = steps.back();
    for (auto i = 0; i < 20; ++i) {
      const auto asked = *rc::gen::inRange<std::int64_t>(last.settled, last.at + 2);
      const auto as_of = *rc::gen::inRange<std::int64_t>(4, asked + 1);
      const auto expected = all.look_back(at_ns(as_of), at_ns(asked));
      const auto seen = trimmed.look_back(at_ns(as_of), at_ns(asked));
      RC_ASSERT((seen.version == nullptr) == (expected.version == nullptr));
      RC_ASSERT(seen.is_exact == expected.is_exact);
      if (seen.version != nullptr) {
        RC_ASSERT(seen.version->letters == expected.version->letters);
        RC_ASSERT(seen.version->digits == expected.version->digits);
      }
    }
  });
}

TEST_F(history_test, LeavesItsMemoryAndNothingElseToAnother) {
  change(10, letter);
  change(20, digit);
  auto memory = history_.leave_memory();
  EXPECT_TRUE(memory.empty());
  const auto* const place = memory.data();
  history<version> other{{.since = at_ns(30)}, std::move(memory)};
  EXPECT_EQ(other.size(), 1U);
  EXPECT_EQ(other.began(), at_ns(30));
  EXPECT_EQ(other.find(at_ns(29)), nullptr);
  change_in(other, 40, letter, settled_);
  EXPECT_EQ(&other.oldest(), place) << "where the first one's oldest was";
  EXPECT_EQ(other.oldest().letters, 0);
}

} // namespace

} // namespace vedette
