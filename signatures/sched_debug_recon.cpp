#include "signatures/attack.hpp"
#include "signatures/builtin_factories.hpp"
#include "signatures/file_access.hpp"
#include "signatures/finding_ids.hpp"

#include <array>
#include <string_view>

namespace vedette::builtin {

namespace {

constexpr std::array<std::string_view, 2> paths{
    "/proc/sched_debug", "/sys/kernel/debug/sched/debug"};

} // namespace

/// TRC-1029: a container reads of the host's tasks. No data.
std::unique_ptr<signature> make_sched_debug_recon() {
  return make_file_signature(
      {.id = "TRC-1029",
       .version = "1.0.0",
       .name = "Scheduler debug files read from a container",
       .event_name = "sched_debug_recon",
       .description =
           "A program in a container read the scheduler's debug file, which lists the "
           "tasks of the whole host: where am I, and what else runs here?",
       .tags = {"linux", "container"},
       .severity = 1,
       .properties = attack("discovery", "Container and Resource Discovery",
                            "attack-pattern--0470e792-32f8-46b0-a351-652bc35e9336", "T1613"),
       .event_id = finding_event_id("TRC-1029")},
      {.acts = file_act::read, .paths = paths, .origin = event_origin::container});
}

} // namespace vedette::builtin
