#include "actors/subscriptions.hpp"

namespace vedette {

std::expected<void, error> subscriptions::add(std::uint32_t signature,
                                              const std::vector<selector>& selectors) {
  // All are looked at first: either all are added or none.
  std::vector<std::vector<event_kind>> kinds;
  for (const auto& wanted : selectors) {
    auto selected = selected_kinds(wanted);
    if (!selected)
      return std::unexpected{std::move(selected.error())};
    kinds.push_back(std::move(*selected));
  }
  for (std::size_t i = 0; i < selectors.size(); ++i) {
    const auto& wanted = selectors[i];
    const subscription added{signature, bits_of(wanted.origin)};
    for (const auto kind : kinds[i])
      add_to(by_kind_[static_cast<std::size_t>(kind)], added);
    // What we do not know ourselves may come in replayed input.
    if (wanted.source == "tracee" && (wanted.name.empty() || kinds[i].empty()))
      unknown_.push_back({wanted.name, added});
  }
  return {};
}

void subscriptions::add_to(std::vector<subscription>& list, subscription added) {
  if (!list.empty() && list.back().signature == added.signature)
    list.back().origins |= added.origins;
  else
    list.push_back(added);
}

std::uint8_t subscriptions::bits_of(event_origin wanted) {
  if (wanted != event_origin::any)
    return bit_of(wanted);
  return static_cast<std::uint8_t>(bit_of(event_origin::host)
                                   | bit_of(event_origin::container)
                                   | bit_of(event_origin::container_init));
}

} // namespace vedette
