#include "signatures/attack.hpp"
#include "signatures/builtin_factories.hpp"
#include "signatures/file_access.hpp"
#include "signatures/finding_ids.hpp"

#include <array>
#include <string_view>

namespace vedette::builtin {

namespace {

constexpr std::array<std::string_view, 2> paths{"*/release_agent", "release_agent"};

} // namespace

/// TRC-1010: a cgroup in a container gets another release agent. No data.
std::unique_ptr<signature> make_cgroup_release_agent() {
  return make_file_signature(
      {.id = "TRC-1010",
       .version = "1.0.0",
       .name = "Container escape through a release agent",
       .event_name = "cgroup_release_agent",
       .description =
           "A program in a container wrote or replaced a cgroup's release_agent: the "
           "program that the kernel runs on the host, as root, when the cgroup is "
           "empty. A way out of the container.",
       .tags = {"linux", "container"},
       .severity = 3,
       .properties = attack("privilege-escalation", "Escape to Host",
                            "attack-pattern--4a5b7ade-8bb5-4853-84ed-23f262002665", "T1611"),
       .event_id = finding_event_id("TRC-1010")},
      {.acts = file_act::write | file_act::rename_onto, .paths = paths, .origin = event_origin::container});
}

} // namespace vedette::builtin
