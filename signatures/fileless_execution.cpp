#include "signatures/attack.hpp"
#include "signatures/builtin_factories.hpp"
#include "signatures/finding_ids.hpp"
#include "signatures/paths.hpp"

namespace vedette::builtin {

namespace {

/// TRC-105: a program is executed from memory. No data.
class fileless_execution final : public signature {
public:
  [[nodiscard]] signature_metadata metadata() const override {
    return {
        .id = "TRC-105",
        .version = "1.0.0",
        .name = "Fileless execution detected",
        .event_name = "fileless_execution",
        .description =
            "A program was executed from memory (a memfd, or a file system that lies "
            "in memory) instead of from a disk. Nothing is left to look at when it has "
            "ended, which is why malware is started this way.",
        .tags = {"linux"},
        .severity = 3,
        .properties =
            attack("defense-evasion", "Reflective Code Loading",
                   "attack-pattern--4933e63b-9b77-476e-ab29-761bc5b7d15a", "T1620"),
        .event_id = finding_event_id("TRC-105")};
  }

  [[nodiscard]] std::vector<selector> selected_events() const override {
    return {{.name = "sched_process_exec"}};
  }

  handled on_event(event_view event, reporter report) override {
    if (is_memory_path(event.get<events::sched_process_exec::pathname>().value_or("")))
      report.found();
    return {};
  }
};

} // namespace

std::unique_ptr<signature> make_fileless_execution() {
  return std::make_unique<fileless_execution>();
}

} // namespace vedette::builtin
