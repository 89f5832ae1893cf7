#pragma once

#include "events/entity.hpp"
#include "signatures/finding.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <queue>
#include <unordered_map>
#include <vector>

namespace vedette {

/// So many findings of one signature about one process are told in so long a time.
struct rate_limit {
  std::chrono::nanoseconds per = std::chrono::minutes{1};
  std::size_t max = 100; ///< 0: no limit.

  bool operator==(const rate_limit&) const = default;
};

/// Keeps findings within their limit, by event time. A window begins with the first
/// finding after the last window; what is over the limit is counted, and told as one
/// finding at the window's end. Time of a shard only moves on.
class finding_rate {
public:
  explicit finding_rate(rate_limit limit) : limit_{limit} {}

  /// Whether the finding of signature number `by` is to be told; else it has been counted.
  bool admits(std::size_t by, const finding& found);

  /// Ends the windows that are over at `until`: gives their summaries to `add`, in the order
  /// of their ends. A summary has the context of the last finding that was not told, and
  /// `suppressed`, `since` and `until` (ns since the epoch) as data.
  template <class Add>
  void advance(time_ns until, Add add) {
    while (!ends_.empty() && ends_.top().at <= until) {
      const auto end = ends_.top();
      ends_.pop();
      const auto one = windows_.extract(end.of);
      if (one.mapped().suppressed > 0)
        add(summary_of(one.mapped(), end.at));
    }
  }

  /// Of all that were not told.
  [[nodiscard]] std::uint64_t suppressed() const { return suppressed_; }

private:
  struct key {
    std::size_t signature;
    entity_id process;
    bool operator==(const key&) const = default;
    bool operator<(const key& other) const {
      return std::pair{signature, process} < std::pair{other.signature, other.process};
    }
  };
  struct hash {
    std::size_t operator()(const key& of) const {
      return static_cast<std::size_t>(of.process) * 64 + of.signature;
    }
  };
  struct window {
    std::size_t findings = 0;
    std::uint64_t suppressed = 0;
    time_ns since{}, until{}; ///< Of those.
    finding last = {};        ///< Of those.
  };
  struct end_of_window {
    time_ns at;
    key of;
    bool operator>(const end_of_window& other) const {
      return at != other.at ? at > other.at : other.of < of;
    }
  };

  static finding summary_of(const window& over, time_ns end);

  rate_limit limit_;
  std::unordered_map<key, window, hash> windows_;
  std::priority_queue<end_of_window, std::vector<end_of_window>, std::greater<>> ends_;
  std::uint64_t suppressed_ = 0;
};

} // namespace vedette
