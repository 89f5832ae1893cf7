#include "signatures/attack.hpp"
#include "signatures/builtin_factories.hpp"
#include "signatures/event_rule.hpp"
#include "signatures/finding_ids.hpp"
#include "signatures/paths.hpp"

namespace vedette::builtin {

namespace {

std::optional<finding_data> find(event_view event) {
  namespace executed = events::sched_process_exec;
  return fires_if(is_memory_path(event.get<executed::pathname>().value_or("")));
}

} // namespace

/// TRC-105: a program is executed from memory. No data.
std::unique_ptr<signature> make_fileless_execution() {
  return make_event_signature(
      {.id = "TRC-105",
       .version = "1.0.0",
       .name = "Fileless execution detected",
       .event_name = "fileless_execution",
       .description =
           "A program was executed from memory (a memfd, or a file system that lies "
           "in memory) instead of from a disk. Nothing is left to look at when it has "
           "ended, which is why malware is started this way.",
       .tags = {"linux"},
       .severity = 3,
       .properties =
           attack("defense-evasion", "Reflective Code Loading",
                  "attack-pattern--4933e63b-9b77-476e-ab29-761bc5b7d15a", "T1620"),
       .event_id = finding_event_id("TRC-105")},
      {{.name = "sched_process_exec"}}, find);
}

} // namespace vedette::builtin
