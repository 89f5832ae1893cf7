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
/// Never empty. The latest version lies in the history itself: it is what is asked
/// about.
template <class Version>
class history {
public:
  /// Of each group's values; the spec's promise.
  static constexpr std::size_t kept_changes = 16;

  history() = default;
  explicit history(Version first) : latest_{std::move(first)} {}

  [[nodiscard]] const Version& latest() const { return latest_; }
  [[nodiscard]] const Version& oldest() const {
    return older_.empty() ? latest_ : older_.front();
  }
  /// There were older ones, which are no longer kept.
  [[nodiscard]] bool is_cut() const { return cut_began_ != end_of_time; }
  /// When the first version began, also if that is no longer kept.
  [[nodiscard]] time_ns began() const { return is_cut() ? cut_began_ : oldest().since; }
  [[nodiscard]] std::size_t size() const { return older_.size() + 1; }

  /// The version as of a time; null before the oldest.
  [[nodiscard]] const Version* find(time_ns as_of) const {
    if (latest_.since <= as_of)
      return &latest_;
    const auto next = after(as_of);
    return next == older_.begin() ? nullptr : &*std::prev(next);
  }

  /// The same; while versions of then are no longer kept the oldest, which differs in
  /// what has changed often since. Null before it began.
  [[nodiscard]] const Version* nearest(time_ns as_of) const {
    const auto* found = find(as_of);
    return found == nullptr && as_of >= began() ? &oldest() : found;
  }

  /// It began before the first version that there was.
  void begin_earlier(time_ns at) {
    if (is_cut())
      cut_began_ = std::min(cut_began_, at);
  }

  /// `write` gives the groups new values from `at` on: until a later version that has
  /// changed them too, where what is learned late is concerned.
  template <class Write>
  void change(time_ns at, std::uint8_t groups, Write write) {
    const auto number = version_at(at);
    auto& version = (*this)[number];
    version.changed = static_cast<std::uint8_t>(version.changed | groups);
    version.forget();
    write(version);
    spread(number, groups);
    if (number >= 2)
      older_[number - 2].forget(); // Few ask that far back: save the memory.
    if (older_.size() > kept_changes)
      trim();
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
    const auto exact_until = number != 0 ? copied.exact_until
                             : is_cut()  ? at
                                         : end_of_time;
    begin_earlier(at);
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

  using counts = std::array<std::size_t, 8>; ///< By group.

  static bool has(std::uint8_t changed, std::size_t group) {
    return (changed >> group & 1U) != 0;
  }

  /// How often each group has changed; the oldest version is what was first.
  [[nodiscard]] counts count_changes() const {
    counts changes{};
    for (std::size_t group = 0; group < changes.size(); ++group) {
      for (std::size_t i = 1; i < older_.size(); ++i)
        changes[group] += has(older_[i].changed, group);
      changes[group] += has(latest_.changed, group);
    }
    return changes;
  }

  /// The first of older_ but the oldest of which all that it changed has changed often
  /// enough since; or their number.
  [[nodiscard]] std::size_t find_old() const {
    auto since = count_changes();
    for (std::size_t i = 1; i < older_.size(); ++i) {
      bool is_old = true;
      for (std::size_t group = 0; group < since.size(); ++group)
        if (has(older_[i].changed, group))
          is_old = --since[group] >= kept_changes && is_old;
      if (is_old)
        return i;
    }
    return older_.size();
  }

  /// Drops one version if it is not needed: the oldest, else one between others, whose
  /// place is then a gap.
  void trim() {
    const auto old = find_old();
    if (old == older_.size())
      return;
    if (old == 1) { // What it replaced goes.
      cut_began_ = began();
      older_.erase(older_.begin());
      return;
    }
    const auto& gone = older_[old];
    auto& next = (*this)[old + 1]; // Holds back what comes late, as the other did.
    next.changed = static_cast<std::uint8_t>(next.changed | gone.changed);
    auto& before = older_[old - 1];
    before.exact_until = std::min(before.exact_until, gone.since);
    older_.erase(older_.begin() + static_cast<std::ptrdiff_t>(old));
  }

  Version latest_;
  std::vector<Version> older_; ///< By time.
  time_ns cut_began_ = end_of_time; ///< began(), if it is cut.
};

} // namespace vedette
