#include "signatures/attack.hpp"
#include "signatures/builtin_factories.hpp"
#include "signatures/elf.hpp"
#include "signatures/event_rule.hpp"
#include "signatures/finding_ids.hpp"
#include "signatures/paths.hpp"

namespace vedette::builtin {

namespace {

std::optional<finding_data> find(event_view event) {
  const auto path = event.get<events::magic_write::pathname>();
  if (!path || is_memory_path(*path) || !is_elf(event.get<events::magic_write::bytes>()))
    return {};
  return finding_data{{"path", *path}};
}

} // namespace

/// TRC-1022: a container gets a program that its image has not. Data: its path.
std::unique_ptr<signature> make_dropped_executable() {
  return make_event_signature(
      {.id = "TRC-1022",
       .version = "1.0.0",
       .name = "New executable in a container",
       .event_name = "dropped_executable",
       .description =
           "A program was written to a file in a container. What a container runs "
           "should come with its image: programs that are new were brought in by "
           "somebody.",
       .tags = {"linux", "container"},
       .severity = 2,
       .properties = attack("defense-evasion", "Masquerading",
                            "attack-pattern--42e8de7b-37b2-4258-905a-6897815e58e0", "T1036"),
       .event_id = finding_event_id("TRC-1022")},
      {{.name = "magic_write", .origin = event_origin::container}}, find);
}

} // namespace vedette::builtin
