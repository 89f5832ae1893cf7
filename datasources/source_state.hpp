#pragma once

#include "datasources/change_log.hpp"
#include "datasources/contract.hpp"
#include "events/batch.hpp"

#include <concepts>

namespace vedette {

/// What an actor is made of beside a `data_source`: a plain class without a clock. It may
/// have `explain(key, as_of, why)`, more for an error's message, and `details()`, further
/// counts as a value::object.
template <class State, class Source>
concept source_state = requires(State state, const State& known, event_view event,
                                const typename Source::key& key, time_ns time,
                                time_ns settled,
                                source_metrics& metrics) {
  { State::learns_from(event) } -> std::same_as<bool>;
  /// In the order of (visible_at, position) except for late ones.
  state.apply(event);
  /// Everything up to `time` has been applied; nobody who follows the stream asks about
  /// times before `settled` any more: time to forget.
  state.advance(time, settled);
  { state.get(key, time) } -> std::same_as<get_result<typename Source::record>>;
  /// Fills items, bytes, hits, misses, expired, evicted.
  known.report(metrics);
  /// Told what changes, if it listens. See watch.
  { state.changes() } -> std::same_as<change_log<typename Source::key>&>;
  /// A key of something known, as people write it: of what changes() told.
  { known.show_key(key) } -> std::same_as<value>;
};

} // namespace vedette
