#include "signatures/attack.hpp"
#include "signatures/builtin_factories.hpp"
#include "signatures/event_rule.hpp"
#include "signatures/finding_ids.hpp"

namespace vedette::builtin {

namespace {

std::optional<finding_data> find(event_view event) {
  // Both as the caller's pid namespace has them.
  const auto target = event.get<events::process_vm_writev::pid>();
  const auto own = event.header().ns_tgid;
  return fires_if(target && static_cast<std::uint32_t>(*target) != own);
}

} // namespace

/// TRC-1025: another process's memory is written. No data.
std::unique_ptr<signature> make_process_vm_write_inject() {
  return make_event_signature(
      {.id = "TRC-1025",
       .version = "1.0.0",
       .name = "Code injection through process_vm_writev",
       .event_name = "process_vm_write_inject",
       .description =
           "A process wrote into the memory of another one with process_vm_writev: a "
           "way to put code into a program that runs.",
       .tags = {"linux"},
       .severity = 3,
       .properties = attack("defense-evasion", "Process Injection",
                            "attack-pattern--43e7dc91-05b2-474c-b9ac-2ed4fe101f4d", "T1055"),
       .event_id = finding_event_id("TRC-1025")},
      {{.name = "process_vm_writev"}}, find);
}

} // namespace vedette::builtin
