#include "signatures/attack.hpp"
#include "signatures/builtin_factories.hpp"
#include "signatures/file_access.hpp"
#include "signatures/finding_ids.hpp"

#include <array>
#include <string_view>

namespace vedette::builtin {

namespace {

constexpr std::array<std::string_view, 4> paths{
    "/etc/sudoers", "/private/etc/sudoers", "/etc/sudoers.d/*",
    "/private/etc/sudoers.d/*"};

} // namespace

/// TRC-1028: who may use sudo is changed. No data.
std::unique_ptr<signature> make_sudoers_modification() {
  return make_file_signature(
      {.id = "TRC-1028",
       .version = "1.0.0",
       .name = "sudoers changed",
       .event_name = "sudoers_modification",
       .description =
           "A file that says who may become root was written or replaced.",
       .tags = {"linux"},
       .severity = 2,
       .properties = attack("privilege-escalation", "Sudo and Sudo Caching",
                            "attack-pattern--1365fe3b-0f50-455d-b4da-266ce31c23b0", "T1548.003"),
       .event_id = finding_event_id("TRC-1028")},
      {.acts = file_act::write | file_act::rename_onto, .paths = paths});
}

} // namespace vedette::builtin
