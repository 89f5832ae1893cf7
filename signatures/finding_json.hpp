#pragma once

#include "events/json_writer.hpp"
#include "signatures/finding.hpp"

#include <string>

namespace vedette {

/// Appends a finding as an event in the form of Tracee's trace.Event, and a newline:
/// its causal event's whole context under its own id and name, its data as arguments,
/// and `metadata`. The last argument is `triggeredBy`: the causal event's id, name,
/// arguments and return value.
///
/// The type of an argument follows from its value: `bool`, `int32` or, if it does not
/// fit, `int64` or `uint64`, `float64`, `string`, `object`; of a list `[]` and the type
/// that all of its items have; `unknown` where there is none.
void append_finding_line(std::string& out, const finding& found,
                         const run_facts& facts);

} // namespace vedette
