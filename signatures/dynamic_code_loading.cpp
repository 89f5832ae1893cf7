#include "signatures/attack.hpp"
#include "signatures/builtin_factories.hpp"
#include "signatures/event_rule.hpp"
#include "signatures/finding_ids.hpp"

namespace vedette::builtin {

namespace {

std::optional<finding_data> find(event_view event) {
  constexpr auto from_written_to_executable = 4U;
  return fires_if(event.get<events::mem_prot_alert::alert>() == from_written_to_executable);
}

} // namespace

/// TRC-104: memory that was written becomes code. No data.
std::unique_ptr<signature> make_dynamic_code_loading() {
  return make_event_signature(
      {.id = "TRC-104",
       .version = "1.0.0",
       .name = "Dynamic code loading",
       .event_name = "dynamic_code_loading",
       .description =
           "Memory that could be written became executable instead. Packed malware "
           "unpacks itself like this, and just-in-time compilers work like this as "
           "well.",
       .tags = {"linux"},
       .severity = 2,
       .properties = attack("defense-evasion", "Software Packing",
                            "attack-pattern--deb98323-e13f-4b0c-8d94-175379069062", "T1027.002"),
       .event_id = finding_event_id("TRC-104")},
      {{.name = "mem_prot_alert"}}, find);
}

} // namespace vedette::builtin
