#pragma once

#include "datasources/process_tree/versions.hpp"
#include "runtime/time.hpp"

#include <algorithm>
#include <cstddef>
#include <vector>

namespace vedette {

/// When forks, execs or exits were lost, and what that leaves in doubt.
class holes {
public:
  void add(time_ns since, time_ns until) {
    if (!holes_.empty() && since <= holes_.back().until) {
      holes_.back().since = std::min(holes_.back().since, since);
      holes_.back().until = std::max(holes_.back().until, until);
      return;
    }
    if (holes_.size() == kept)
      holes_.erase(holes_.begin());
    holes_.push_back({since, until});
  }

  /// The world was read again.
  void scanned(time_ns when) { scanned_ = std::max(scanned_, when); }

  /// Whether a process may have been there at that time without being known.
  [[nodiscard]] bool hide_some(time_ns as_of) const {
    for (const auto& hole : holes_)
      if (hole.since <= as_of && !(hole.until <= scanned_ && scanned_ <= as_of))
        return true;
    return false;
  }

  /// Whether something that belongs to this answer may have been lost.
  [[nodiscard]] bool touch(const process& whose, const process_version& shown,
                           time_ns as_of) const {
    for (const auto& hole : holes_) {
      const bool was_over = !shown.alive && shown.since < hole.since;
      const bool began_after = whose.versions.oldest().since >= hole.until;
      const bool seen_again = whose.verified >= hole.until && whose.verified <= as_of;
      if (hole.since <= as_of && !was_over && !began_after && !seen_again)
        return true;
    }
    return false;
  }

  [[nodiscard]] bool empty() const { return holes_.empty(); }

private:
  static constexpr std::size_t kept = 16;
  struct interval {
    time_ns since, until;
  };
  std::vector<interval> holes_;
  time_ns scanned_{};
};

} // namespace vedette
