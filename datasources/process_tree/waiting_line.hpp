#pragma once

#include "datasources/process_tree/slab.hpp"
#include "runtime/time.hpp"

#include <cstddef>
#include <deque>
#include <iterator>

namespace vedette {

/// Items of a slab in the order in which they are to be dropped. Those that are gone
/// already are passed over.
template <class Item>
class waiting_line {
public:
  /// By time; what happened at the same time stays in the order in which it is added.
  void add(time_ns since, slab_ref who, const slab<Item>& items) {
    auto place = line_.end();
    while (place != line_.begin() && std::prev(place)->since > since)
      --place; // Hardly ever: what comes late.
    line_.insert(place, {since, who});
    if (line_.size() > 2 * items.size() + 64)
      std::erase_if(line_, [&](auto& one) { return items.find(one.who) == nullptr; });
  }

  /// The first for whom `is_due(since)`, no longer in the line; or none. An item for which
  /// `counts(const Item&, since)` is not true leaves the line without being given.
  template <class Counts, class IsDue>
  slab_ref next(const slab<Item>& items, Counts counts, IsDue is_due) {
    while (!line_.empty()) {
      const auto first = line_.front();
      const auto* item = items.find(first.who);
      if (item != nullptr && counts(*item, first.since)) {
        if (!is_due(first.since))
          return {};
        line_.pop_front();
        return first.who;
      }
      line_.pop_front();
    }
    return {};
  }

  /// The one that so many are before; it may be gone.
  [[nodiscard]] slab_ref peek(std::size_t before) const {
    return before < line_.size() ? line_[before].who : slab_ref{};
  }

  [[nodiscard]] std::size_t bytes() const { return line_.size() * sizeof(entry); }

private:
  struct entry {
    time_ns since;
    slab_ref who;
  };
  std::deque<entry> line_;
};

} // namespace vedette
