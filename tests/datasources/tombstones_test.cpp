#include "datasources/tombstones.hpp"

#include <gtest/gtest.h>

namespace vedette {

namespace {

TEST(tombstones, KnowTheLatestFourWhateverTheirIds) {
  tombstones gone{1};
  for (std::uint64_t id = 1; id < 1000; ++id) {
    gone.add(id);
    gone.add(id); // Again: it takes no other's place.
    for (auto one = id < 4 ? 1 : id - 3; one <= id; ++one)
      EXPECT_TRUE(gone.has(one)) << one << " after " << id;
  }
  EXPECT_FALSE(gone.has(0)) << "which is no id";
}

TEST(tombstones, ForgetWhatWasDroppedLongAgo) {
  tombstones gone{64};
  for (std::uint64_t id = 1; id <= 10'000; ++id)
    gone.add(id);
  for (std::uint64_t id = 1; id <= 5'000; ++id)
    EXPECT_FALSE(gone.has(id));
}

TEST(tombstones, KeepMostOfTheLatest) {
  constexpr std::uint64_t capacity = 1024;
  tombstones gone{capacity};
  for (std::uint64_t id = 1; id <= 100 * capacity; ++id)
    gone.add(id * 7919);
  std::size_t kept = 0;
  for (auto id = 99 * capacity + 1; id <= 100 * capacity; ++id)
    kept += gone.has(id * 7919) ? 1 : 0;
  EXPECT_GE(kept, capacity * 9 / 10);
}

} // namespace

} // namespace vedette
