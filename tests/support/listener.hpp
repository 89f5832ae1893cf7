#pragma once

#include "signatures/finding_event.hpp"
#include "signatures/signature.hpp"

#include <coroutine>
#include <string>
#include <utility>
#include <vector>

namespace vedette {

/// A signature that writes down what it is given: `ID heard EVENT n=N`.
class listener final : public signature {
public:
  struct options {
    std::string id = "listener";
    std::vector<selector> selectors = {};
    std::vector<std::string>* entries = nullptr;
    bool reports = false; ///< The same `n`.
    bool never_resumes = false;
  };

  explicit listener(options chosen) : options_{std::move(chosen)} {}

  [[nodiscard]] signature_metadata metadata() const override {
    signature_metadata about;
    about.id = about.event_name = options_.id;
    return about;
  }
  [[nodiscard]] std::vector<selector> selected_events() const override {
    return options_.selectors;
  }

  handled on_event(event_view event, reporter report) override {
    const auto n = argument_named(event, "n");
    const auto name = event.kind() == event_kind::unknown
                          ? event.text(event.extension()->name)
                          : definition_of(event.kind()).name;
    if (options_.entries != nullptr)
      options_.entries->push_back(options_.id + " heard " + std::string{name}
                                  + (n.is_null() ? "" : " n=" + to_json(n)));
    if (options_.never_resumes)
      return wait_for_ever();
    if (options_.reports)
      report.found({{"n", n}});
    return {};
  }

private:
  static handled wait_for_ever() { co_await std::suspend_always{}; }

  options options_;
};

} // namespace vedette
