#include "datasources/history.hpp"
#include "tests/support/events.hpp"

#include <gtest/gtest.h>

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

class history_test : public testing::Test {
protected:
  void change(std::int64_t at, std::uint8_t groups) {
    history_.change(at_ns(at), groups, [&](version& next) {
      if ((groups & letter) != 0)
        next.letters = static_cast<int>(at);
      if ((groups & digit) != 0)
        next.digits = static_cast<int>(at);
    });
  }
  bool is_exact(std::int64_t as_of) const {
    const auto* found = history_.find(at_ns(as_of));
    return found != nullptr && at_ns(as_of) < found->exact_until;
  }

  history<version> history_{{.since = at_ns(5)}};
};

TEST_F(history_test, DropsNoChangeThatIsAmongTheLastSixteenOfItsGroup) {
  for (std::int64_t at = 10; at <= 60; at += 10)
    change(at, letter | digit);
  change(65, letter); // Alone, so it can be dropped alone.
  for (std::int64_t at = 70; at <= 160; at += 10)
    change(at, letter);
  ASSERT_FALSE(history_.is_cut());
  EXPECT_EQ(history_.find(at_ns(65))->letters, 65) << "10 changes ago";
  for (std::int64_t at = 5; at <= 160; ++at)
    EXPECT_TRUE(is_exact(at)) << at;
  for (std::int64_t at = 170; at <= 220; at += 10)
    change(at, letter);
  EXPECT_FALSE(is_exact(65)) << "16 changes ago";
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

TEST_F(history_test, RemembersWhenItBeganWhenThatIsNoLongerKept) {
  for (std::int64_t at = 10; at <= 400; at += 10)
    change(at, letter);
  ASSERT_TRUE(history_.is_cut());
  EXPECT_EQ(history_.began(), at_ns(5));
  EXPECT_EQ(history_.nearest(at_ns(4)), nullptr);
  EXPECT_EQ(history_.nearest(at_ns(5)), &history_.oldest());
  EXPECT_EQ(history_.nearest(at_ns(400)), &history_.latest());
  change(3, digit);
  EXPECT_EQ(history_.began(), at_ns(3));
  EXPECT_EQ(history_.latest().digits, 3);
  EXPECT_FALSE(is_exact(7)) << "which letter it was is not known";
}

} // namespace

} // namespace vedette
