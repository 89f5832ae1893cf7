#include "signatures/selection.hpp"

namespace vedette {

namespace {

constexpr std::string_view kernel_events = "tracee";
constexpr std::string_view own_events = "vedette";

std::string_view source_of(const event_definition& definition) {
  return definition.made_by == event_class::own ? own_events : kernel_events;
}

} // namespace

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
  if (kinds.empty() && !wanted.filters.empty())
    return std::unexpected{
        error{ec::invalid_config, "selects " + wanted.filters.front() + " of '"
                                      + wanted.name + "', whose fields are not known"}};
  return kinds;
}

std::expected<event_filter, error> filter_of(const selector& wanted, event_kind kind) {
  event_filter result{kind};
  for (const auto& condition : wanted.filters)
    if (auto added = result.add(condition); !added)
      return std::unexpected{error{ec::invalid_config, "selects " + condition + " of "
                                                           + wanted.name + ": "
                                                           + added.error().detail}};
  return result;
}

bool selects_findings(const selector& wanted) {
  return wanted.source == own_events && (wanted.name.empty() || !find_event(wanted.name));
}

} // namespace vedette
