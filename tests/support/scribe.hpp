#pragma once

#include "signatures/signature.hpp"
#include "tests/support/events.hpp"
#include "tests/support/numbers.hpp"

#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace vedette {

/// What a scribe does on an event, as the event says it.
enum class task_of_scribe : std::int32_t {
  note,           ///< Nothing but writing it down.
  query,          ///< Asks a data source.
  query_twice,    ///< One question after the other.
  fail,           ///< Throws at once.
  query_and_fail, ///< Throws after an answer.
};

/// An event for scribes, of a process: a number that is also its time, and what to do.
inline event_builder told(std::uint32_t process, std::int32_t number,
                          task_of_scribe what = task_of_scribe::note) {
  return event_builder{event_kind::kill}
      .at(static_cast<std::uint64_t>(number))
      .by({process, 1})
      .arg<events::kill::pid>(number)
      .arg<events::kill::sig>(static_cast<std::int32_t>(what));
}

/// A signature that writes down when it begins and ends with an event, and reports each
/// event at its end: `n`, the event's number, and `known`, what it was answered.
class scribe : public signature {
public:
  struct options {
    std::string id = "scribe";
    bool serial = false;
    std::vector<selector> selectors = {{.name = "kill"}};
    std::vector<std::string>* entries = nullptr;
    bool asks = true;
    std::uint32_t supported = 1;
  };

  explicit scribe(options chosen) : options_{std::move(chosen)} {}

  [[nodiscard]] signature_metadata metadata() const override {
    signature_metadata about;
    about.id = about.event_name = options_.id;
    return about;
  }
  [[nodiscard]] std::vector<selector> selected_events() const override {
    return options_.selectors;
  }
  [[nodiscard]] bool serial() const override { return options_.serial; }

  std::expected<void, error> init(signature_context& context) override {
    if (!options_.asks)
      return {};
    auto opened = context.data_source<numbers>("test", "numbers", options_.supported);
    if (!opened)
      return std::unexpected{opened.error()};
    numbers_ = *opened;
    return {};
  }

  handled on_event(event_view event, reporter report) override {
    const auto number = event.get<events::kill::pid>().value_or(0);
    const auto what = task_of_scribe{event.get<events::kill::sig>().value_or(0)};
    write("begin", number);
    if (what == task_of_scribe::fail)
      throw std::runtime_error{"told to fail"};
    if (what != task_of_scribe::note)
      return ask(event, report, what);
    end(number, report, {});
    return {};
  }

  void on_signal(const signal& what) override { write_line("signal " + what.source); }
  void close() override { write_line("close"); }

private:
  handled ask(event_view event, reporter report, task_of_scribe what) {
    const auto number = event.get<events::kill::pid>().value_or(0);
    const auto key = static_cast<std::uint64_t>(number);
    auto known = co_await numbers_.get(key, event.visible_at());
    if (what == task_of_scribe::query_twice)
      known = co_await numbers_.get(key + 1000, event.visible_at());
    if (what == task_of_scribe::query_and_fail)
      throw std::runtime_error{"told to fail after an answer"};
    end(number, report, known ? value{*known} : value{to_string(known.error())});
  }

  void end(std::int32_t number, reporter report, value known) {
    write("end", number);
    finding_data data;
    data.emplace_back("n", number);
    data.emplace_back("known", std::move(known));
    report.found(std::move(data));
  }

  void write(const char* what, std::int32_t number) {
    if (options_.entries)
      write_line(std::string{what} + " " + std::to_string(number));
  }
  void write_line(std::string line) {
    if (options_.entries)
      options_.entries->push_back(std::move(line));
  }

  options options_;
  source_handle<numbers> numbers_;
};

} // namespace vedette
