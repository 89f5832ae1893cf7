#include "datasources/flat_index.hpp"

#include <gtest/gtest.h>

#include <map>
#include <random>

namespace vedette {

namespace {

TEST(FlatIndex, AgreesWithAMap) {
  std::mt19937 random{1};
  flat_index tested;
  std::map<std::uint64_t, std::uint32_t> expected;
  for (std::uint32_t i = 0; i < 100'000; ++i) {
    const std::uint64_t id = 1 + random() % 300;
    const auto found = expected.find(id);
    if (random() % 2 == 0) {
      tested.put(id, i);
      expected[id] = i;
    } else if (found != expected.end()) {
      tested.erase(id, found->second + 1); // Somebody else's: stays.
      ASSERT_EQ(tested.find(id), found->second);
      tested.erase(id, found->second);
      expected.erase(found);
    }
    ASSERT_EQ(tested.size(), expected.size());
    const std::uint64_t other = 1 + random() % 300;
    const auto known = expected.find(other);
    ASSERT_EQ(tested.find(other),
              known == expected.end() ? flat_index::none : known->second);
  }
}

} // namespace

} // namespace vedette
