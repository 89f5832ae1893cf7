#include "examples/secret_readers.hpp"

#include "datasources/process_tree/process_tree.hpp"
#include "signatures/lineage_data.hpp"
#include "signatures/signature.hpp"

namespace vedette::examples {

namespace {

/// Who reads the keys of ssh, and who has started them?
class secret_readers final : public signature {
public:
  signature_metadata metadata() const override {
    return {.id = "MY-1",
            .version = "1.0.0",
            .name = "A private key of ssh was read",
            .event_name = "secret_read",
            .description = "Something other than ssh opened a private key of a user.",
            .tags = {"linux"},
            .severity = 2,
            .properties = {},
            .event_id = 0};
  }

  /// Only these reach on_event(); what is filtered here does not leave the kernel where that
  /// is possible.
  std::vector<selector> selected_events() const override {
    return {{.name = "security_file_open",
             .filters = {"pathname=/home/*/.ssh/id_*,/root/.ssh/id_*", "comm!=ssh"}}};
  }

  std::expected<void, error> init(signature_context& context) override {
    auto tree = context.data_source<process_tree>("tracee", "process_tree");
    if (!tree)
      return std::unexpected{tree.error()};
    tree_ = *tree;
    return {};
  }

  handled on_event(event_view event, reporter report) override {
    const auto path = event.get<events::security_file_open::pathname>();
    if (!path || path->ends_with(".pub"))
      return {}; // Public keys are no secret. Most events end here, at no cost.
    return tell_who(event, report);
  }

private:
  /// A coroutine: others go on while it waits for the answer, which is as of the event.
  handled tell_who(event_view event, reporter report) {
    const auto lineage = co_await tree_.lineage(event.process(), event.visible_at(), 8);
    finding_data data;
    data.emplace_back("path", *event.get<events::security_file_open::pathname>());
    if (lineage)
      data.emplace_back("lineage", lineage_data(*lineage));
    report.found(std::move(data));
  }

  process_tree_handle tree_;
};

} // namespace

std::unique_ptr<signature> make_secret_readers() {
  return std::make_unique<secret_readers>();
}

} // namespace vedette::examples
