#pragma once

#include "datasources/prefetch.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

namespace vedette {

/// Names an item of a slab, and outlives it: a number that is used again names another.
struct slab_ref {
  static constexpr auto none = static_cast<std::uint32_t>(-1);

  std::uint32_t number = none;
  std::uint32_t generation = 0;

  bool operator==(const slab_ref&) const = default;
};

/// Items with numbers; they stay where they are for as long as they live.
template <class Item>
class slab {
public:
  slab_ref add() {
    ++used_;
    if (free_.empty()) {
      if (made_ == chunks_.size() * chunk_size)
        chunks_.push_back(std::make_unique<entry[]>(chunk_size));
      return {made_++, 0};
    }
    const auto number = free_.back();
    free_.pop_back();
    return ref_to(number);
  }

  void remove(std::uint32_t number) {
    auto& place = at(number);
    ++place.generation;
    std::destroy_at(&place.item);
    std::construct_at(&place.item);
    free_.push_back(number);
    --used_;
  }

  /// The number must be in use.
  Item& operator[](std::uint32_t number) { return at(number).item; }
  const Item& operator[](std::uint32_t number) const { return at(number).item; }

  /// Null if it is gone.
  Item* find(slab_ref ref) { return has(ref) ? &at(ref.number).item : nullptr; }
  const Item* find(slab_ref ref) const {
    return has(ref) ? &at(ref.number).item : nullptr;
  }
  [[nodiscard]] slab_ref ref_to(std::uint32_t number) const {
    return {number, at(number).generation};
  }

  [[nodiscard]] std::size_t size() const { return used_; }

  /// Has it fetched, without a look at it.
  void expect(slab_ref ref) const {
    if (ref.number < made_)
      prefetch_object(at(ref.number));
  }

private:
  struct entry {
    Item item;
    std::uint32_t generation = 0;
  };

  [[nodiscard]] bool has(slab_ref ref) const {
    return ref.number < made_ && at(ref.number).generation == ref.generation;
  }
  [[nodiscard]] entry& at(std::uint32_t number) const {
    return chunks_[number / chunk_size][number % chunk_size];
  }

  static constexpr std::uint32_t chunk_size = 64;
  std::vector<std::unique_ptr<entry[]>> chunks_;
  std::uint32_t made_ = 0; ///< Numbers that have ever been used.
  std::vector<std::uint32_t> free_;
  std::size_t used_ = 0;
};

} // namespace vedette
