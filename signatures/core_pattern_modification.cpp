#include "signatures/attack.hpp"
#include "signatures/builtin_factories.hpp"
#include "signatures/file_access.hpp"
#include "signatures/finding_ids.hpp"

#include <array>
#include <string_view>

namespace vedette::builtin {

namespace {

constexpr std::array<std::string_view, 1> paths{"*/proc/sys/kernel/core_pattern"};

} // namespace

/// TRC-1011: a container says what runs on the host at a crash. No data.
std::unique_ptr<signature> make_core_pattern_modification() {
  return make_file_signature(
      {.id = "TRC-1011",
       .version = "1.0.0",
       .name = "Core dump handler changed from a container",
       .event_name = "core_pattern_modification",
       .description =
           "A program in a container opened core_pattern for writing. What is written "
           "there the kernel runs on the host, as root, when any program crashes: a "
           "way out of the container.",
       .tags = {"linux", "container"},
       .severity = 3,
       .properties = attack("privilege-escalation", "Escape to Host",
                            "attack-pattern--4a5b7ade-8bb5-4853-84ed-23f262002665", "T1611"),
       .event_id = finding_event_id("TRC-1011")},
      {.acts = file_act::write, .paths = paths, .origin = event_origin::container});
}

} // namespace vedette::builtin
