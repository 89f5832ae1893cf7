#pragma once

#include "events/event_filter.hpp"
#include "signatures/signature.hpp"

#include <expected>
#include <vector>

// What selectors mean.
namespace vedette {

/// The events of the table that it selects, of any origin; never internal ones. None:
/// it names an event that is not in the table, which may come in replayed input all the
/// same, but not with filters. Errors: invalid_config, no events come from such a source, or
/// what is filtered is not known.
std::expected<std::vector<event_kind>, error> selected_kinds(const selector& wanted);

/// What it wants of those of this kind, but for their origin. Errors: invalid_config, they
/// have no such field, or it cannot have such a value.
std::expected<event_filter, error> filter_of(const selector& wanted, event_kind kind);

/// It may select what signatures find: events of Vedette that are not in the table, or any.
bool selects_findings(const selector& wanted);

} // namespace vedette
