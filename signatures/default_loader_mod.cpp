#include "signatures/attack.hpp"
#include "signatures/builtin_factories.hpp"
#include "signatures/file_access.hpp"
#include "signatures/finding_ids.hpp"

#include <array>
#include <string_view>

namespace vedette::builtin {

namespace {

constexpr std::array<std::string_view, 2> paths{"/lib*", "/usr/lib*"};

bool is_meant(std::string_view path) {
  constexpr std::string_view system = "/lib", merged = "/usr/lib";
  if (!path.starts_with(system) && !path.starts_with(merged))
    return false;
  const auto behind = path.starts_with(system) ? system.size() : merged.size();
  const auto loader = path.find("/ld", behind);
  return loader != path.npos && path.find(".so", loader) != path.npos;
}

} // namespace

/// TRC-1012: the system's loader is written or replaced. No data.
std::unique_ptr<signature> make_default_loader_mod() {
  return make_file_signature(
      {.id = "TRC-1012",
       .version = "1.0.0",
       .name = "Default dynamic loader changed",
       .event_name = "default_loader_mod",
       .description =
           "The dynamic loader of the system was opened for writing or replaced. Its "
           "code runs first in every dynamically linked program: a place to hook, "
           "hide and stay.",
       .tags = {"linux"},
       .severity = 3,
       .properties = attack("defense-evasion", "Hijack Execution Flow",
                            "attack-pattern--aedfca76-3b30-4866-b2aa-0f1d7fd1e4b6", "T1574"),
       .event_id = finding_event_id("TRC-1012")},
      {.acts = file_act::write | file_act::rename_onto, .is_meant = is_meant, .paths = paths});
}

} // namespace vedette::builtin
