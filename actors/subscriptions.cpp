#include "actors/subscriptions.hpp"

namespace vedette {

namespace {

constexpr std::string_view kernel_events = "tracee";
constexpr std::string_view own_events = "vedette";

std::string_view source_of(const event_definition& definition) {
  return definition.made_by == event_class::own ? own_events : kernel_events;
}

} // namespace

event_origin origin_of(event_view event) {
  if ((event.header().flags & RECORD_CONTAINER_STARTED) != 0)
    return event_origin::container;
  return event.container_id().empty() ? event_origin::host
                                      : event_origin::container_init;
}

std::expected<void, error> subscriptions::add(std::uint32_t signature,
                                              const std::vector<selector>& selectors) {
  for (const auto& wanted : selectors)
    if (wanted.source != kernel_events && wanted.source != own_events)
      return std::unexpected{
          error{ec::invalid_config, "selects events of source '" + wanted.source
                                        + "': there are 'tracee' and 'vedette'"}};
  for (const auto& wanted : selectors)
    add(signature, wanted);
  return {};
}

void subscriptions::add(std::uint32_t signature, const selector& wanted) {
  const subscription added{signature, bits_of(wanted.origin)};
  bool known = false;
  for (const auto& definition : event_definitions()) {
    if (definition.made_by == event_class::internal
        || source_of(definition) != wanted.source)
      continue;
    if (!wanted.name.empty() && wanted.name != definition.name)
      continue;
    known = true;
    add_to(by_kind_[static_cast<std::size_t>(definition.kind)], added);
  }
  // What we do not know ourselves may come in replayed input.
  if (wanted.source == kernel_events && (!known || wanted.name.empty()))
    unknown_.push_back({wanted.name, added});
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
