#include "datasources/distinct_questions.hpp"
#include "events/entity.hpp"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <utility>
#include <vector>

namespace vedette {

namespace {

time_ns at(int seconds) {
  return time_ns{std::chrono::seconds{seconds}};
}

TEST(DistinctQuestions, AgreeWithAMapInRoundsOfAnySize) {
  std::mt19937 random{1};
  distinct_questions<entity_id> tested;
  for (const auto count : {0, 1, 3, 5000, 2, 0, 40, 20'000, 1}) {
    std::map<std::pair<unsigned, int>, std::size_t> numbers;
    std::vector<question<entity_id>> expected;
    for (int i = 0; i < count; ++i) {
      const auto key = static_cast<unsigned>(random() % 100);
      const auto seconds = static_cast<int>(random() % 100);
      const auto [known, is_new] = numbers.try_emplace({key, seconds}, expected.size());
      if (is_new)
        expected.push_back({entity_id{key}, at(seconds)});
      ASSERT_EQ(tested.number_of({entity_id{key}, at(seconds)}), known->second);
    }
    ASSERT_EQ(tested.take(), expected);
  }
}

} // namespace

} // namespace vedette
