#pragma once

#include "actors/actors.hpp"
#include "runtime/reply.hpp"

#include <algorithm>
#include <deque>
#include <vector>

CAF_ADD_ATOM(vedette_test_sink, vedette, let_go_atom, "let_go")

namespace vedette {

/// What a test knows of a sink that it controls.
struct spied_sink {
  std::vector<output> got;
  bool hold = false; ///< Outputs are answered by let_go_atom.

  /// Of all that it got, in order.
  [[nodiscard]] std::vector<std::int64_t> numbers(const char* name = "n") const {
    std::vector<std::int64_t> result;
    for (const auto& one : got)
      for (const auto& found : one.findings)
        for (const auto& [key, what] : found.data)
          if (key == name)
            result.push_back(what.as_int().value_or(-1));
    return result;
  }
  [[nodiscard]] std::vector<std::int64_t> watermarks() const {
    std::vector<std::int64_t> result;
    for (const auto& one : got)
      result.push_back(one.watermark.time_since_epoch().count());
    return result;
  }
};

using test_sink_actor =
    interface<result<void>(output), result<stage_status>(status_atom),
              /// Answers so many of the outputs that are held.
              result<void>(let_go_atom, std::size_t)>;

struct test_sink_state {
  std::deque<completion_ptr> held;
};

inline test_sink_actor::behavior_type
test_sink(test_sink_actor::stateful_pointer<test_sink_state> self, spied_sink* spy) {
  return {
      [=](const output& next) {
        spy->got.push_back(next);
        if (spy->hold)
          self->state.held.push_back(complete_later(self));
      },
      [](status_atom) { return stage_status{}; },
      [=](let_go_atom, std::size_t count) {
        auto& held = self->state.held;
        held.erase(held.begin(),
                   held.begin()
                       + static_cast<std::ptrdiff_t>(std::min(count, held.size())));
      },
  };
}

} // namespace vedette
