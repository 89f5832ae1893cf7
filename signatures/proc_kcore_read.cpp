#include "signatures/attack.hpp"
#include "signatures/builtin_factories.hpp"
#include "signatures/file_access.hpp"
#include "signatures/finding_ids.hpp"

#include <array>
#include <string_view>

namespace vedette::builtin {

namespace {

constexpr std::array<std::string_view, 1> paths{"*/proc/kcore"};

} // namespace

/// TRC-1021: a container reads the kernel's memory. No data.
std::unique_ptr<signature> make_proc_kcore_read() {
  return make_file_signature(
      {.id = "TRC-1021",
       .version = "1.0.0",
       .name = "Kernel memory read from a container",
       .event_name = "proc_kcore_read",
       .description =
           "A program in a container opened /proc/kcore, the memory of the host's "
           "kernel: keys, files and processes of the host and of all other containers "
           "are in it.",
       .tags = {"linux", "container"},
       .severity = 2,
       .properties = attack("privilege-escalation", "Escape to Host",
                            "attack-pattern--4a5b7ade-8bb5-4853-84ed-23f262002665", "T1611"),
       .event_id = finding_event_id("TRC-1021")},
      {.acts = file_act::read, .paths = paths, .origin = event_origin::container});
}

} // namespace vedette::builtin
