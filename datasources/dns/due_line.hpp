#pragma once

#include "runtime/time.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

namespace vedette {

/// Numbers of a pool in the order of the times at which something is due. A time may
/// move on while the number waits: that shows when its turn has come. Of two at one time
/// the one that was added first comes first.
class due_line {
public:
  void add(time_ns when, std::uint32_t number, std::uint32_t generation) {
    heap_.push_back({when, added_++, number, generation});
    std::ranges::push_heap(heap_, std::ranges::greater{}, turn);
  }

  /// The first that is due by `limit`, no longer in the line; none: `no_number`.
  /// `due_at(number)` is its time as it is now. Numbers that are used anew are dropped.
  template <class Pool, class DueAt>
  std::uint32_t next(const Pool& pool, time_ns limit, DueAt due_at) {
    while (!heap_.empty() && heap_.front().when <= limit) {
      const auto first = heap_.front();
      std::ranges::pop_heap(heap_, std::ranges::greater{}, turn);
      heap_.pop_back();
      if (pool.generation(first.number) != first.generation)
        continue;
      const auto when = due_at(first.number);
      if (when <= limit)
        return first.number;
      add(when, first.number, first.generation);
    }
    return Pool::none;
  }

  /// Drops what is used anew once that is more than half.
  template <class Pool>
  void tidy(const Pool& pool) {
    if (heap_.size() <= 2 * pool.size() + 64)
      return;
    std::erase_if(heap_, [&](const entry& one) {
      return pool.generation(one.number) != one.generation;
    });
    std::ranges::make_heap(heap_, std::ranges::greater{}, turn);
  }

  [[nodiscard]] std::size_t bytes() const { return heap_.capacity() * sizeof(entry); }

private:
  struct entry {
    time_ns when;
    std::uint64_t added;
    std::uint32_t number, generation;
  };
  static std::pair<time_ns, std::uint64_t> turn(const entry& one) {
    return {one.when, one.added};
  }

  std::uint64_t added_ = 0;
  std::vector<entry> heap_;
};

} // namespace vedette
