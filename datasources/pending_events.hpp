#pragma once

#include "events/batch.hpp"
#include "events/time_merge.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace vedette {

/// What shards have told and not all of them have passed, in the order of time. However
/// few of them there are, events keep the whole batches that they are in.
class pending_events : private time_merge<event_ref> {
public:
  using time_merge::advance;
  using time_merge::oldest;
  using time_merge::pending;
  using time_merge::release;
  using time_merge::time_merge;
  using time_merge::watermark;
  using time_merge::watermark_of;

  /// Adds those of a shard's events that are wanted.
  template <class Wanted>
  void add(const batch_ptr& events, std::uint32_t shard, Wanted is_wanted) {
    auto newest = beginning_of_time;
    for (const auto event : events->events()) {
      if (!is_wanted(event))
        continue;
      newest = std::max(newest, event.visible_at());
      push({event.visible_at(), event.position(), shard}, {events, event.index()});
    }
    if (newest > watermark())
      kept_.push_back({newest, events->bytes()});
  }

  /// Of the batches that are kept.
  [[nodiscard]] std::size_t bytes() {
    const auto passed = watermark();
    std::erase_if(kept_, [&](const kept_batch& one) { return one.until <= passed; });
    std::size_t sum = 0;
    for (const auto& one : kept_)
      sum += one.bytes;
    return sum;
  }

private:
  struct kept_batch {
    time_ns until; ///< Its newest event that is wanted.
    std::size_t bytes;
  };

  std::vector<kept_batch> kept_;
};

} // namespace vedette
