#pragma once

#include "datasources/source_state.hpp"

#include <cstdint>
#include <string>
#include <utility>

namespace vedette {

/// A data source's state as it is asked: in bulk or singly, by its types or as JSON. An answer
/// as of a time that the feed has not `passed` is incomplete.
template <data_source Source, source_state<Source> State>
class answering {
public:
  using key = typename Source::key;
  using found_record = get_result<typename Source::record>;
  using page = get_page<typename Source::record>;

  explicit answering(State state) : state_{std::move(state)} {}

  /// `tracee/dns`
  [[nodiscard]] const std::string& path() const { return path_; }

  [[nodiscard]] State& state() { return state_; }
  [[nodiscard]] const State& state() const { return state_; }
  /// Answers that said so.
  [[nodiscard]] std::uint64_t incomplete() const { return incomplete_; }

  found_record look_up(const key& about, time_ns as_of, time_ns passed) {
    // Time 0 is a mistake of the asker's, not "before everything".
    if (as_of <= beginning_of_time)
      return std::unexpected{ec::key_not_supported};
    auto found = state_.get(about, as_of);
    found.complete = found.complete && as_of <= passed;
    incomplete_ += found.complete ? 0 : 1;
    return found;
  }

  page look_up(const get_many<Source>& request, time_ns passed) {
    page answers;
    answers.reserve(request.questions.size());
    for (const auto& [about, as_of] : request.questions)
      answers.push_back(look_up(about, as_of, passed));
    return answers;
  }

  dynamic_page look_up(const get_many_dynamic& request, time_ns passed) {
    dynamic_page answers;
    answers.reserve(request.questions.size());
    for (const auto& asked : request.questions)
      answers.push_back(look_up(asked, passed));
    return answers;
  }

  dynamic_result look_up(const dynamic_question& asked, time_ns passed) {
    const auto refused = [&](error why) {
      return dynamic_result{std::unexpected{std::move(why)}, true, *asked.as_of};
    };
    const auto about = Source::parse_key(asked.key);
    if (!about)
      return refused(about.error());
    if (*asked.as_of <= beginning_of_time)
      return refused({ec::key_not_supported,
                      "time 0 is no time: give ns since the epoch, or none"});
    return show(asked.key, *about, *asked.as_of, look_up(*about, *asked.as_of, passed));
  }

  /// What was found, as JSON. `shown`: the key as it was written.
  dynamic_result show(const value& shown, const key& about, time_ns as_of,
                      const found_record& found) const {
    dynamic_result result{{}, found.complete, as_of};
    if (found)
      result.record = Source::to_value(*found, as_of);
    else
      result.record = std::unexpected{explain(shown, about, as_of, found.error())};
    return result;
  }

  /// An answer as text, without the time for which it was given.
  static std::string content(const found_record& found) {
    auto text = found ? to_json(Source::to_value(*found, end_of_time))
                      : to_string(found.error());
    return found.complete ? text : text + '?';
  }

private:
  error explain(const value& shown, const key& about, time_ns as_of, ec why) const {
    auto detail = to_json(shown) + " in " + path_ + " as of "
                  + std::to_string(as_of.time_since_epoch().count());
    if constexpr (requires { state_.explain(about, as_of, why); }) {
      if (const auto more = state_.explain(about, as_of, why); !more.empty())
        detail += ": " + more;
    }
    return {why, std::move(detail)};
  }

  State state_;
  std::string path_ = Source::description().identity.path();
  std::uint64_t incomplete_ = 0;
};

} // namespace vedette
