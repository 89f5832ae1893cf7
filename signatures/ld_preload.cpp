#include "signatures/attack.hpp"
#include "signatures/builtin_factories.hpp"
#include "signatures/event_rule.hpp"
#include "signatures/finding_ids.hpp"
#include "signatures/paths.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

namespace vedette::builtin {

namespace {

constexpr std::array<std::string_view, 2> variables{"LD_PRELOAD", "LD_LIBRARY_PATH"};

/// An entry for each of the variables that is set: its name, and the whole
/// `NAME=value`.
finding_data set_variables(text_list environment) {
  finding_data data;
  environment.for_each([&](std::string_view entry) {
    const auto name = entry.substr(0, entry.find('='));
    const auto of_this_name = [name](const auto& one) { return one.first == name; };
    if (name.size() < entry.size() && std::ranges::count(variables, name) > 0
        && std::ranges::none_of(data, of_this_name))
      data.emplace_back(name, entry);
  });
  return data;
}

std::optional<finding_data> find(event_view event) {
  if (event.kind() != event_kind::sched_process_exec)
    return fires_if(true); // Its selectors say which files are meant.
  const auto environment = event.get<events::sched_process_exec::env>();
  auto data = environment ? set_variables(*environment) : finding_data{};
  return data.empty() ? std::nullopt : std::optional{std::move(data)};
}

} // namespace

/// TRC-107: the dynamic loader is told to load other code first. Data: the variables
/// that say so; nothing if it is the loader's own file.
std::unique_ptr<signature> make_ld_preload() {
  return make_event_signature(
      {.id = "TRC-107",
       .version = "1.0.0",
       .name = "LD_PRELOAD code injection detected",
       .event_name = "ld_preload",
       .description =
           "A program was started with LD_PRELOAD or LD_LIBRARY_PATH set, or "
           "/etc/ld.so.preload was changed. Libraries named there are loaded before "
           "all others and take the place of their functions: a way to hook, hide "
           "and stay.",
       .tags = {"linux"},
       .severity = 2,
       .properties =
           attack("persistence", "Hijack Execution Flow",
                  "attack-pattern--aedfca76-3b30-4866-b2aa-0f1d7fd1e4b6", "T1574"),
       .event_id = finding_event_id("TRC-107")},
      {{.name = "sched_process_exec"},
       {.name = "security_file_open",
        .filters = {"access=O_WRONLY,O_RDWR", "pathname=*/etc/ld.so.preload"}},
       {.name = "security_inode_rename", .filters = {"new_path=*/etc/ld.so.preload"}}},
      find);
}

} // namespace vedette::builtin
