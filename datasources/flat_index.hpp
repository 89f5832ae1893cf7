#pragma once

#include "datasources/prefetch.hpp"

#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace vedette {

/// A hash table from ids (never 0) to numbers: open addressing, one cache line per
/// look-up mostly, no allocation but to grow.
class flat_index {
public:
  static constexpr auto none = static_cast<std::uint32_t>(-1);

  /// Room for as many without growing.
  explicit flat_index(std::size_t expected = 8)
      : slots_(std::bit_ceil(expected + expected / 3 + 2)) {}

  [[nodiscard]] std::uint32_t find(std::uint64_t id) const {
    const auto& found = slots_[place_of(id)];
    return found.id == id ? found.number : none;
  }

  void put(std::uint64_t id, std::uint32_t number) {
    if (4 * (used_ + 1) > 3 * slots_.size())
      grow();
    auto& slot = slots_[place_of(id)];
    used_ += slot.id == id ? 0 : 1;
    slot = {id, number};
  }

  /// If it is there with this number.
  void erase(std::uint64_t id, std::uint32_t number) {
    auto hole = place_of(id);
    if (slots_[hole].id != id || slots_[hole].number != number)
      return;
    // What follows without a gap moves up unless it would come before its own place:
    // Knuth, The Art of Computer Programming 6.4, algorithm R.
    for (auto next = after(hole); slots_[next].id != 0; next = after(next)) {
      const auto home = home_of(slots_[next].id);
      if (((next - home) & last()) < ((next - hole) & last()))
        continue;
      slots_[hole] = slots_[next];
      hole = next;
    }
    slots_[hole] = {};
    --used_;
  }

  /// The id is about to be looked up, put or erased.
  void prefetch(std::uint64_t id) const { vedette::prefetch(&slots_[home_of(id)]); }

  [[nodiscard]] std::size_t size() const { return used_; }
  [[nodiscard]] std::size_t bytes() const { return slots_.size() * sizeof(entry); }

private:
  struct entry {
    std::uint64_t id = 0; ///< 0: empty.
    std::uint32_t number = none;
  };

  [[nodiscard]] std::size_t last() const { return slots_.size() - 1; }
  [[nodiscard]] std::size_t after(std::size_t place) const {
    return (place + 1) & last();
  }
  /// Pids and ids from foreign input are not spread evenly.
  [[nodiscard]] std::size_t home_of(std::uint64_t id) const {
    return (id * 0x9E37'79B9'7F4A'7C15U >> 32U) & last();
  }
  /// Where the id is, or is to be written.
  [[nodiscard]] std::size_t place_of(std::uint64_t id) const {
    auto place = home_of(id);
    while (slots_[place].id != 0 && slots_[place].id != id)
      place = after(place);
    return place;
  }

  void grow() {
    std::vector<entry> before(2 * slots_.size());
    before.swap(slots_);
    used_ = 0;
    for (const auto& [id, number] : before)
      if (id != 0)
        put(id, number);
  }

  std::vector<entry> slots_; ///< A power of two of them, a quarter empty at least.
  std::size_t used_ = 0;
};

} // namespace vedette
