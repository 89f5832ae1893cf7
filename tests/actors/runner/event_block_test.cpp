#include "actors/runner/event_block.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <utility>
#include <vector>

namespace vedette {

namespace {

using given = std::vector<std::pair<std::uint32_t, std::uint32_t>>;

given all_of(event_block& block) {
  given result;
  block.take([&](std::uint32_t signature, std::uint32_t event) {
    result.emplace_back(signature, event);
  });
  return result;
}

TEST(event_block, gives_each_signature_its_events_one_after_the_other) {
  event_block block;
  for (const auto& [signature, event] : given{{3, 0}, {130, 0}, {0, 1}, {3, 1}, {130, 63}})
    block.add(signature, event);
  EXPECT_EQ(all_of(block), (given{{0, 1}, {3, 0}, {3, 1}, {130, 0}, {130, 63}}));
}

TEST(event_block, is_empty_once_all_were_taken) {
  event_block block;
  EXPECT_EQ(all_of(block), given{});
  block.add(64, 5);
  EXPECT_EQ(all_of(block), (given{{64, 5}}));
  EXPECT_EQ(all_of(block), given{});
  block.add(1, 6);
  EXPECT_EQ(all_of(block), (given{{1, 6}}));
}

} // namespace

} // namespace vedette
