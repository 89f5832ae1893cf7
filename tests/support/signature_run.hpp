#pragma once

#include "datasources/process_tree/process_tree.hpp"
#include "runtime/scope.hpp"
#include "signatures/builtin.hpp"
#include "signatures/selection.hpp"
#include "tests/support/events.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <stdexcept>
#include <string_view>
#include <utility>
#include <vector>

namespace vedette {

/// Runs one built-in signature on single events, without actors. A process tree is
/// there that gives what the test says.
class signature_run final : public source_provider, public reporter::receiver {
public:
  explicit signature_run(std::string_view id, value params = {})
      : signature_run{make(id), std::move(params)} {}
  explicit signature_run(std::unique_ptr<signature> code, value params = {})
      : code_{std::move(code)}, params_{std::move(params)} {
    signature_context context{*this, params_};
    loaded_ = code_->init(context);
  }

  /// What init said.
  [[nodiscard]] const std::expected<void, error>& loaded() const { return loaded_; }
  [[nodiscard]] signature& code() { return *code_; }

  /// Whether the signature selects events of this kind.
  [[nodiscard]] bool selects(event_kind kind) const {
    const auto name = definition_of(kind).name;
    return std::ranges::any_of(code_->selected_events(), [name](const auto& one) {
      return one.name.empty() || one.name == name;
    });
  }

  /// What it finds in an event; nothing in one that it does not select.
  std::vector<finding_data> on_any(const event_builder& event) {
    const auto events = make_batch({event});
    const auto view = (*events)[0];
    const auto name = definition_of(view.kind()).name;
    const auto selected = code_->selected_events();
    const bool wants = std::ranges::any_of(selected, [&](const auto& one) {
      return (one.name.empty() || one.name == name)
             && includes(one.origin, origin_of(view))
             && filter_of(one, view.kind())->passes(view);
    });
    return wants ? on(event) : std::vector<finding_data>{};
  }

  /// What it finds in an event, which it must have selected.
  std::vector<finding_data> on(const event_builder& event) {
    findings_.clear();
    const auto events = make_batch({event});
    const auto view = (*events)[0];
    EXPECT_TRUE(selects(view.kind()));
    co::scope handlers;
    if (auto handler = code_->on_event(view, {*this, 0}))
      handlers.start(std::move(handler));
    tree_.flush();
    EXPECT_TRUE(handlers.idle());
    return std::exchange(findings_, {});
  }

  get_result<tree_answer> answer = std::unexpected{ec::data_not_found};
  std::vector<question<tree_key>> asked;

  std::expected<opened, error> open(std::string_view name_space, std::string_view id,
                                    std::type_index source) override {
    if (name_space != "tracee" || id != "process_tree"
        || source != typeid(process_tree))
      return std::unexpected{error{ec::no_such_source, std::string{id}}};
    return opened{&tree_, nullptr, 1};
  }

  void found(std::size_t, finding_data data) override {
    findings_.push_back(std::move(data));
  }

private:
  static std::unique_ptr<signature> make(std::string_view id) {
    for (const auto& factory : builtin_signatures())
      if (auto one = factory.make(); one->metadata().id == id)
        return one;
    throw std::invalid_argument{std::string{id}};
  }

  static co::task<get_collector<process_tree>::page>
  fetch(signature_run& run, get_many<process_tree> request) {
    get_page<tree_answer> page;
    for (const auto& one : request.questions) {
      run.asked.push_back(one);
      page.push_back(run.answer);
    }
    co_return page;
  }

  std::unique_ptr<signature> code_;
  value params_;
  std::expected<void, error> loaded_;
  std::vector<finding_data> findings_;
  get_collector<process_tree> tree_{
      [this](auto request) { return fetch(*this, std::move(request)); }, [] {}};
};

} // namespace vedette
