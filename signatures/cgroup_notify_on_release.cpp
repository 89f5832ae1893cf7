#include "signatures/attack.hpp"
#include "signatures/builtin_factories.hpp"
#include "signatures/file_access.hpp"
#include "signatures/finding_ids.hpp"

#include <array>
#include <string_view>

namespace vedette::builtin {

namespace {

constexpr std::array<std::string_view, 2> paths{"*/notify_on_release", "notify_on_release"};

} // namespace

/// TRC-106: a cgroup in a container is told to call its release agent. No data.
std::unique_ptr<signature> make_cgroup_notify_on_release() {
  return make_file_signature(
      {.id = "TRC-106",
       .version = "1.0.0",
       .name = "Container escape through notify_on_release",
       .event_name = "cgroup_notify_on_release",
       .description =
           "A program in a container opened a cgroup's notify_on_release for writing. "
           "Once that is set, the kernel runs the cgroup's release agent on the host, "
           "as root, when the last task has left: a way out of the container.",
       .tags = {"linux", "container"},
       .severity = 3,
       .properties = attack("privilege-escalation", "Escape to Host",
                            "attack-pattern--4a5b7ade-8bb5-4853-84ed-23f262002665", "T1611"),
       .event_id = finding_event_id("TRC-106")},
      {.acts = file_act::write, .paths = paths, .origin = event_origin::container});
}

} // namespace vedette::builtin
