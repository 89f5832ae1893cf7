#include "signatures/attack.hpp"
#include "signatures/builtin_factories.hpp"
#include "signatures/file_access.hpp"
#include "signatures/finding_ids.hpp"

#include <array>
#include <string_view>

namespace vedette::builtin {

namespace {

constexpr std::array<std::string_view, 2> paths{
    "/proc/sys/kernel/sysrq", "/proc/sysrq-trigger"};

} // namespace

/// TRC-1031: a container uses the host's SysRq. No data.
std::unique_ptr<signature> make_system_request_key_mod() {
  return make_file_signature(
      {.id = "TRC-1031",
       .version = "1.0.0",
       .name = "System request keys used from a container",
       .event_name = "system_request_key_mod",
       .description =
           "A program in a container opened a file of the system request keys for "
           "writing: with those the host can be made to crash, restart, or show its "
           "memory.",
       .tags = {"linux", "container"},
       .severity = 3,
       .properties = attack("privilege-escalation", "Escape to Host",
                            "attack-pattern--4a5b7ade-8bb5-4853-84ed-23f262002665", "T1611"),
       .event_id = finding_event_id("TRC-1031")},
      {.acts = file_act::write, .paths = paths, .origin = event_origin::container});
}

} // namespace vedette::builtin
