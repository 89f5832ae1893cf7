#include "signatures/attack.hpp"
#include "signatures/builtin_factories.hpp"
#include "signatures/event_rule.hpp"
#include "signatures/finding_ids.hpp"

namespace vedette::builtin {

namespace {

std::optional<finding_data> find(event_view event) {
  constexpr auto ptrace_traceme = 0;
  return fires_if(event.get<events::ptrace::request>() == ptrace_traceme);
}

} // namespace

/// TRC-102: a process asks to be traced by its parent. No data.
std::unique_ptr<signature> make_anti_debugging() {
  return make_event_signature(
      {.id = "TRC-102",
       .version = "1.0.0",
       .name = "Anti-Debugging detected",
       .event_name = "anti_debugging",
       .description =
           "A process asked the kernel to be traced by its parent (PTRACE_TRACEME). A "
           "process has one tracer at most, so malware does this to keep debuggers "
           "away, or to find out whether there is one.",
       .tags = {"linux"},
       .severity = 1,
       .properties =
           attack("defense-evasion", "Debugger Evasion",
                  "attack-pattern--e4dc8c01-417f-458d-9ee0-bb0617c1b391", "T1622"),
       .event_id = finding_event_id("TRC-102")},
      {{.name = "ptrace"}}, find);
}

} // namespace vedette::builtin
