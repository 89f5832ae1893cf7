#include "signatures/selection.hpp"

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

std::expected<std::vector<event_kind>, error> selected_kinds(const selector& wanted) {
  if (wanted.source != kernel_events && wanted.source != own_events)
    return std::unexpected{error{ec::invalid_config, "selects events of source '"
                                                         + wanted.source
                                                         + "': there are 'tracee' and "
                                                           "'vedette'"}};
  std::vector<event_kind> kinds;
  for (const auto& definition : event_definitions())
    if (definition.made_by != event_class::internal
        && source_of(definition) == wanted.source
        && (wanted.name.empty() || wanted.name == definition.name))
      kinds.push_back(definition.kind);
  return kinds;
}

} // namespace vedette
