#pragma once

#include "runtime/time.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <vector>

namespace vedette {

/// Intervals in which DNS packets were lost. An answer in one of them would have been
/// valid for its TTL, which nobody knows: what is not found within `memory` after a
/// hole may be that answer's.
class dns_holes {
public:
  static constexpr auto memory = std::chrono::hours{1};

  void add(time_ns since, time_ns until) {
    if (holes_.size() == most) { // The two oldest become one, which holds more.
      holes_[1] = {std::min(holes_[0].since, holes_[1].since),
                   std::max(holes_[0].until, holes_[1].until)};
      holes_.erase(holes_.begin());
    }
    holes_.push_back({since, until});
  }

  /// Whether what is not found as of `asked`, and was last heard of at `heard`, may
  /// have been lost.
  [[nodiscard]] bool touch(time_ns asked, time_ns heard) const {
    return std::ranges::any_of(holes_, [&](const interval& hole) {
      return hole.since <= asked && asked < hole.until + memory && heard <= hole.until;
    });
  }

  [[nodiscard]] bool empty() const { return holes_.empty(); }

  void forget(time_ns now) {
    std::erase_if(holes_,
                  [&](const interval& hole) { return hole.until + 2 * memory <= now; });
  }

private:
  static constexpr std::size_t most = 16;
  struct interval {
    time_ns since, until;
  };
  std::vector<interval> holes_;
};

} // namespace vedette
