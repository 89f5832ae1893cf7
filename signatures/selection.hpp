#pragma once

#include "signatures/signature.hpp"

#include <expected>
#include <vector>

// What selectors mean.
namespace vedette {

/// Host, container or container_init.
event_origin origin_of(event_view event);

/// Whether events of this origin are among those that are wanted.
constexpr bool includes(event_origin wanted, event_origin origin) {
  return wanted == event_origin::any || wanted == origin;
}

/// The events of the table that it selects, of any origin; never internal ones. None:
/// it names an event that is not in the table, which may come in replayed input all the
/// same. Errors: invalid_config, no events come from such a source.
std::expected<std::vector<event_kind>, error> selected_kinds(const selector& wanted);

} // namespace vedette
