#include "signatures/attack.hpp"
#include "signatures/builtin_factories.hpp"
#include "signatures/elf.hpp"
#include "signatures/event_rule.hpp"
#include "signatures/finding_ids.hpp"

namespace vedette::builtin {

namespace {

std::optional<finding_data> find(event_view event) {
  const auto path = event.get<events::magic_write::pathname>();
  return fires_if(path && path->find("/.") != path->npos
                  && is_elf(event.get<events::magic_write::bytes>()));
}

} // namespace

/// TRC-1015: a program is written where it does not show. No data.
std::unique_ptr<signature> make_hidden_file_created() {
  return make_event_signature(
      {.id = "TRC-1015",
       .version = "1.0.0",
       .name = "Hidden executable created",
       .event_name = "hidden_file_created",
       .description =
           "A program was written to a file whose name, or that of a directory above, "
           "begins with a dot: it does not show in an ordinary listing.",
       .tags = {"linux"},
       .severity = 2,
       .properties = attack("defense-evasion", "Hidden Files and Directories",
                            "attack-pattern--ec8fc7e2-b356-455c-8db5-2e37be158e7d", "T1564.001"),
       .event_id = finding_event_id("TRC-1015")},
      {{.name = "magic_write"}}, find);
}

} // namespace vedette::builtin
