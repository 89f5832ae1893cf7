#include "actors/runner/subscriptions.hpp"

namespace vedette {

std::expected<void, error> subscriptions::add(std::uint32_t signature,
                                              const std::vector<selector>& selectors) {
  // All are looked at first: either all are added or none.
  struct addition {
    event_kind kind;
    subscription what;
  };
  std::vector<addition> additions;
  std::vector<named_subscription> unknown;
  for (const auto& wanted : selectors) {
    auto kinds = selected_kinds(wanted);
    if (!kinds)
      return std::unexpected{std::move(kinds.error())};
    const auto origins = bits_of(wanted.origin);
    for (const auto kind : *kinds) {
      auto filter = filter_of(wanted, kind);
      if (!filter)
        return std::unexpected{std::move(filter.error())};
      additions.push_back(
          {kind,
           {signature, origins,
            filter->fields().empty()
                ? nullptr
                : std::make_shared<const event_filter>(std::move(*filter))}});
    }
    // What we do not know ourselves may come in replayed input.
    if (wanted.source == "tracee" && wanted.filters.empty()
        && (wanted.name.empty() || kinds->empty()))
      unknown.push_back({wanted.name, {signature, origins, nullptr}});
  }
  for (auto& [kind, what] : additions)
    add_to(by_kind_[static_cast<std::size_t>(kind)], std::move(what));
  unknown_.insert(unknown_.end(), unknown.begin(), unknown.end());
  return {};
}

void subscriptions::add_to(std::vector<subscription>& list, subscription added) {
  if (!list.empty() && list.back().signature == added.signature && !list.back().filter
      && !added.filter)
    list.back().origins |= added.origins;
  else
    list.push_back(std::move(added));
}

std::uint8_t subscriptions::bits_of(event_origin wanted) {
  if (wanted != event_origin::any)
    return bit_of(wanted);
  return static_cast<std::uint8_t>(bit_of(event_origin::host)
                                   | bit_of(event_origin::container)
                                   | bit_of(event_origin::container_init));
}

} // namespace vedette
