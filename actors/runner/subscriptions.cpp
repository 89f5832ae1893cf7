#include "actors/runner/subscriptions.hpp"

#include <optional>

namespace vedette {

std::expected<void, error> subscriptions::add(std::uint32_t signature,
                                              const std::vector<selector>& selectors) {
  // All are looked at first: either all are added or none.
  struct addition {
    std::uint8_t origins;
    event_filter filter;
  };
  std::vector<addition> additions;
  std::vector<named_subscription> unknown;
  for (const auto& wanted : selectors) {
    auto kinds = selected_kinds(wanted);
    if (!kinds)
      return std::unexpected{std::move(kinds.error())};
    const auto from = bits_of(wanted.origin);
    for (const auto kind : *kinds) {
      auto filter = filter_of(wanted, kind);
      if (!filter)
        return std::unexpected{std::move(filter.error())};
      additions.push_back({from, std::move(*filter)});
    }
    // What we do not know ourselves may come in replayed input.
    if (wanted.source == "tracee" && wanted.filters.empty()
        && (wanted.name.empty() || kinds->empty()))
      unknown.push_back({wanted.name, from, signature});
  }
  for (const auto& [from, filter] : additions)
    add(filter.of(), signature, from, filter);
  unknown_.insert(unknown_.end(), unknown.begin(), unknown.end());
  return {};
}

void subscriptions::add(event_kind kind, std::uint32_t signature, std::uint8_t of_origins,
                        const event_filter& filter) {
  constexpr auto place = filter_field::place::access;
  auto& number = by_kind_[static_cast<std::size_t>(kind)];
  if (number == nobody) {
    number = static_cast<std::uint16_t>(of_kind_.size());
    of_kind_.emplace_back();
  }
  const auto* const by_access = filter.find(place);
  places to;
  for (std::size_t at = 0; at < to.size(); ++at) {
    const auto access = at % accesses;
    const auto known =
        access + 1 < accesses ? std::optional<std::uint64_t>{access} : std::nullopt;
    to[at] = (of_origins >> at / accesses & 1U) != 0
             && (by_access == nullptr || by_access->passes(known));
  }
  of_kind_[number].add(to, signature, filter.without(place));
}

void subscriptions::kind_subscriptions::add(const places& to, std::uint32_t signature,
                                            const event_filter& filter) {
  for (std::size_t list = 0, known = lists.size(); list < known; ++list) {
    places those;
    for (std::size_t at = 0; at < those.size(); ++at)
      those[at] = which[at] == list;
    const auto told = those & to;
    if (told.none())
      continue;
    auto into = list;
    if (told != those) { // The others go on as before.
      into = lists.size();
      lists.push_back(auto{lists[list]});
      for (std::size_t at = 0; at < told.size(); ++at)
        if (told[at])
          which[at] = static_cast<std::uint8_t>(into);
    }
    lists[into].filters.add(filter);
    lists[into].signatures.push_back(signature);
  }
}

std::uint8_t subscriptions::bits_of(event_origin wanted) {
  if (wanted != event_origin::any)
    return bit_of(wanted);
  return static_cast<std::uint8_t>(bit_of(event_origin::host)
                                   | bit_of(event_origin::container)
                                   | bit_of(event_origin::container_init));
}

} // namespace vedette
