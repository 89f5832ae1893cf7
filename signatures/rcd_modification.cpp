#include "signatures/attack.hpp"
#include "signatures/builtin_factories.hpp"
#include "signatures/file_access.hpp"
#include "signatures/finding_ids.hpp"
#include "signatures/paths.hpp"

#include <array>

namespace vedette::builtin {

namespace {

constexpr std::array<std::string_view, 1> programs{"update-rc.d"};

bool is_meant(std::string_view path) {
  constexpr std::array<std::string_view, 2> files{"/etc/rc.local", "/etc/init.d/rc.local"};
  constexpr std::array<std::string_view, 9> directories{
      "/etc/rc1.d", "/etc/rc2.d", "/etc/rc3.d", "/etc/rc4.d", "/etc/rc5.d",
      "/etc/rc6.d", "/etc/rcS.d", "/etc/init.d", "/etc/rc.d"};
  return is_or_is_below(path, files, directories);
}

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
      {.acts = file_act::write | file_act::rename_onto, .is_meant = is_meant, .programs = programs});
}

} // namespace vedette::builtin
