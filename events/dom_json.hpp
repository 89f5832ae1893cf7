#pragma once

#include <simdjson.h>
#include <string>

namespace vedette {

/// Appends minified JSON of what simdjson has parsed, hence validated.
void append_json(std::string& out, simdjson::dom::element element);

/// The same for a message: at most some 60 bytes of it.
std::string shown(simdjson::dom::element element);

} // namespace vedette
