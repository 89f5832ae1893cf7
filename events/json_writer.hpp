#pragma once

#include "events/batch.hpp"
#include "events/json_string.hpp"

#include <cstdint>
#include <string>
#include <string_view>

/// Events as JSON in the form of Tracee's trace.Event, keys in its order. All functions
/// append to a string, which the caller uses again: in steady state nothing is
/// allocated. The events' batch must have its context attached.
namespace vedette {

/// What is the same for all events of a run.
struct run_facts {
  /// Of a live run; events that were replayed keep what their input says.
  std::string_view host_name;
};

/// What the context says about the event itself.
struct json_identity {
  std::int64_t id;
  std::string_view name;
  std::size_t arguments; ///< argsNum
};

/// `{…}` and a newline.
void append_event_line(std::string& out, event_view event, const run_facts& facts);

/// `{…}`.
void append_event(std::string& out, event_view event, const run_facts& facts);

/// `"timestamp":…` to `"parentEntityId":…`, no braces: all of the event's context but
/// `args` and `metadata`. A finding takes its causal event's, with its own identity.
void append_context(std::string& out, event_view event, const run_facts& facts,
                    const json_identity& identity);

/// Id, name and number of arguments of the event itself.
json_identity identity_of(event_view event);

/// `{"name":…,"type":…,"value":…},…`, no brackets: present ones in the table's order,
/// then those that came from replayed JSON and are not in the table.
void append_arguments(std::string& out, event_view event);

/// One of these. `slot` must be present.
void append_argument(std::string& out, event_view event, std::size_t slot);

/// How many objects append_arguments() appends.
std::size_t count_arguments(event_view event);

} // namespace vedette
