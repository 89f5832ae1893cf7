#pragma once

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
template <class Version>
class history {
public:
  /// Of each group's values; the spec's promise.
  static constexpr std::size_t kept_changes = 16;

  [[nodiscard]] bool empty() const { return versions_.empty(); }
  [[nodiscard]] const Version& latest() const { return versions_.back(); }
  [[nodiscard]] const Version& oldest() const { return versions_.front(); }
  /// There were older ones, which are no longer kept.
  [[nodiscard]] bool is_cut() const { return cut_; }
  [[nodiscard]] auto begin() const { return versions_.begin(); }
  [[nodiscard]] auto end() const { return versions_.end(); }
  [[nodiscard]] std::size_t bytes() const {
    return versions_.capacity() * sizeof(Version);
  }

  /// The version as of a time; null before the oldest.
  [[nodiscard]] const Version* find(time_ns as_of) const {
    if (!versions_.empty() && versions_.back().since <= as_of)
      return &versions_.back(); // What is asked most.
    const auto next = after(as_of);
    return next == versions_.begin() ? nullptr : &*std::prev(next);
  }

  /// `write` gives the groups new values from `at` on: until a later version that has
  /// changed them too, where what is learned late is concerned.
  template <class Write>
  void change(time_ns at, std::uint8_t groups, Write write) {
    const auto number = version_at(at);
    auto& version = versions_[number];
    version.changed = static_cast<std::uint8_t>(version.changed | groups);
    version.forget();
    write(version);
    spread(number, groups);
    if (number >= 2)
      versions_[number - 2].forget(); // Few ask that far back: save the memory.
    if (versions_.size() > kept_changes)
      trim();
  }

  void forget() {
    for (auto& version : versions_)
      version.forget();
  }

private:
  using iterator = typename std::vector<Version>::const_iterator;

  [[nodiscard]] iterator after(time_ns at) const {
    return std::ranges::upper_bound(versions_, at, {}, &Version::since);
  }

  /// The number of the version that begins then; makes one.
  std::size_t version_at(time_ns at) {
    if (versions_.empty()) {
      versions_.emplace_back().since = at;
      return 0;
    }
    const auto next = after(at);
    const auto number = static_cast<std::size_t>(next - versions_.begin());
    if (number > 0 && versions_[number - 1].since == at)
      return number - 1;
    auto made = versions_[number == 0 ? 0 : number - 1];
    made.since = at;
    made.changed = 0;
    made.exact_until = end_of_time;
    made.forget();
    versions_.insert(next, std::move(made));
    return number;
  }

  void spread(std::size_t from, std::uint8_t groups) {
    for (auto i = from + 1; i < versions_.size(); ++i) {
      groups = static_cast<std::uint8_t>(groups & ~versions_[i].changed);
      if (groups == 0)
        return;
      versions_[i].take(versions_[from], groups);
      versions_[i].forget();
    }
  }

  /// Whether all that this version changed has changed often enough since.
  [[nodiscard]] bool is_old(std::uint8_t changed,
                            const std::array<std::size_t, 8>& changes) const {
    for (std::size_t group = 0; group < changes.size(); ++group)
      if ((changed >> group & 1U) != 0 && changes[group] <= kept_changes)
        return false;
    return true;
  }

  /// How often each group has changed; the oldest version is what was first.
  [[nodiscard]] std::array<std::size_t, 8> count_changes() const {
    std::array<std::size_t, 8> changes{};
    for (std::size_t i = 1; i < versions_.size(); ++i)
      for (std::size_t group = 0; group < changes.size(); ++group)
        changes[group] += versions_[i].changed >> group & 1U;
    return changes;
  }

  /// Drops one version if it is not needed: the oldest, else one between others, whose
  /// place is then a gap.
  void trim() {
    const auto changes = count_changes();
    const auto old =
        std::ranges::find_if(versions_.begin() + 1, versions_.end() - 1,
                             [&](auto& one) { return is_old(one.changed, changes); });
    if (old == versions_.end() - 1)
      return;
    if (old == versions_.begin() + 1) { // What it replaced goes.
      versions_.erase(versions_.begin());
      cut_ = true;
      return;
    }
    auto& before = *std::prev(old);
    before.exact_until = std::min(before.exact_until, old->since);
    versions_.erase(old);
  }

  std::vector<Version> versions_; ///< By time.
  bool cut_ = false;
};

} // namespace vedette
