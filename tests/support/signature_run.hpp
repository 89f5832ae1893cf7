#pragma once

#include "datasources/containers/containers.hpp"
#include "datasources/dns/dns.hpp"
#include "datasources/process_tree/process_tree.hpp"
#include "runtime/scope.hpp"
#include "signatures/builtin.hpp"
#include "signatures/selection.hpp"
#include "tests/support/events.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <initializer_list>
#include <memory>
#include <stdexcept>
#include <string_view>
#include <utility>
#include <vector>

namespace vedette {

/// Runs one built-in signature on events, without actors. All data sources are there, and
/// give what the test says.
class signature_run : public source_provider, public reporter::receiver {
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
  std::vector<finding_data> on(const event_builder& event) { return on_batch({event}); }

  /// The same for events whose questions are asked together.
  std::vector<finding_data> on_batch(const std::vector<event_builder>& batch) {
    findings_.clear();
    const auto events = make_batch(batch);
    co::scope handlers;
    for (const auto view : events->events()) {
      EXPECT_TRUE(selects(view.kind()));
      if (auto handler = code_->on_event(view, {*this, 0}))
        handlers.start(std::move(handler));
    }
    constexpr auto most_rounds = 8;
    for (auto round = 0; round < most_rounds && !handlers.idle(); ++round)
      for (flushable* source : std::initializer_list<flushable*>{&tree_, &dns_, &containers_})
        source->flush();
    EXPECT_TRUE(handlers.idle());
    return std::exchange(findings_, {});
  }

  /// Of the process tree, to any question, unless `tree_answers` says otherwise.
  get_result<tree_answer> answer = std::unexpected{ec::data_not_found};
  std::function<get_result<tree_answer>(const question<tree_key>&)> tree_answers =
      [this](const auto&) { return answer; };
  std::function<get_result<dns_info>(const question<dns_key>&)> dns_answers =
      [](const auto&) { return std::unexpected{ec::data_not_found}; };
  std::function<get_result<container_info>(const question<container_key>&)>
      container_answers = [](const auto&) { return std::unexpected{ec::data_not_found}; };
  std::vector<question<tree_key>> asked; ///< The process tree.
  std::vector<question<dns_key>> asked_dns;
  std::vector<question<container_key>> asked_containers;

  std::expected<opened, error> open(std::string_view name_space, std::string_view id,
                                    std::type_index source) override {
    if (name_space == "tracee" && id == "process_tree" && source == typeid(process_tree))
      return opened{&tree_, nullptr, 1};
    if (name_space == "tracee" && id == "dns" && source == typeid(dns))
      return opened{&dns_, nullptr, 1};
    if (name_space == "tracee" && id == "containers" && source == typeid(containers))
      return opened{&containers_, nullptr, 1};
    return std::unexpected{error{ec::no_such_source, std::string{id}}};
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

  template <class Source, class Answers>
  static co::task<typename get_collector<Source>::page>
  fetch(std::vector<question<typename Source::key>>& asked, Answers& answers,
        get_many<Source> request) {
    get_page<typename Source::record> page;
    for (const auto& one : request.questions) {
      asked.push_back(one);
      page.push_back(answers(one));
    }
    co_return page;
  }

  std::unique_ptr<signature> code_;
  value params_;
  std::expected<void, error> loaded_;
  std::vector<finding_data> findings_;
  get_collector<process_tree> tree_{
      [this](auto request) {
        return fetch<process_tree>(asked, tree_answers, std::move(request));
      },
      [] {}};
  get_collector<dns> dns_{
      [this](auto request) {
        return fetch<dns>(asked_dns, dns_answers, std::move(request));
      },
      [] {}};
  get_collector<containers> containers_{
      [this](auto request) {
        return fetch<containers>(asked_containers, container_answers, std::move(request));
      },
      [] {}};
};

} // namespace vedette
