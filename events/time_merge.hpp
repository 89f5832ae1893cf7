#pragma once

#include "runtime/time.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
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
/// write is so the same for any number of shards. Cheap for streams that are nearly in order
/// themselves.
template <class Item>
class time_merge {
public:
  explicit time_merge(std::size_t streams) : watermarks_(streams, beginning_of_time) {}

  void push(moment at, Item item) {
    if (at.stream >= queues_.size())
      queues_.resize(at.stream + std::size_t{1});
    ++pending_;
    auto& to = queues_[at.stream];
    const bool was_empty = to.empty();
    if (!to.push({at, std::move(item)}))
      return; // Another one of its stream is older.
    if (was_empty) {
      fronts_.push_back(at);
      std::ranges::push_heap(fronts_, std::greater{});
    } else {
      *std::ranges::find(fronts_, at.stream, &moment::stream) = at;
      std::ranges::make_heap(fronts_, std::greater{});
    }
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
  [[nodiscard]] std::size_t pending() const { return pending_; }
  /// Time of the oldest pending item; there must be one.
  [[nodiscard]] time_ns oldest() const { return fronts_.front().time; }

  /// The oldest pending item; there must be one.
  Item pop() { return take_first().item; }

  /// Calls `take(moment, Item&&)` for all that is not younger than `until`, in order.
  template <class Take>
  void release(time_ns until, Take take) {
    while (pending_ > 0 && oldest() <= until) {
      auto next = take_first();
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
    Item item;
  };

  /// What one stream has that waits, in order; equal moments keep that of their arrival.
  class queue {
  public:
    [[nodiscard]] bool empty() const { return items_.empty(); }
    [[nodiscard]] const entry& front() const { return items_[head_]; }

    /// → whether it is the first now.
    bool push(entry next) {
      if (empty() || next.at >= items_.back().at) {
        items_.push_back(std::move(next));
        return items_.size() == 1;
      }
      const auto first = items_.begin() + static_cast<std::ptrdiff_t>(head_);
      const auto place = std::ranges::upper_bound(first, items_.end(), next.at, {}, &entry::at);
      const bool is_first = place == first;
      items_.insert(place, std::move(next));
      return is_first;
    }

    entry pop() {
      auto next = std::move(items_[head_++]);
      if (head_ == items_.size() || (head_ >= 64 && head_ * 2 >= items_.size())) {
        items_.erase(items_.begin(), items_.begin() + static_cast<std::ptrdiff_t>(head_));
        head_ = 0;
      }
      return next;
    }

  private:
    std::vector<entry> items_;
    std::size_t head_ = 0; ///< Those before it have been taken.
  };

  entry take_first() {
    auto& from = queues_[fronts_.front().stream];
    auto next = from.pop();
    --pending_;
    if (from.empty()) {
      fronts_.front() = fronts_.back();
      fronts_.pop_back();
    } else {
      fronts_.front() = from.front().at;
    }
    settle_first();
    return next;
  }

  /// The first front has changed. Mostly it is the first still.
  void settle_first() {
    for (std::size_t at = 0;;) {
      auto oldest = at;
      for (const auto child : {2 * at + 1, 2 * at + 2})
        if (child < fronts_.size() && fronts_[child] < fronts_[oldest])
          oldest = child;
      if (oldest == at)
        return;
      std::swap(fronts_[at], fronts_[oldest]);
      at = oldest;
    }
  }

  std::vector<time_ns> watermarks_;
  std::vector<queue> queues_;   ///< By stream.
  std::vector<moment> fronts_; ///< Of those that have something: a heap.
  std::size_t pending_ = 0;
};

} // namespace vedette
