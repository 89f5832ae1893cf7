#include "signatures/attack.hpp"
#include "signatures/builtin_factories.hpp"
#include "signatures/finding_ids.hpp"
#include "signatures/paths.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace vedette::builtin {

namespace {

constexpr std::array<std::string_view, 2> variables{"LD_PRELOAD", "LD_LIBRARY_PATH"};
constexpr std::string_view preload_file = "/etc/ld.so.preload";

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

/// TRC-107: the dynamic loader is told to load other code first. Data: the variables
/// that say so; nothing if it is the loader's own file.
class ld_preload final : public signature {
public:
  [[nodiscard]] signature_metadata metadata() const override {
    return {
        .id = "TRC-107",
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
        .event_id = finding_event_id("TRC-107")};
  }

  [[nodiscard]] std::vector<selector> selected_events() const override {
    return {{.name = "sched_process_exec"},
            {.name = "security_file_open"},
            {.name = "security_inode_rename"}};
  }

  handled on_event(event_view event, reporter report) override {
    if (event.kind() == event_kind::sched_process_exec)
      on_exec(event, report);
    else if (puts_preload_file(event))
      report.found();
    return {};
  }

private:
  static void on_exec(event_view event, reporter report) {
    const auto environment = event.get<events::sched_process_exec::env>();
    if (!environment)
      return;
    if (auto data = set_variables(*environment); !data.empty())
      report.found(std::move(data));
  }

  static bool puts_preload_file(event_view event) {
    if (event.kind() == event_kind::security_file_open)
      return event.get<events::security_file_open::pathname>().value_or("").ends_with(
                 preload_file)
             && opens_for_writing(
                 event.get<events::security_file_open::flags>().value_or(0));
    return event.get<events::security_inode_rename::new_path>().value_or("").ends_with(
        preload_file);
  }
};

} // namespace

std::unique_ptr<signature> make_ld_preload() {
  return std::make_unique<ld_preload>();
}

} // namespace vedette::builtin
