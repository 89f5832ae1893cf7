#include "signatures/attack.hpp"
#include "signatures/builtin_factories.hpp"
#include "signatures/file_access.hpp"
#include "signatures/finding_ids.hpp"

#include <array>
#include <string_view>

namespace vedette::builtin {

namespace {

constexpr std::array<std::string_view, 1> programs{"update-rc.d"};

constexpr std::array<std::string_view, 10> paths{
    "/etc/rc.local", "/etc/rc1.d/*", "/etc/rc2.d/*", "/etc/rc3.d/*", "/etc/rc4.d/*",
    "/etc/rc5.d/*", "/etc/rc6.d/*", "/etc/rcS.d/*", "/etc/init.d/*", "/etc/rc.d/*"};

} // namespace

/// TRC-1026: what runs at start-up is changed. No data.
std::unique_ptr<signature> make_rcd_modification() {
  return make_file_signature(
      {.id = "TRC-1026",
       .version = "1.0.0",
       .name = "Start-up scripts changed",
       .event_name = "rcd_modification",
       .description =
           "A script that runs when the system starts was written or replaced, or "
           "update-rc.d was run: what stands there survives a restart.",
       .tags = {"linux"},
       .severity = 2,
       .properties = attack("persistence", "RC Scripts",
                            "attack-pattern--dca670cf-eeec-438f-8185-fd959d9ef211", "T1037.004"),
       .event_id = finding_event_id("TRC-1026")},
      {.acts = file_act::write | file_act::rename_onto, .paths = paths, .programs = programs});
}

} // namespace vedette::builtin
