#include "signatures/attack.hpp"
#include "signatures/builtin_factories.hpp"
#include "signatures/event_rule.hpp"
#include "signatures/finding_ids.hpp"

namespace vedette::builtin {

namespace {

std::optional<finding_data> find(event_view /*event*/) {
  return finding_data{};
}

} // namespace

/// TRC-1017: the kernel gets more code. No data.
std::unique_ptr<signature> make_kernel_module_loading() {
  return make_event_signature(
      {.id = "TRC-1017",
       .version = "1.0.0",
       .name = "Kernel module loaded",
       .event_name = "kernel_module_loading",
       .description =
           "A module was loaded into the kernel, where it may do anything: also hide "
           "what others do.",
       .tags = {"linux"},
       .severity = 2,
       .properties = attack("persistence", "Kernel Modules and Extensions",
                            "attack-pattern--a1b52199-c8c5-438a-9ded-656f1d0888c6", "T1547.006"),
       .event_id = finding_event_id("TRC-1017")},
      {{.name = "module_load"}}, find);
}

} // namespace vedette::builtin
