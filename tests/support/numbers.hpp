#pragma once

#include "datasources/source_handle.hpp"
#include "datasources/source_shell.hpp"
#include "runtime/reply.hpp"

#include <algorithm>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <utility>
#include <vector>

CAF_ADD_ATOM(vedette_numbers, vedette, release_atom, "release")

// A data source for tests of what asks: its record of a key is a number.
namespace vedette {

/// Data source `test/numbers`, version 1.
struct numbers {
  using key = std::uint64_t;
  using record = std::uint64_t;
  using handle = source_handle<numbers>;

  static source_description description() {
    return {{"test", "numbers", 1, "numbers"}, {}};
  }
  static std::expected<key, error> parse_key(const value& json) {
    if (const auto number = json.as_uint())
      return *number;
    return std::unexpected{error{ec::key_not_supported, "not a number"}};
  }
  static value to_value(const record& known, time_ns) { return known; }
};

/// The real thing: how many `kill` events there were up to the asked time, whatever the
/// key.
class numbers_state {
public:
  /// `noting`: whether changes were being noted at the last event.
  explicit numbers_state(bool* noting = nullptr) : noting_{noting} {}

  static bool learns_from(event_view event) { return event.kind() == event_kind::kill; }
  void apply(event_view event) {
    times_.push_back(event.visible_at());
    changes_.add(0);
    if (noting_ != nullptr)
      *noting_ = changes_.on();
  }
  void advance(time_ns, time_ns) {}
  get_result<std::uint64_t> get(std::uint64_t, time_ns as_of) const {
    return share(static_cast<std::uint64_t>(
        std::ranges::count_if(times_, [as_of](time_ns one) { return one <= as_of; })));
  }
  void report(source_metrics& metrics) const { metrics.items = times_.size(); }
  change_log<std::uint64_t>& changes() { return changes_; }
  static value show_key(std::uint64_t key) { return key; }

private:
  bool* noting_;
  std::vector<time_ns> times_;
  change_log<std::uint64_t> changes_;
};

/// What a test knows of a source that it controls.
struct spied_numbers {
  std::vector<std::vector<question<std::uint64_t>>>
      asked;         ///< A list for each bulk Get.
  bool hold = false; ///< Answers wait for a release_atom, one for each.

  [[nodiscard]] std::vector<std::size_t> sizes() const {
    std::vector<std::size_t> result;
    for (const auto& one : asked)
      result.push_back(one.size());
    return result;
  }
};

using spied_numbers_actor =
    source_actor<numbers>::extend<caf::replies_to<release_atom>::with<void>>;

struct spied_numbers_state {
  std::deque<std::pair<get_many<numbers>, reply<get_page<std::uint64_t>>>> held;
};

/// Answers key n with n, and 0 with data_not_found; the oldest held answer first.
inline spied_numbers_actor::behavior_type
spied_source(spied_numbers_actor::stateful_pointer<spied_numbers_state> self,
             spied_numbers* spy) {
  const auto answer = [](const get_many<numbers>& request) {
    get_page<std::uint64_t> page;
    for (const auto& [key, as_of] : request.questions)
      if (key == 0)
        page.emplace_back(std::unexpect, ec::data_not_found);
      else
        page.emplace_back(share(key));
    return page;
  };
  return {
      [](describe_atom) { return numbers::description(); },
      [=](get_many<numbers>& request) -> result<get_page<std::uint64_t>> {
        spy->asked.push_back(request.questions);
        if (!spy->hold)
          return answer(request);
        auto promise = self->make_response_promise<get_page<std::uint64_t>>();
        self->state.held.emplace_back(std::move(request), reply{promise});
        return promise;
      },
      [](const get_many_dynamic&) { return dynamic_page{}; },
      [](const flow&) {},
      [](status_atom) { return source_status{}; },
      [](const watch_request&) {},
      [=](release_atom) {
        auto& held = self->state.held;
        if (held.empty())
          return;
        held.front().second.deliver(answer(held.front().first));
        held.pop_front();
      },
  };
}

} // namespace vedette
