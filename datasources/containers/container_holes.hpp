#pragma once

#include "runtime/time.hpp"

#include <algorithm>
#include <cstddef>
#include <vector>

namespace vedette {

/// When cgroup events were lost, and until when that leaves answers in doubt: a scan that
/// began after the loss ends the doubt at its own end.
class container_holes {
public:
  void add(time_ns since, time_ns until) {
    if (holes_.size() == kept) { // One longer hole doubts no less than two.
      auto& second = holes_[1];
      second.since = std::min(second.since, holes_[0].since);
      second.until = std::max(second.until, holes_[0].until);
      second.closed = std::max(second.closed, holes_[0].closed);
      holes_.erase(holes_.begin());
    }
    holes_.push_back({since, std::max(since, until), end_of_time});
  }

  /// The directories were read between these times.
  void scanned(time_ns began, time_ns ended) {
    for (auto& hole : holes_)
      if (hole.until <= began)
        hole.closed = std::min(hole.closed, ended);
  }

  /// Whether a container may be there then without being known.
  [[nodiscard]] bool hide_some(time_ns as_of) const {
    return std::ranges::any_of(holes_, [&](auto& one) { return one.doubts(as_of); });
  }

  /// Whether something of a life may have been lost that began and ended then.
  [[nodiscard]] bool touch(time_ns began, time_ns removed, time_ns as_of) const {
    return std::ranges::any_of(holes_, [&](auto& one) {
      return one.doubts(as_of) && began < one.until && removed >= one.since;
    });
  }

  [[nodiscard]] bool empty() const { return holes_.empty(); }

private:
  static constexpr std::size_t kept = 16;
  struct interval {
    time_ns since, until, closed;
    [[nodiscard]] bool doubts(time_ns as_of) const {
      return since <= as_of && as_of < closed;
    }
  };
  std::vector<interval> holes_;
};

} // namespace vedette
