#pragma once

#include "actors/actors.hpp"
#include "actors/sinks/sink_format.hpp"
#include "events/event_selection.hpp"
#include "events/open_nudge.hpp"
#include "events/time_merge.hpp"

#include <memory>
#include <string>
#include <variant>
#include <vector>

namespace vedette {

/// What a sink takes of what it is offered.
struct sink_takes {
  bool findings = true;
  event_selection events;
  bool unknown_events = false; ///< Replayed ones that are not in the table.

  [[nodiscard]] bool takes(event_view event) const {
    return event.kind() == event_kind::unknown ? unknown_events : events.wants(event);
  }
};

/// Puts findings and events of all streams into the order of time and writes them down.
class sink_state {
public:
  sink_state(std::size_t streams, sink_takes takes, std::unique_ptr<sink_format> format);

  void accept(const output& next);

  /// Appends to `out` what every stream has passed.
  void write(std::string& out);

  /// Every stream has ended, and everything has been written.
  [[nodiscard]] bool ended() const { return open_streams_ == 0; }

  /// Something waits for a stream that lags: calls `tell(whom, until)` for each that
  /// owes no answer.
  template <class Tell>
  void nudge(Tell tell) {
    if (merge_.pending() == 0)
      return;
    for (std::size_t i = 0; i < streams_.size(); ++i) {
      auto& one = streams_[i];
      if (merge_.watermark_of(i) < newest_ && one.from && one.asked.ask())
        tell(one.from, newest_);
    }
  }

  [[nodiscard]] const stage_balance& balance() const { return balance_; }
  [[nodiscard]] std::uint64_t findings() const { return findings_; }
  void count_dropped(std::uint64_t items) { balance_.dropped += items; }

private:
  struct stream {
    nudged_actor from;
    open_nudge asked;
    bool ended = false;
  };
  using item = std::variant<event_ref, finding>;

  sink_takes takes_;
  std::unique_ptr<sink_format> format_;
  time_merge<item> merge_;
  std::vector<stream> streams_;
  std::size_t open_streams_;
  time_ns newest_ = beginning_of_time; ///< Of what is pending.
  bool begun_ = false;
  stage_balance balance_;
  std::uint64_t findings_ = 0;
};

} // namespace vedette
