#pragma once

#include "datasources/prefetch.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace vedette {

/// Ids of what was dropped lately, so that those who ask learn that it was there. Of the
/// latest `capacity` most are kept, the latest four always: an id shares its place with
/// three others, of which the one that was dropped first makes room.
class tombstones {
public:
  explicit tombstones(std::size_t capacity)
      : places_(std::bit_ceil(2 * capacity / in_place + 1)) {}

  void add(std::uint64_t id) {
    auto& all = places_[place_of(id)];
    const auto at = std::ranges::find(all.begin(), all.end() - 1, id);
    std::shift_right(all.begin(), at + 1, 1);
    all.front() = id;
  }
  [[nodiscard]] bool has(std::uint64_t id) const {
    const auto& all = places_[place_of(id)];
    return id != 0 && std::ranges::find(all, id) != all.end();
  }
  void prefetch(std::uint64_t id) const { vedette::prefetch(&places_[place_of(id)]); }
  [[nodiscard]] std::size_t bytes() const {
    return places_.capacity() * sizeof(place);
  }

private:
  static constexpr std::size_t in_place = 4;
  struct alignas(32) place : std::array<std::uint64_t, in_place> {};

  [[nodiscard]] std::size_t place_of(std::uint64_t id) const {
    return (id * 0x9E37'79B9'7F4A'7C15U >> 32U) & (places_.size() - 1);
  }

  std::vector<place> places_;
};

} // namespace vedette
