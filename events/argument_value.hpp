#pragma once

#include "events/argument_reader.hpp"

namespace vedette {

/// Stores the value of an argument that has one in `slot`, what it refers to at the end
/// of the record. What is wrong otherwise, e.g. `is not a number`; null if nothing is.
const char* store_value(const argument_json& argument, arg_type type,
                        std::string_view event, record_buffer& record,
                        record_slot& slot);

} // namespace vedette
