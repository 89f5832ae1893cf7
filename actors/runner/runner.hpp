#pragma once

#include "actors/actors.hpp"
#include "actors/flow_control.hpp"
#include "actors/runner/source_set.hpp"
#include "signatures/exceptions.hpp"
#include "signatures/finding_rate.hpp"
#include "signatures/signature.hpp"

#include <caf/actor_system.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace vedette {

/// A signature's instance for one runner, not yet initialised.
struct runner_signature {
  std::unique_ptr<signature> code;
  value params = {}; ///< `signatures.params.<ID>`; null: none.
  std::vector<finding_exception> except = {};
};

/// Where a runner's findings go.
struct runner_sink {
  std::string name; ///< Of its node: `sink out`.
  sink_actor to;
  /// The numbers that it knows the runner's shards by, one for each of
  /// runner_setup::shards.
  std::vector<std::uint32_t> streams;
  bool takes_disabled = false; ///< Whether it takes the event signature_disabled.
};

/// What a signature runner works with.
struct runner_setup {
  std::string name;                     ///< Of the node: `runner main/0`.
  std::vector<std::uint32_t> shards{0}; ///< Those it serves.
  std::vector<runner_signature> signatures = {};
  std::vector<registered_source> sources = {};
  std::vector<runner_sink> sinks = {};
  std::size_t credits = 4; ///< Outputs that a sink may leave unanswered.
  std::size_t room = 2048; ///< Live: findings that may wait for a sink's credit.
  /// True: findings for which a sink has no room are dropped, and the flow's origin is
  /// told. False: they wait, and so does everything before the runner.
  bool live = false;
  rate_limit rate = {.max = 0};
  /// Its signatures are of the host: events of all shards come to them in the order of
  /// time. Else in the order of each shard.
  bool merges_shards = false;
};

/// Starts a runner. It walks a batch, starts a handler per event and signature that
/// selects it, and sends what they ask as one bulk Get per data source. When all of a
/// batch's handlers have ended, its findings leave in the order of their events, behind
/// those of the shard's earlier batches. The flow is answered when the sinks have taken
/// them.
///
/// A finding is given to the signatures that select it before the next event of its
/// process is.
///
/// A signature that cannot be loaded is logged and left out; one that throws, or waits for
/// what never comes, is logged and counted, and disabled when that happens ten times in a
/// row: status and the event signature_disabled say so, and all others run. When every
/// shard has ended, signatures are told and closed.
///
/// Balance: `in` are events received, `made` are findings and signature_disabled (each
/// counts once for each sink), `out` events that a signature was given and what sinks took,
/// `filtered` events that no signature selects, `dropped` findings that a sink did not
/// take.
runner_actor spawn_runner(caf::actor_system& system, runner_setup setup);

} // namespace vedette
