#pragma once

#include <string>

namespace vedette {

/// docs/events.md: every event with its id, sets and arguments, from the table.
std::string events_reference();

} // namespace vedette
