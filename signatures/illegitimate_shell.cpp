#include "signatures/attack.hpp"
#include "signatures/builtin_factories.hpp"
#include "signatures/event_rule.hpp"
#include "signatures/finding_ids.hpp"
#include "signatures/paths.hpp"

#include <algorithm>
#include <array>

namespace vedette::builtin {

namespace {

std::optional<finding_data> find(event_view event) {
  // As the kernel has them: 15 characters.
  constexpr std::array<std::string_view, 7> servers{
      "nginx", "httpd", "httpd-foregroun", "http-nio", "lighttpd", "apache", "apache2"};
  namespace executed = events::sched_process_exec;
  const auto before = event.get<executed::prev_comm>().value_or("");
  return fires_if(is_shell(event.get<executed::pathname>().value_or(""))
                  && std::ranges::find(servers, before) != servers.end());
}

} // namespace

/// TRC-1016: a web server becomes a shell. No data.
std::unique_ptr<signature> make_illegitimate_shell() {
  return make_event_signature(
      {.id = "TRC-1016",
       .version = "1.0.0",
       .name = "Shell started by a web server",
       .event_name = "illegitimate_shell",
       .description =
           "A web server executed a shell. Few do that by design; after an attack it "
           "is how the attacker's commands are run.",
       .tags = {"linux"},
       .severity = 2,
       .properties = attack("initial-access", "Exploit Public-Facing Application",
                            "attack-pattern--3f886f2a-874f-4333-b794-aa6075009b1c", "T1190"),
       .event_id = finding_event_id("TRC-1016")},
      {{.name = "sched_process_exec"}}, find);
}

} // namespace vedette::builtin
