#pragma once

#include "events/event_filter.hpp"

#include <bitset>
#include <cstddef>
#include <initializer_list>
#include <map>
#include <span>
#include <vector>

namespace vedette {

/// Which events somebody wants: of a kind all, or those that pass one of some filters.
class event_selection {
public:
  event_selection() = default;
  event_selection(std::initializer_list<event_kind> kinds) {
    for (const auto kind : kinds)
      add(kind);
  }

  void add(event_kind kind);
  /// Changes nothing where all of its kind are wanted.
  void add(event_filter filter);
  void add(const event_selection& other);

  [[nodiscard]] bool wants(event_kind kind) const {
    return kind < event_kind::count && kinds_[static_cast<std::size_t>(kind)];
  }
  [[nodiscard]] bool wants(event_view event) const {
    return wants(event.kind()) && (filters_.empty() || passes(event));
  }
  [[nodiscard]] const std::bitset<event_kinds>& kinds() const { return kinds_; }
  /// Empty: all are wanted, or none.
  [[nodiscard]] std::span<const event_filter> filters(event_kind kind) const;
  [[nodiscard]] bool has_filters() const { return !filters_.empty(); }
  /// Whether any filter has a condition on this.
  [[nodiscard]] bool look_at(filter_field::place field) const;
  /// Only those kinds.
  void keep(const std::bitset<event_kinds>& kinds);

  bool operator==(const event_selection&) const = default;

private:
  [[nodiscard]] bool passes(event_view event) const;

  std::bitset<event_kinds> kinds_;
  std::map<event_kind, std::vector<event_filter>> filters_;
};

} // namespace vedette
