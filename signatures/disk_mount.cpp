#include "signatures/attack.hpp"
#include "signatures/builtin_factories.hpp"
#include "signatures/event_rule.hpp"
#include "signatures/finding_ids.hpp"

namespace vedette::builtin {

namespace {

std::optional<finding_data> find(event_view event) {
  const auto device = event.get<events::security_sb_mount::dev_name>();
  return fires_if(device && device->starts_with("/dev/"));
}

} // namespace

/// TRC-1014: a container mounts one of the host's devices. No data.
std::unique_ptr<signature> make_disk_mount() {
  return make_event_signature(
      {.id = "TRC-1014",
       .version = "1.0.0",
       .name = "Device mounted in a container",
       .event_name = "disk_mount",
       .description =
           "A container mounted a device of the host. What is on the host's disks can "
           "be read and changed from there: a way out of the container.",
       .tags = {"linux", "container"},
       .severity = 3,
       .properties = attack("privilege-escalation", "Escape to Host",
                            "attack-pattern--4a5b7ade-8bb5-4853-84ed-23f262002665", "T1611"),
       .event_id = finding_event_id("TRC-1014")},
      {{.name = "security_sb_mount", .origin = event_origin::container}}, find);
}

} // namespace vedette::builtin
