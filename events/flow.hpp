#pragma once

#include "events/batch.hpp"
#include "runtime/interface.hpp"
#include "runtime/time.hpp"

#include <caf/allowed_unsafe_message_type.hpp>

#include <cstdint>
#include <string>

CAF_ADD_ATOM(vedette_flow, vedette, nudge_atom, "nudge")
CAF_ADD_ATOM(vedette_flow, vedette, lost_atom, "lost")
CAF_ADD_ATOM(vedette_flow, vedette, tell_atom, "tell")

namespace vedette {

using caf::result;

/// Where a shard's events come from, as far as those behind it know.
using origin_actor = interface<
    /// Somebody waits for this shard to come as far as this time: say how far you are.
    /// A collector answers with a flow, down the pipeline; a reader that is at work or has
    /// told its position need not. Errors: none.
    result<void>(nudge_atom, time_ns),

    /// A stage behind it has lost events: where, of what name, how many, between which
    /// times. It tells everybody, as `lost_events`, where it is live. Errors: none.
    result<void>(lost_atom, std::string, std::string, std::uint64_t, time_ns, time_ns),

    /// Events that somebody behind it has made of what it learned, or null: they go down
    /// this shard; those without time get the present one. True: there will be no more.
    /// For live ones, of which the first shard's waits for that before it ends. Errors: none.
    result<void>(tell_atom, raw_batch_ptr, bool)>;

/// What passes down a shard: events, or none, and how far the shard has come.
struct flow {
  std::uint32_t shard = 0;
  batch_ptr events; ///< Null: only the watermark has changed.
  /// Nothing at or before it is still to come from this shard.
  time_ns watermark = beginning_of_time;
  bool last = false; ///< The shard has ended.
  origin_actor origin;
  /// Those who look at this shard's events are done with all up to then: their questions
  /// are about later times.
  time_ns settled = end_of_time;
};

/// The same before the enricher has frozen the batch.
struct raw_flow {
  std::uint32_t shard = 0;
  raw_batch_ptr events;
  time_ns watermark = beginning_of_time;
  bool last = false;
  origin_actor origin;
};

} // namespace vedette

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(vedette::flow)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(vedette::raw_flow)
