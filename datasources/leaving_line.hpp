#pragma once

#include "runtime/time.hpp"

#include <cstddef>
#include <deque>
#include <optional>

namespace vedette {

/// What has left a state, as it was over or there was no room, but is kept for those who
/// lag: until nobody asks from before that any more.
template <class Item>
class leaving_line {
public:
  struct entry {
    time_ns since; ///< Later answers do not show it.
    Item who;
  };

  void add(time_ns since, Item who) { line_.push_back({since, who}); }

  /// The next to go for good, if nobody asks from before `settled`. Not endlessly many
  /// stay, as nobody lags by more than what a pipeline may have under way: `most`.
  std::optional<entry> next(time_ns settled, std::size_t most) {
    if (line_.empty() || (line_.front().since > settled && line_.size() <= most))
      return {};
    const auto first = line_.front();
    line_.pop_front();
    return first;
  }

private:
  std::deque<entry> line_; ///< As they left.
};

} // namespace vedette
