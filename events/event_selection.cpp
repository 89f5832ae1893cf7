#include "events/event_selection.hpp"

#include <algorithm>

namespace vedette {

void event_selection::add(event_kind kind) {
  kinds_.set(static_cast<std::size_t>(kind));
  filters_.erase(kind);
}

void event_selection::add(event_filter filter) {
  const auto kind = filter.of();
  if (wants(kind) && !filters_.contains(kind))
    return;
  kinds_.set(static_cast<std::size_t>(kind));
  auto& others = filters_[kind];
  if (std::ranges::find(others, filter) == others.end())
    others.push_back(std::move(filter));
}

void event_selection::add(const event_selection& other) {
  for (std::size_t i = 0; i < event_kinds; ++i) {
    if (!other.kinds_[i])
      continue;
    const auto kind = static_cast<event_kind>(i);
    if (const auto filters = other.filters(kind); !filters.empty())
      for (const auto& one : filters)
        add(one);
    else
      add(kind);
  }
}

std::span<const event_filter> event_selection::filters(event_kind kind) const {
  const auto found = filters_.find(kind);
  return found == filters_.end() ? std::span<const event_filter>{}
                                 : std::span{found->second};
}

bool event_selection::look_at(filter_field::place field) const {
  const auto looks = [=](const event_filter& filter) {
    return std::ranges::any_of(filter.fields(),
                               [=](const auto& one) { return one.field.is == field; });
  };
  return std::ranges::any_of(filters_, [&](const auto& one) {
    return std::ranges::any_of(one.second, looks);
  });
}

void event_selection::keep(const std::bitset<event_kinds>& kinds) {
  kinds_ &= kinds;
  std::erase_if(filters_, [this](const auto& one) { return !wants(one.first); });
}

bool event_selection::passes(event_view event) const {
  const auto filters = this->filters(event.kind());
  return filters.empty() || std::ranges::any_of(filters, [=](const auto& one) {
           return one.passes(event);
         });
}

} // namespace vedette
