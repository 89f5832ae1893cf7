#include "signatures/event_rule.hpp"

#include <utility>

namespace vedette {

namespace {

class event_signature final : public signature {
public:
  event_signature(signature_metadata about, std::vector<selector> selected, event_rule rule)
      : about_{std::move(about)}, selected_{std::move(selected)}, rule_{rule} {}

  [[nodiscard]] signature_metadata metadata() const override { return about_; }
  [[nodiscard]] std::vector<selector> selected_events() const override { return selected_; }

  handled on_event(event_view event, reporter report) override {
    if (auto data = rule_(event))
      report.found(std::move(*data));
    return {};
  }

private:
  signature_metadata about_;
  std::vector<selector> selected_;
  event_rule rule_;
};

} // namespace

std::unique_ptr<signature> make_event_signature(signature_metadata about,
                                                std::vector<selector> selected,
                                                event_rule rule) {
  return std::make_unique<event_signature>(std::move(about), std::move(selected), rule);
}

} // namespace vedette
