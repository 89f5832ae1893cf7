#pragma once

#include "runtime/time.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace vedette {

/// Where something stands among all that happened: by time, then by place in the input or
/// ring, then by stream.
struct moment {
  time_ns time;
  std::uint64_t position = 0;
  std::uint32_t stream = 0;

  auto operator<=>(const moment&) const = default;
};

/// Puts the items of several streams into one order: holds what comes, and gives out what
/// every stream's watermark has passed, oldest first. What sources learn from and sinks
/// write is so the same for any number of shards.
template <class Item>
class time_merge {
public:
  explicit time_merge(std::size_t streams) : watermarks_(streams, beginning_of_time) {}

  void push(moment at, Item item) {
    heap_.push_back({at, next_++, std::move(item)});
    std::ranges::push_heap(heap_, later);
  }

  /// Watermarks only move forward.
  void advance(std::size_t stream, time_ns watermark) {
    watermarks_[stream] = std::max(watermarks_[stream], watermark);
  }

  /// What all streams have passed.
  [[nodiscard]] time_ns watermark() const {
    return watermarks_.empty() ? end_of_time : *std::ranges::min_element(watermarks_);
  }
  [[nodiscard]] time_ns watermark_of(std::size_t stream) const {
    return watermarks_[stream];
  }
  [[nodiscard]] std::size_t streams() const { return watermarks_.size(); }
  [[nodiscard]] std::size_t pending() const { return heap_.size(); }
  /// Time of the oldest pending item; there must be one.
  [[nodiscard]] time_ns oldest() const { return heap_.front().at.time; }

  /// The oldest pending item; there must be one.
  Item pop() {
    std::ranges::pop_heap(heap_, later);
    auto next = std::move(heap_.back().item);
    heap_.pop_back();
    return next;
  }

  /// Calls `take(moment, Item&&)` for all that is not younger than `until`, in order.
  template <class Take>
  void release(time_ns until, Take take) {
    while (!heap_.empty() && heap_.front().at.time <= until) {
      std::ranges::pop_heap(heap_, later);
      auto next = std::move(heap_.back());
      heap_.pop_back();
      take(next.at, std::move(next.item));
    }
  }
  template <class Take>
  void release(Take take) {
    release(watermark(), std::move(take));
  }

private:
  struct entry {
    moment at;
    std::uint64_t number; ///< Of arrival: equal moments keep their order.
    Item item;
  };
  static bool later(const entry& a, const entry& b) {
    return a.at != b.at ? a.at > b.at : a.number > b.number;
  }

  std::vector<time_ns> watermarks_;
  std::vector<entry> heap_;
  std::uint64_t next_ = 0;
};

} // namespace vedette
