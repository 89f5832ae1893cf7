#include "signatures/attack.hpp"
#include "signatures/builtin_factories.hpp"
#include "signatures/finding_ids.hpp"

namespace vedette::builtin {

namespace {

/// TRC-102: a process asks to be traced by its parent. No data.
class anti_debugging final : public signature {
public:
  [[nodiscard]] signature_metadata metadata() const override {
    return {
        .id = "TRC-102",
        .version = "1.0.0",
        .name = "Anti-Debugging detected",
        .event_name = "anti_debugging",
        .description =
            "A process asked the kernel to be traced by its parent (PTRACE_TRACEME). A "
            "process has one tracer at most, so malware does this to keep debuggers "
            "away, or to find out whether there is one.",
        .tags = {"linux"},
        .severity = 1,
        .properties =
            attack("defense-evasion", "Debugger Evasion",
                   "attack-pattern--e4dc8c01-417f-458d-9ee0-bb0617c1b391", "T1622"),
        .event_id = finding_event_id("TRC-102")};
  }

  [[nodiscard]] std::vector<selector> selected_events() const override {
    return {{.name = "ptrace"}};
  }

  handled on_event(event_view event, reporter report) override {
    constexpr auto ptrace_traceme = 0;
    if (event.get<events::ptrace::request>() == ptrace_traceme)
      report.found();
    return {};
  }
};

} // namespace

std::unique_ptr<signature> make_anti_debugging() {
  return std::make_unique<anti_debugging>();
}

} // namespace vedette::builtin
