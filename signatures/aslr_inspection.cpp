#include "signatures/attack.hpp"
#include "signatures/builtin_factories.hpp"
#include "signatures/file_access.hpp"
#include "signatures/finding_ids.hpp"

#include <array>
#include <string_view>

namespace vedette::builtin {

namespace {

constexpr std::array<std::string_view, 1> paths{"/proc/sys/kernel/randomize_va_space"};

} // namespace

/// TRC-109: the setting of ASLR is read. No data.
std::unique_ptr<signature> make_aslr_inspection() {
  return make_file_signature(
      {.id = "TRC-109",
       .version = "1.0.0",
       .name = "Address space randomization inspected",
       .event_name = "aslr_inspection",
       .description =
           "A program read whether the kernel randomizes address spaces. Exploits "
           "look at that first, as it decides how they must find their targets.",
       .tags = {"linux"},
       .severity = 0,
       .properties = attack("privilege-escalation", "Exploitation for Privilege Escalation",
                            "attack-pattern--b21c3b2d-02e6-45b1-980b-e69051040839", "T1068"),
       .event_id = finding_event_id("TRC-109")},
      {.acts = file_act::read, .paths = paths});
}

} // namespace vedette::builtin
