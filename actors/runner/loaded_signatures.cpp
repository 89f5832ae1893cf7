#include "actors/runner/loaded_signatures.hpp"

#include <algorithm>
#include <bit>
#include <spdlog/spdlog.h>
#include <stdexcept>
#include <utility>

namespace vedette {

namespace {

constexpr auto failures_to_disable = 10U;

std::string text_of(const std::exception_ptr& failure) {
  try {
    std::rethrow_exception(failure);
  } catch (const std::exception& thrown) {
    return thrown.what();
  } catch (...) {
    return "it threw something that is no exception";
  }
}

std::string_view name_of(event_view event) {
  return event.kind() == event_kind::unknown ? event.text(event.extension()->name)
                                             : definition_of(event.kind()).name;
}

} // namespace

bool signature_record::is_excepted(event_view event) const {
  return std::ranges::any_of(exceptions,
                             [&](const auto& one) { return one.covers(event); });
}

bool signature_record::selects_findings() const {
  return std::ranges::any_of(selectors, vedette::selects_findings);
}

bool signature_record::selects_finding(std::string_view name) const {
  return std::ranges::any_of(selectors, [&](const selector& one) {
    return vedette::selects_findings(one) && (one.name.empty() || one.name == name);
  });
}

bool signature_record::selects_finding(std::string_view name, event_view event) const {
  const auto origin = origin_of(event);
  return std::ranges::any_of(selectors, [&](const selector& one) {
    return vedette::selects_findings(one) && (one.name.empty() || one.name == name)
           && includes(one.origin, origin);
  });
}

bool loaded_signature::failed_on(event_view event, const std::exception_ptr& failure) {
  const auto text = text_of(failure);
  auto& errors = record->errors;
  // The first, second, fourth, eighth, ...: bounded without a clock.
  if (std::has_single_bit(++errors))
    spdlog::error(
        "signature {} failed (error number {}) on {} of process {} ({}) at {}: "
        "{}",
        record->metadata->id, errors, name_of(event), event.process_name(),
        event.header().host_tgid, event.time().time_since_epoch().count(), text);
  if (++failed_in_row < failures_to_disable || std::exchange(disabled, true))
    return false;
  record->reason = "failed " + std::to_string(failures_to_disable)
                   + " times in a row, at last: " + text;
  spdlog::error("signature {} disabled: {}", record->metadata->id, record->reason);
  return true;
}

value loaded_signature::status() const {
  const auto& of = *record;
  value::object result{{"state", disabled ? "disabled" : "running"},
                       {"events", events},
                       {"findings", of.findings},
                       {"excepted", of.excepted},
                       {"too_deep", of.too_deep},
                       {"errors", of.errors},
                       {"gets_asked", of.gets.asked},
                       {"gets_failed", of.gets.failed},
                       {"handler_ns", of.handler_time.sum().count()},
                       {"handler_ns_p50", of.handler_time.quantile(0.5).count()},
                       {"handler_ns_p99", of.handler_time.quantile(0.99).count()}};
  if (disabled)
    result.emplace_back("reason", of.reason);
  return result;
}

void loaded_signatures::load(std::vector<runner_signature> signatures,
                             source_set& sources) {
  loaded_.reserve(signatures.size());
  for (auto& one : signatures) {
    std::string id = "without a name";
    std::expected<void, error> result;
    const auto before = loaded_.size();
    try {
      auto metadata = one.code->metadata();
      id = metadata.id;
      result = load(std::move(one), std::move(metadata), sources);
    } catch (...) {
      result =
          std::unexpected{error{ec::invalid_config, text_of(std::current_exception())}};
    }
    if (result)
      continue;
    loaded_.resize(before);
    spdlog::error("signature {} not loaded: {}", id, result.error().detail);
    not_loaded_.emplace_back(
        id, value::object{{"state", "not loaded"}, {"reason", result.error().detail}});
  }
  connect();
}

/// Finds out who selects whose findings.
void loaded_signatures::connect() {
  for (auto& by : loaded_)
    for (auto& other : loaded_)
      if (other.record->selects_finding(by.record->metadata->event_name))
        by.record->selected_by.push_back(&other);
}

std::expected<void, error> loaded_signatures::load(runner_signature from,
                                                   signature_metadata metadata,
                                                   source_set& sources) {
  for (const auto& other : loaded_)
    if (other.record->metadata->id == metadata.id)
      return std::unexpected{
          error{ec::duplicate, "there is another signature " + metadata.id}};
  const auto number = static_cast<std::uint32_t>(loaded_.size());
  auto& added = loaded_.emplace_back();
  auto& record = *added.record;
  record.metadata = std::make_shared<const signature_metadata>(std::move(metadata));
  record.exceptions = std::move(from.except);
  added.code = std::move(from.code);
  added.number = number;
  added.is_serial = added.code->serial();
  record.selectors = added.code->selected_events();
  added.waits = added.is_serial || record.selects_findings();
  signature_sources opened{sources, record.gets};
  signature_context context{opened, from.params};
  if (auto done = added.code->init(context); !done)
    return done;
  return subscriptions_.add(number, record.selectors);
}

void loaded_signatures::close(bool complete) {
  if (std::exchange(closed_, true))
    return;
  for (auto& one : loaded_)
    try {
      if (complete)
        one.code->on_signal({signal::type::source_complete, "tracee"});
      one.code->close();
    } catch (...) {
      ++one.record->errors;
      spdlog::error("signature {} failed at its end: {}", one.record->metadata->id,
                    text_of(std::current_exception()));
    }
}

value::object loaded_signatures::status() const {
  auto result = not_loaded_;
  for (const auto& one : loaded_)
    result.emplace_back(one.record->metadata->id, one.status());
  return result;
}

} // namespace vedette
