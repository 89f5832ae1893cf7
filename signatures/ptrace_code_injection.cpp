#include "signatures/attack.hpp"
#include "signatures/builtin_factories.hpp"
#include "signatures/event_rule.hpp"
#include "signatures/finding_ids.hpp"

namespace vedette::builtin {

namespace {

std::optional<finding_data> find(event_view event) {
  constexpr auto poke_text = 4, poke_data = 5;
  const auto request = event.get<events::ptrace::request>();
  return fires_if(request == poke_text || request == poke_data);
}

} // namespace

/// TRC-103: another process is written to by its tracer. No data.
std::unique_ptr<signature> make_ptrace_code_injection() {
  return make_event_signature(
      {.id = "TRC-103",
       .version = "1.0.0",
       .name = "Code injection through ptrace",
       .event_name = "ptrace_code_injection",
       .description =
           "A process wrote into the memory of another one that it traces: a way to "
           "put code into a program that runs.",
       .tags = {"linux"},
       .severity = 3,
       .properties = attack("defense-evasion", "Ptrace System Calls",
                            "attack-pattern--ea016b56-ae0e-47fe-967a-cc0ad51af67f", "T1055.008"),
       .event_id = finding_event_id("TRC-103")},
      {{.name = "ptrace"}}, find);
}

} // namespace vedette::builtin
