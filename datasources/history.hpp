#pragma once

#include "datasources/prefetch.hpp"
#include "runtime/time.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace vedette {

/// What something was like, and since when. The values of a Version fall in groups, of
/// which `changed` has a bit each: those that became different when it began.
/// `take(from, groups)` copies them; `forget()` drops what was derived from it. From
/// `exact_until` on there is a gap: something was, but is no longer known.
///
/// What is kept for those who lag does not show: an answer depends on the changes up to
/// the time of the question alone, of which each group's last `kept_changes` count.
///
/// Never empty: the first version stays. The latest one lies in the history itself: it
/// is what is asked about.
template <class Version>
class history {
public:
  /// Of each group: what was before and after so many is known. The spec's promise.
  static constexpr std::size_t kept_changes = 16;

  history() = default;
  explicit history(Version first) : latest_{std::move(first)} {}

  /// What a history that is over leaves to another one: where older versions lie.
  using memory = std::vector<Version>;
  history(Version first, memory spare)
      : latest_{std::move(first)}, older_{std::move(spare)} {}
  /// The history is over.
  [[nodiscard]] memory leave_memory() {
    older_.clear();
    return std::move(older_);
  }

  [[nodiscard]] const Version& latest() const { return latest_; }
  [[nodiscard]] const Version& oldest() const {
    return older_.empty() ? latest_ : older_.front();
  }
  [[nodiscard]] time_ns began() const { return oldest().since; }
  [[nodiscard]] std::size_t size() const { return older_.size() + 1; }

  /// The version as of a time; null before the oldest.
  [[nodiscard]] const Version* find(time_ns as_of) const {
    if (latest_.since <= as_of)
      return &latest_;
    const auto next = after(as_of);
    return next == older_.begin() ? nullptr : &*std::prev(next);
  }

  /// A version, and whether it is what there was then, or the nearest before that is
  /// known.
  struct view {
    const Version* version;
    bool is_exact;
  };

  /// What one who lives at `asked` gets to know of a time before. Null before it began.
  [[nodiscard]] view look_back(time_ns as_of, time_ns asked) const {
    const auto there = number_at(as_of);
    if (there == none)
      return {nullptr, true};
    auto shown = there;
    if (const auto last = number_at(asked);
        last != none && last > there + kept_changes) {
      countdown since;
      for (auto i = last; i > there; --i)
        since.counts(at(i));
      while (shown > 0 && !since.counts(at(shown)))
        --shown;
    }
    return {&at(shown), shown == there && as_of < at(shown).exact_until};
  }

  /// `write` gives the groups new values from `at` on: until a later version that has
  /// changed them too, where what is learned late is concerned. Nobody asks from before
  /// `settled` any more: what nobody can get to know may go.
  template <class Write>
  void change(time_ns at, std::uint8_t groups, time_ns settled, Write write) {
    const auto number = version_at(at);
    auto& version = (*this)[number];
    version.changed = static_cast<std::uint8_t>(version.changed | groups);
    version.forget();
    write(version);
    spread(number, groups);
    if (number >= 2)
      older_[number - 2].forget(); // Few ask that far back: save the memory.
    // Where many are kept for those who lag not each time.
    if (older_.size() > kept_changes
        && (older_.size() <= 2 * kept_changes || older_.size() == older_.capacity()))
      trim(settled);
  }

  /// Older versions are about to be looked at.
  void prefetch_older() const {
    prefetch_bytes(older_.data(), older_.size() * sizeof(Version));
  }

  void forget() {
    latest_.forget();
    for (auto& version : older_)
      version.forget();
  }

private:
  using iterator = typename std::vector<Version>::const_iterator;

  Version& operator[](std::size_t number) {
    return number < older_.size() ? older_[number] : latest_;
  }

  [[nodiscard]] iterator after(time_ns at) const {
    return std::ranges::upper_bound(older_, at, {}, &Version::since);
  }

  /// The number of the version that begins then; makes one.
  std::size_t version_at(time_ns at) {
    if (latest_.since == at)
      return older_.size();
    if (latest_.since < at) {
      older_.push_back(latest_);
      begin(latest_, at);
      return older_.size();
    }
    const auto next = after(at);
    const auto number = static_cast<std::size_t>(next - older_.begin());
    if (number > 0 && older_[number - 1].since == at)
      return number - 1;
    const auto& copied = (*this)[number == 0 ? 0 : number - 1];
    // What lies in a gap is as little known as what is next to it.
    const auto exact_until = number != 0 ? copied.exact_until : end_of_time;
    auto made = copied;
    begin(made, at);
    made.exact_until = exact_until;
    older_.insert(next, std::move(made));
    return number;
  }

  static void begin(Version& copy, time_ns at) {
    copy.since = at;
    copy.changed = 0;
    copy.exact_until = end_of_time;
    copy.forget();
  }

  void spread(std::size_t from, std::uint8_t groups) {
    for (auto i = from + 1; i < size(); ++i) {
      auto& later = (*this)[i];
      groups = static_cast<std::uint8_t>(groups & ~later.changed);
      if (groups == 0)
        return;
      later.take((*this)[from], groups);
      later.forget();
    }
  }

  static constexpr auto none = static_cast<std::size_t>(-1);

  [[nodiscard]] const Version& at(std::size_t number) const {
    return number < older_.size() ? older_[number] : latest_;
  }

  /// Of the version as of then.
  [[nodiscard]] std::size_t number_at(time_ns as_of) const {
    const auto next = latest_.since <= as_of
                          ? size()
                          : static_cast<std::size_t>(after(as_of) - older_.begin());
    return next == 0 ? none : next - 1;
  }

  /// Goes back through versions and counts how often each group has changed since.
  class countdown {
  public:
    /// The next older one: it changed something of which it is among the last.
    bool counts(const Version& version) {
      bool is_recent = version.changed == 0; // It was the first once.
      for (std::size_t group = 0; group < since_.size(); ++group)
        if ((version.changed >> group & 1U) != 0)
          is_recent = since_[group]++ <= kept_changes || is_recent;
      return is_recent;
    }

  private:
    std::array<std::size_t, 8> since_{}; ///< By group.
  };

  /// Drops what nobody from `settled` on gets to know; its place is then a gap.
  void trim(time_ns settled) {
    countdown since;
    auto kept = older_.size(); // Those from here on.
    std::uint8_t changed = 0;
    auto gap = end_of_time;
    const auto counts = [&](const Version& version) {
      return version.since > settled || since.counts(version);
    };
    counts(latest_);
    for (auto i = older_.size(); i-- > 0;) {
      auto& version = older_[i];
      if (i > 0 && !counts(version)) {
        changed = static_cast<std::uint8_t>(changed | version.changed);
        gap = version.since;
        continue;
      }
      if (changed != 0) { // The next one holds back what comes late, as those did.
        auto& next = (*this)[kept];
        next.changed =
            static_cast<std::uint8_t>(next.changed | std::exchange(changed, 0));
        version.exact_until = std::min(version.exact_until, gap);
      }
      if (--kept != i)
        older_[kept] = std::move(version);
    }
    older_.erase(older_.begin(), older_.begin() + static_cast<std::ptrdiff_t>(kept));
    if (older_.size() > 2 * kept_changes && older_.size() > older_.capacity() / 2)
      older_.reserve(2 * older_.capacity()); // The next time is worth it again.
  }

  Version latest_;
  std::vector<Version> older_; ///< By time.
};

} // namespace vedette
