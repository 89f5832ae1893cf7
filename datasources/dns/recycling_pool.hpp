#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <vector>

namespace vedette {

/// Items with numbers; they stay where they are, and those that are no longer used keep
/// their memory for the next: in steady state nothing is allocated.
template <class Item>
class recycling_pool {
public:
  static constexpr auto none = static_cast<std::uint32_t>(-1);

  std::uint32_t add() {
    if (free_.empty()) {
      items_.emplace_back();
      return static_cast<std::uint32_t>(items_.size() - 1);
    }
    const auto number = free_.back();
    free_.pop_back();
    return number;
  }

  /// Item::clear() makes it as new.
  void remove(std::uint32_t number) {
    items_[number].item.clear();
    ++items_[number].generation;
    free_.push_back(number);
  }

  Item& operator[](std::uint32_t number) { return items_[number].item; }
  const Item& operator[](std::uint32_t number) const { return items_[number].item; }

  /// Changes when the number is given to another item.
  [[nodiscard]] std::uint32_t generation(std::uint32_t number) const {
    return items_[number].generation;
  }
  [[nodiscard]] std::size_t size() const { return items_.size() - free_.size(); }
  [[nodiscard]] std::size_t capacity() const { return items_.size(); }

private:
  struct entry {
    Item item;
    std::uint32_t generation = 0;
  };
  std::deque<entry> items_;
  std::vector<std::uint32_t> free_;
};

} // namespace vedette
