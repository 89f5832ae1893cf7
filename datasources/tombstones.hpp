#pragma once

#include "datasources/prefetch.hpp"

#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace vedette {

/// Ids of what was dropped lately, so that those who ask learn that it was there. A
/// later id may take an earlier one's place: of the latest `capacity` most are kept.
class tombstones {
public:
  explicit tombstones(std::size_t capacity) : ids_(std::bit_ceil(2 * capacity)) {}

  void add(std::uint64_t id) { ids_[place_of(id)] = id; }
  [[nodiscard]] bool has(std::uint64_t id) const {
    return id != 0 && ids_[place_of(id)] == id;
  }
  void prefetch(std::uint64_t id) const { vedette::prefetch(&ids_[place_of(id)]); }
  [[nodiscard]] std::size_t bytes() const {
    return ids_.capacity() * sizeof(std::uint64_t);
  }

private:
  [[nodiscard]] std::size_t place_of(std::uint64_t id) const {
    return (id * 0x9E37'79B9'7F4A'7C15U >> 32U) & (ids_.size() - 1);
  }

  std::vector<std::uint64_t> ids_;
};

} // namespace vedette
