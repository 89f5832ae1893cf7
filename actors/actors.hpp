#pragma once

#include "datasources/contract.hpp"
#include "events/flow.hpp"
#include "runtime/interface.hpp"
#include "signatures/finding.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

CAF_ADD_ATOM(vedette_actors, vedette, start_atom, "start")
CAF_ADD_ATOM(vedette_actors, vedette, stop_atom, "stop")
CAF_ADD_ATOM(vedette_actors, vedette, ended_atom, "ended")
CAF_ADD_ATOM(vedette_actors, vedette, watch_atom, "watch")
CAF_ADD_ATOM(vedette_actors, vedette, rescan_atom, "rescan")

// The messages of the pipeline's own actors; those of data sources are in
// datasources/contract.hpp. What an actor does beyond these lines is its own affair.
//
// Credit: every request that carries events is answered when the receiver is done with
// them, and whoever sends keeps a bounded number unanswered (flow_control.hpp).
namespace vedette {

using caf::result;

/// What became of the events of a stage: in + made = out + filtered + dropped, once the
/// pipeline has drained.
struct stage_balance {
  std::uint64_t in = 0;
  std::uint64_t made = 0; ///< Events derived here, findings, `lost_events`.
  std::uint64_t out = 0;
  std::uint64_t filtered = 0; ///< Nobody behind it wants them.
  std::uint64_t dropped = 0;  ///< Lost, and reported as `lost_events`.

  bool operator==(const stage_balance&) const = default;
  [[nodiscard]] bool adds_up() const { return in + made == out + filtered + dropped; }
};

/// What became of the events of one kind before the pipeline, live.
struct event_balance {
  std::uint64_t seen = 0;     ///< The event's own program ran and passed the bitmap.
  std::uint64_t filtered = 0; ///< By the program's further filters.
  std::uint64_t lost = 0;     ///< No room in the ring.
  std::uint64_t delivered = 0;

  [[nodiscard]] bool adds_up() const { return seen == filtered + lost + delivered; }
};

struct stage_status {
  std::string name; ///< Of the node in the topology: `enricher 0`.
  stage_balance balance;
  std::map<std::string, event_balance> events; ///< Collectors: by name of the event.
  std::uint64_t skipped = 0;   ///< Readers: input that could not be used.
  std::uint64_t late = 0;      ///< Readers: older than what had left the window.
  std::uint64_t findings = 0;  ///< Runners: told; sinks: written.
  std::uint64_t suppressed = 0; ///< Runners: found over the limit, and told in summaries.
  /// Runners: per signature, what it saw, found, asked and failed at.
  value::object signatures;
  std::vector<std::string> to; ///< Names of the nodes it sends to.
};

/// Reads events: from a shard's ring, or from a file for all shards.
using collector_actor = interface<
    /// See origin_actor.
    result<void>(nudge_atom, time_ns),
    result<void>(lost_atom, std::string, std::string, std::uint64_t, time_ns, time_ns),
    result<void>(tell_atom, raw_batch_ptr, bool),

    /// Begins to read. Errors: none.
    result<void>(start_atom),

    /// Reads what is there already, ends the shard and answers. The kernel side must have
    /// been detached before. Errors: none.
    result<void>(stop_atom),

    /// Errors: none.
    result<stage_status>(status_atom)>;

/// Reads tasks and cgroups of this host again, where events about them were lost: in a
/// thread of its own, one reading at a time, at most one a second.
using world_reader_actor = interface<
    /// Collectors, by shard: what was read goes down theirs. Errors: none.
    result<void>(start_atom, std::vector<origin_actor>),

    /// Read tasks? Read cgroups? Whoever asks while that waits gets the same reading.
    /// Errors: none.
    result<void>(rescan_atom, bool, bool)>;

/// A stage, as those behind it see it who have something that waits.
using nudged_actor = interface<
    /// Tell how far the streams are in which you have passed less than this, or have
    /// not told that you did: with an output, now or when it is so. Errors: none.
    result<void>(nudge_atom, time_ns)>;

/// Adds context to a shard's events, feeds data sources, passes frozen batches on.
using enricher_actor = interface<
    /// Answered when all stages behind it are done with the events: the credit.
    /// Errors: none.
    result<void>(raw_flow),

    /// To those behind it, it is where the events come from; see also nudged_actor.
    result<void>(nudge_atom, time_ns),
    result<void>(lost_atom, std::string, std::string, std::uint64_t, time_ns, time_ns),
    result<void>(tell_atom, raw_batch_ptr, bool),

    /// Errors: none.
    result<stage_status>(status_atom)>;

/// Runs signatures over the events of one or more shards.
using runner_actor = interface<
    /// Answered when every handler has ended and the findings have been taken by the
    /// sinks. Errors: none.
    result<void>(flow),

    /// See nudged_actor.
    result<void>(nudge_atom, time_ns),

    /// Errors: none.
    result<stage_status>(status_atom)>;

/// What a sink is given by one of the stages before it.
struct output {
  std::uint32_t stream = 0; ///< Number of the sender among those that send to the sink.
  batch_ptr events;         ///< To be written as events; null: none.
  finding_list findings;    ///< In the order of their events.
  time_ns watermark = beginning_of_time;
  bool last = false;
  nudged_actor from;           ///< Who tells how far the stream is.
  std::size_t passed_over = 0; ///< Of `events`: those that the sink does not take.
};

/// Writes findings and events, merged by time.
using sink_actor = interface<
    /// Answered when it has been written or dropped. Errors: none.
    result<void>(output),

    /// Errors: none.
    result<stage_status>(status_atom)>;

/// Something that ended the pipeline's work before its end: which node, and why.
struct failure_report {
  std::string node;
  error why;
};

/// How the pipeline's work has ended, so far.
struct pipeline_outcome {
  std::size_t open_sinks = 0; ///< That have not written the last of everything.
  std::vector<failure_report> failures;
  bool dead = false; ///< An actor has died: what it held will never come out.

  /// Nothing more is to be waited for.
  [[nodiscard]] bool is_drained() const { return open_sinks == 0 || dead; }
};

/// Is told how the pipeline's work ends, and tells whoever waits at the edge.
using supervisor_actor = interface<
    /// A sink has written the last of everything. Errors: none.
    result<void>(ended_atom, std::string),

    /// A stage cannot go on: which one, and why. Errors: none.
    result<void>(ended_atom, std::string, error),

    /// An actor to look after, by the name of its node. Errors: none.
    result<void>(watch_atom, std::string, caf::strong_actor_ptr),

    /// Errors: none.
    result<pipeline_outcome>(status_atom)>;

} // namespace vedette

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(vedette::stage_status)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(vedette::output)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(vedette::error)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(vedette::pipeline_outcome)
