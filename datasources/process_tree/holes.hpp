#pragma once

#include "datasources/process_tree/versions.hpp"
#include "runtime/time.hpp"

#include <algorithm>
#include <chrono>
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
      holes_.back().closed = end_of_time;
      return;
    }
    if (holes_.size() == kept)
      holes_.erase(holes_.begin());
    holes_.push_back({since, until});
  }

  /// A task was read while the world is read again. Records of one reading follow each
  /// other closely and none marks the last, so it is over when none has come for
  /// `settle` (who reads again waits that long): by the time asked, not by arrival, so
  /// that answers stay the same.
  void scanned(time_ns when) {
    if (first_scanned_ == time_ns{} || when - last_scanned_ > settle) {
      for (auto& hole : holes_)
        if (is_read_again(hole))
          hole.closed = std::min(hole.closed, last_scanned_ + settle);
      first_scanned_ = last_scanned_ = when;
    }
    last_scanned_ = std::max(last_scanned_, when);
  }

  /// The process was seen as a whole. What counts for a hole is the first time after it:
  /// who asks late about a time in between gets the answer of those who did not.
  void see(process& whose, time_ns when) const {
    whose.verified = std::max(whose.verified, when);
    const bool is_first = std::ranges::any_of(holes_, [&](const interval& hole) {
      return hole.until <= when && !is_seen(whose.seen_again, hole.until, when);
    });
    if (!is_first)
      return;
    if (whose.seen_again.size() == kept)
      whose.seen_again.erase(whose.seen_again.begin());
    whose.seen_again.push_back(when);
  }

  /// Whether a process may have been there at that time without being known.
  [[nodiscard]] bool hide_some(time_ns as_of) const {
    for (const auto& hole : holes_)
      if (hole.since <= as_of && as_of < closed(hole))
        return true;
    return false;
  }

  /// Whether something that belongs to this answer may have been lost.
  [[nodiscard]] bool touch(const process& whose, const process_version& shown,
                           time_ns as_of) const {
    for (const auto& hole : holes_) {
      const bool was_over = !shown.alive && shown.since < hole.since;
      const bool began_after = whose.versions.began() >= hole.until;
      const bool seen = (whose.verified >= hole.until && whose.verified <= as_of)
                        || is_seen(whose.seen_again, hole.until, as_of);
      if (hole.since <= as_of && !was_over && !began_after && !seen)
        return true;
    }
    return false;
  }

  [[nodiscard]] bool empty() const { return holes_.empty(); }

private:
  static constexpr std::size_t kept = 16;
  static constexpr std::chrono::milliseconds settle{100};
  struct interval {
    time_ns since, until;
    time_ns closed = end_of_time; ///< By a reading before the last.
  };

  static bool is_seen(const std::vector<time_ns>& times, time_ns since, time_ns until) {
    return std::ranges::any_of(
        times, [&](time_ns one) { return since <= one && one <= until; });
  }

  /// By the last reading: it began when everything that was lost had happened.
  [[nodiscard]] bool is_read_again(const interval& hole) const {
    return first_scanned_ != time_ns{} && hole.until <= first_scanned_;
  }
  [[nodiscard]] time_ns closed(const interval& hole) const {
    return is_read_again(hole) ? std::min(hole.closed, last_scanned_ + settle)
                               : hole.closed;
  }

  std::vector<interval> holes_;
  time_ns first_scanned_{}, last_scanned_{};
};

} // namespace vedette
