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

/// TRC-1023: a process's memory is read. No data.
std::unique_ptr<signature> make_proc_mem_access() {
  return make_file_signature(
      {.id = "TRC-1023",
       .version = "1.0.0",
       .name = "Memory of a process read",
       .event_name = "proc_mem_access",
       .description =
           "A program opened the memory of a process through /proc for reading: what "
           "is secret in it, such as passwords and keys, can be taken from there.",
       .tags = {"linux"},
       .severity = 3,
       .properties = attack("credential-access", "Proc Filesystem",
                            "attack-pattern--3120b9fa-23b8-4500-ae73-09494f607b7d", "T1003.007"),
       .event_id = finding_event_id("TRC-1023")},
      {.acts = file_act::read, .is_meant = is_meant, .paths = paths});
}

} // namespace vedette::builtin
