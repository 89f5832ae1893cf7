// Who holds a record keeps it, however it came by it; after the last of them it is
// destroyed, once.

#include "datasources/shared_record.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace vedette {

namespace {

/// Alive for as long as `alive` has a second owner.
struct noticed {
  std::shared_ptr<int> alive;
  std::string text;
};

class shared_record_test : public testing::Test {
protected:
  [[nodiscard]] noticed make(std::string text = "text") const {
    return {alive_, std::move(text)};
  }
  [[nodiscard]] long records() const { return alive_.use_count() - 1; }

  std::shared_ptr<int> alive_ = std::make_shared<int>(0);
};

TEST_F(shared_record_test, GoesWithItsLastOwner) {
  auto first = share(make());
  auto second = first;
  const auto moved = std::move(first);
  EXPECT_FALSE(first); // NOLINT(bugprone-use-after-move): it is null then.
  EXPECT_EQ(second, moved);
  EXPECT_EQ(records(), 1);
  second = share(make("other"));
  EXPECT_EQ(records(), 2);
  EXPECT_EQ(moved->text, "text");
  second = {};
  EXPECT_EQ(records(), 1);
}

TEST_F(shared_record_test, IsKeptByWhoHasAPartOfIt) {
  auto whole = share(make());
  const auto* const text = &whole->text;
  const shared_record<std::string> part{std::move(whole), text};
  EXPECT_EQ(*part, "text");
  EXPECT_EQ(records(), 1);
}

TEST_F(shared_record_test, IsLentMoreOftenThanReferencesAreInStock) {
  lent_record lender{make()};
  std::vector<shared_record<noticed>> kept;
  for (int i = 0; i < 200'000; ++i) {
    auto one = lender.lend();
    ASSERT_EQ(one->text, "text");
    if (i % 50'000 == 0)
      kept.push_back(std::move(one));
  }
  EXPECT_EQ(records(), 1);
  lender.reset();
  EXPECT_FALSE(lender);
  EXPECT_EQ(records(), 1);
  for (; !kept.empty(); kept.pop_back())
    EXPECT_EQ(records(), 1);
  EXPECT_EQ(records(), 0);
}

TEST_F(shared_record_test, IsLentByCopiesOfItsLender) {
  lent_record lender{make()};
  auto one = lender.lend();
  auto copy = lender;
  lender = lent_record{make("newer")};
  EXPECT_EQ(copy.lend(), one);
  EXPECT_EQ(lender.lend()->text, "newer");
  const auto taken = std::move(lender);
  EXPECT_EQ(records(), 2);
  copy = {};
  EXPECT_EQ(records(), 2);
  one = {};
  EXPECT_EQ(records(), 1);
}

TEST_F(shared_record_test, MayBeCopiedAndDestroyedByAnyThread) {
  lent_record lender{make()};
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([mine = std::vector(1000, lender.lend())]() mutable {
      for (const auto copies = mine; !mine.empty(); mine.pop_back())
        ASSERT_EQ(mine.back(), copies.front());
    });
  lender.reset();
  for (auto& thread : threads)
    thread.join();
  EXPECT_EQ(records(), 0);
}

} // namespace

} // namespace vedette
