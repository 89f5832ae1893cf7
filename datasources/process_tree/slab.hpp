#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
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
      items_.emplace_back();
      return {static_cast<std::uint32_t>(items_.size() - 1), 0};
    }
    const auto number = free_.back();
    free_.pop_back();
    return ref_to(number);
  }

  void remove(std::uint32_t number) {
    auto& place = items_[number];
    ++place.generation;
    place.item = Item{};
    free_.push_back(number);
    --used_;
  }

  /// The number must be in use.
  Item& operator[](std::uint32_t number) { return items_[number].item; }
  const Item& operator[](std::uint32_t number) const { return items_[number].item; }

  /// Null if it is gone.
  Item* find(slab_ref ref) { return has(ref) ? &items_[ref.number].item : nullptr; }
  const Item* find(slab_ref ref) const {
    return has(ref) ? &items_[ref.number].item : nullptr;
  }
  [[nodiscard]] slab_ref ref_to(std::uint32_t number) const {
    return {number, items_[number].generation};
  }

  [[nodiscard]] std::size_t size() const { return used_; }

private:
  struct entry {
    Item item;
    std::uint32_t generation = 0;
  };

  [[nodiscard]] bool has(slab_ref ref) const {
    return ref.number < items_.size()
           && items_[ref.number].generation == ref.generation;
  }

  std::deque<entry> items_;
  std::vector<std::uint32_t> free_;
  std::size_t used_ = 0;
};

} // namespace vedette
