#include "actors/replay/reorder_window.hpp"
#include "tests/support/events.hpp"

#include <gmock/gmock.h>
#include <rapidcheck.h>

#include <algorithm>
#include <cstring>
#include <string>
#include <vector>

namespace vedette {

namespace {

using testing::ElementsAre;

struct item {
  std::int64_t time;
  std::string text;

  bool operator==(const item&) const = default;
};

void push(reorder_window& window, const item& next) {
  window.push(at_ns(next.time), std::as_bytes(std::span{next.text}));
}

item pop(reorder_window& window) {
  const auto oldest = window.front();
  item result{oldest.time.time_since_epoch().count(),
              {reinterpret_cast<const char*>(oldest.record.data()),
               oldest.record.size()}};
  window.pop();
  return result;
}

/// All that comes out, in its order.
std::vector<item> pass(const std::vector<item>& input, std::size_t capacity) {
  reorder_window window{capacity};
  std::vector<item> result;
  for (const auto& next : input) {
    while (window.full())
      result.push_back(pop(window));
    push(window, next);
  }
  while (!window.empty())
    result.push_back(pop(window));
  return result;
}

std::vector<item> any_items(std::int64_t latest) {
  const auto times = *rc::gen::container<std::vector<std::int64_t>>(
      rc::gen::inRange<std::int64_t>(0, latest));
  std::vector<item> items;
  for (const auto time : times)
    items.push_back({time, std::to_string(items.size())});
  return items;
}

/// What a window must do, in the simplest words.
std::vector<item> pass_naively(const std::vector<item>& input, std::size_t capacity) {
  std::vector<item> held, result;
  const auto leave = [&] {
    const auto oldest = std::ranges::min_element(held, {}, &item::time);
    result.push_back(*oldest);
    held.erase(oldest);
  };
  for (const auto& next : input) {
    while (held.size() > capacity)
      leave();
    held.push_back(next);
  }
  while (!held.empty())
    leave();
  return result;
}

TEST(ReorderWindow, SortsWhatFitsIntoIt) {
  EXPECT_TRUE(rc::check("a window as large as its input is a stable sort", [] {
    auto items = any_items(*rc::gen::inRange<std::int64_t>(1, 50));
    const auto output = pass(items, items.size());
    std::ranges::stable_sort(items, {}, &item::time);
    RC_ASSERT(output == items);
  }));
}

TEST(ReorderWindow, GivesOutTheOldestOfThoseItHolds) {
  EXPECT_TRUE(rc::check("as a list that is searched", [] {
    const auto items = any_items(*rc::gen::inRange<std::int64_t>(1, 50));
    const auto capacity = *rc::gen::inRange<std::size_t>(0, 12);
    RC_ASSERT(pass(items, capacity) == pass_naively(items, capacity));
  }));
}

TEST(ReorderWindow, SaysWhatComesTooLate) {
  reorder_window window{1};
  push(window, {10, "a"});
  push(window, {20, "b"});
  EXPECT_TRUE(window.full());
  EXPECT_FALSE(window.front().late);
  window.pop();
  push(window, {10, "as old as what has left"});
  EXPECT_FALSE(window.front().late);
  window.pop();
  push(window, {9, "older"});
  EXPECT_TRUE(window.front().late);
  EXPECT_EQ(window.front().time, at_ns(9));
  window.pop();
  EXPECT_FALSE(window.front().late);
  EXPECT_FALSE(window.full());
}

TEST(ReorderWindow, LetsARecordBeChangedWhereItLies) {
  reorder_window window{2};
  push(window, {10, "abc"});
  window.front().record[1] = std::byte{'x'};
  EXPECT_EQ(pop(window), (item{10, "axc"}));
}

TEST(ReorderWindow, AlignsRecords) {
  reorder_window window{10};
  for (const auto* const text : {"1", "1234567", "123456789", "12345678"}) {
    push(window, {1, text});
    push(window, {0, text});
  }
  while (!window.empty()) {
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(window.front().record.data()) % 8, 0U);
    window.pop();
  }
}

/// Chunks are of 1 MiB: many are used again, and some records are larger.
TEST(ReorderWindow, KeepsRecordsOfAllSizes) {
  std::vector<item> items;
  for (std::int64_t i = 0; i < 200; ++i) {
    const auto size = i % 17 == 0 ? (std::size_t{3} << 20U) / 2
                                  : static_cast<std::size_t>(i * 7919 % 300'000);
    items.push_back({i ^ 3, std::string(size, static_cast<char>('a' + i % 26))});
  }
  auto sorted = items;
  std::ranges::sort(sorted, {}, &item::time);
  EXPECT_TRUE(pass(items, 4) == sorted);
}

TEST(ReorderWindow, HoldsNothingWithoutCapacity) {
  EXPECT_EQ(pass({{3, "a"}, {1, "b"}, {2, "c"}}, 0),
            (std::vector<item>{{3, "a"}, {1, "b"}, {2, "c"}}));
}

TEST(ReorderWindow, DoesNotHoldAChunkForEachOfTheFewThatStay) {
  const std::string text(1000, 'x');
  reorder_window window{1000};
  std::size_t stayed = 0;
  for (auto round = 0; round < 100; ++round) {
    push(window, {1'000'000, "of round " + std::to_string(round)});
    for (auto i = 0; i < 2000; ++i) {
      while (window.full())
        window.pop();
      push(window, {i, text});
    }
  }
  EXPECT_LE(window.reserved(), std::size_t{16} << 20U);
  while (!window.empty()) {
    const auto last = pop(window);
    if (last.time == 1'000'000) {
      EXPECT_EQ(last.text, "of round " + std::to_string(stayed));
      ++stayed;
    }
  }
  EXPECT_EQ(stayed, 100U);
}

} // namespace

} // namespace vedette
