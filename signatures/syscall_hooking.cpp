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

/// TRC-1030: a system call goes through foreign code. No data.
std::unique_ptr<signature> make_syscall_hooking() {
  return make_event_signature(
      {.id = "TRC-1030",
       .version = "1.0.0",
       .name = "System calls hooked",
       .event_name = "syscall_hooking",
       .description =
           "An entry of the kernel's table of system calls leads to code that is no "
           "part of the kernel. Rootkits do this to hide, and to lie to programs.",
       .tags = {"linux"},
       .severity = 3,
       .properties = attack("defense-evasion", "Rootkit",
                            "attack-pattern--0f20e3cb-245b-4a61-8a91-2d93f7cb0e9b", "T1014"),
       .event_id = finding_event_id("TRC-1030")},
      {{.name = "hooked_syscall"}}, find);
}

} // namespace vedette::builtin
