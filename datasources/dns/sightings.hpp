#pragma once

#include "events/entity.hpp"
#include "runtime/time.hpp"

#include <algorithm>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace vedette {

/// When something was first mentioned: orders what an answer lists, also within one
/// message.
struct dns_moment {
  time_ns time = end_of_time;
  std::uint64_t position = 0; ///< Of the event.
  std::uint32_t index = 0;    ///< Within the message.

  auto operator<=>(const dns_moment&) const = default;
};

/// The times around an asked one for which an answer stays the same.
struct dns_window {
  time_ns from = beginning_of_time, to = end_of_time;

  /// Whether `boundary` is at or before the asked time; it is where the answer changes.
  bool passed(time_ns boundary, time_ns asked) {
    if (boundary <= asked)
      from = std::max(from, boundary);
    else
      to = std::min(to, boundary);
    return boundary <= asked;
  }
};

/// A record's sighting: it is valid at `since` <= t < `until`.
struct dns_sighting {
  time_ns since, until;
  time_ns seen; ///< Where several became one: the last of them.
  std::uint32_t ttl = 0; ///< Seconds, as received.
  bool solicited = false;
  entity_id asked_by{};
  std::shared_ptr<const std::string> container; ///< Null: the host.
};

/// All sightings of one record that are still kept. Those that overlap become one when
/// there are many: the validity stays exact, of the detail the later one's stays. Those
/// who ask from `settled` on do not see that, unless there are too many.
class dns_sightings {
public:
  static constexpr std::size_t usual = 4, most = 16;

  /// In any order of time. Returns until when answers miss something, as there are more
  /// than can be kept; beginning_of_time mostly.
  time_ns add(dns_sighting one, time_ns settled) {
    const auto place =
        std::ranges::upper_bound(all_, one.since, {}, &dns_sighting::since);
    until_ = std::max(until_, one.until);
    all_.insert(place, std::move(one));
    if (all_.size() > usual)
      merge_one([&](const dns_sighting& before, const dns_sighting& next) {
        return next.since <= settled && before.until <= next.until;
      });
    if (all_.size() > most)
      merge_one([](const auto&, const auto&) { return true; });
    if (all_.size() <= most)
      return beginning_of_time;
    const auto lost = all_.front().until;
    all_.erase(all_.begin());
    return lost;
  }

  /// Those that have ended by then. Whether there were any.
  bool drop_until(time_ns limit) {
    return std::erase_if(all_, [&](auto& one) { return one.until <= limit; }) > 0;
  }

  /// The latest one that is valid at `asked`, or null.
  const dns_sighting* find(time_ns asked, bool solicited_only,
                           dns_window& window) const {
    const dns_sighting* found = nullptr;
    for (const auto& one : all_) {
      if (solicited_only && !one.solicited)
        continue;
      if (window.passed(one.since, asked) && !window.passed(one.until, asked))
        found = &one;
    }
    return found;
  }

  /// When the last one ends.
  [[nodiscard]] time_ns until() const { return until_; }
  [[nodiscard]] std::size_t size() const { return all_.size(); }

  /// Keeps its memory.
  void clear() {
    all_.clear();
    until_ = beginning_of_time;
  }

private:
  template <class May>
  void merge_one(May may) {
    for (auto next = all_.begin() + 1; next < all_.end(); ++next) {
      auto& before = *(next - 1);
      if (before.solicited != next->solicited || next->since > before.until
          || !may(before, *next))
        continue;
      next->since = before.since;
      next->until = std::max(next->until, before.until);
      all_.erase(next - 1);
      return;
    }
  }

  std::vector<dns_sighting> all_; ///< By `since`.
  time_ns until_ = beginning_of_time;
};

} // namespace vedette
