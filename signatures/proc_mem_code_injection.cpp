#include "signatures/attack.hpp"
#include "signatures/builtin_factories.hpp"
#include "signatures/file_access.hpp"
#include "signatures/finding_ids.hpp"
#include "signatures/paths.hpp"

#include <array>
#include <string_view>

namespace vedette::builtin {

namespace {

constexpr std::array<std::string_view, 1> paths{"/proc/*/mem"};

bool is_meant(std::string_view path) {
  return is_proc_mem(path);
}

} // namespace

/// TRC-1024: a process's memory is written. No data.
std::unique_ptr<signature> make_proc_mem_code_injection() {
  return make_file_signature(
      {.id = "TRC-1024",
       .version = "1.0.0",
       .name = "Code injection through /proc",
       .event_name = "proc_mem_code_injection",
       .description =
           "A program opened the memory of a process through /proc for writing: a way "
           "to put code into another program without tracing it.",
       .tags = {"linux"},
       .severity = 3,
       .properties = attack("defense-evasion", "Proc Memory",
                            "attack-pattern--d201d4cc-214d-4a74-a1ba-b3fa09fd4591", "T1055.009"),
       .event_id = finding_event_id("TRC-1024")},
      {.acts = file_act::write, .is_meant = is_meant, .paths = paths});
}

} // namespace vedette::builtin
