#include "events/object_json.hpp"
#include "signatures/attack.hpp"
#include "signatures/builtin_factories.hpp"
#include "signatures/event_rule.hpp"
#include "signatures/finding_ids.hpp"

#include <utility>

namespace vedette::builtin {

namespace {

std::optional<finding_data> find(event_view event) {
  const auto hooked = event.get<events::hooked_proc_fops::hooked_fops_pointers>();
  auto list = hooked ? to_value(*hooked) : value{};
  const auto* entries = list.as_list();
  if (entries == nullptr || entries->empty())
    return {};
  return finding_data{{"Hooked proc file operations", std::move(list)}};
}

} // namespace

/// TRC-1020: what /proc shows goes through foreign code. Data: which operations.
std::unique_ptr<signature> make_proc_fops_hooking() {
  return make_event_signature(
      {.id = "TRC-1020",
       .version = "1.0.0",
       .name = "File operations of /proc hooked",
       .event_name = "proc_fops_hooking",
       .description =
           "The kernel's operations on files of /proc lead to code that is no part of "
           "it. Rootkits do this to hide processes and files.",
       .tags = {"linux"},
       .severity = 3,
       .properties = attack("defense-evasion", "Rootkit",
                            "attack-pattern--0f20e3cb-245b-4a61-8a91-2d93f7cb0e9b", "T1014"),
       .event_id = finding_event_id("TRC-1020")},
      {{.name = "hooked_proc_fops", .origin = event_origin::host}}, find);
}

} // namespace vedette::builtin
