#include "events/reference.hpp"

#include "events/definitions.hpp"

#include <fmt/format.h>

#include <iterator>

namespace vedette {

namespace {

std::string_view title_of(event_class made_by) {
  switch (made_by) {
  case event_class::syscall:
    return "System calls";
  case event_class::event:
    return "Events seen by hooks";
  case event_class::own:
    return "Vedette's own";
  case event_class::internal:
    break;
  }
  return "Internal";
}

void append_row(std::string& out, const event_definition& event) {
  const auto to = std::back_inserter(out);
  fmt::format_to(to, "| {} | `{}` | {} | ", event.id, event.name, event.sets);
  auto separator = "";
  for (const auto& argument : event.args) {
    fmt::format_to(to, "{}`{}` {}", separator, argument.name, type_name(argument.type));
    separator = ", ";
  }
  out += " |\n";
}

} // namespace

std::string events_reference() {
  std::string out = "# Events\n\nMade from events/table.def; `vedette list events` shows the "
                    "same, and by which\nprobe this host lets each one be seen. Ids of "
                    "findings count from 6000.\n";
  auto section = event_class::internal;
  for (const auto& event : event_definitions()) {
    if (event.made_by == event_class::internal)
      continue;
    if (event.made_by != section) {
      section = event.made_by;
      fmt::format_to(std::back_inserter(out),
                     "\n## {}\n\n| Id | Event | Sets | Arguments |\n|---|---|---|---|\n",
                     title_of(section));
    }
    append_row(out, event);
  }
  return out;
}

} // namespace vedette
