#pragma once

#include "events/batch.hpp"
#include "events/value.hpp"

#include <string>

namespace vedette {

/// As spec/events.md has values of its type; `null` if there is nothing, or what came from
/// the kernel is not what its type says.
void append_object(std::string& json, const object_value& argument);
value to_value(const object_value& argument);

} // namespace vedette
