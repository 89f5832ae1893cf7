#pragma once

#include "actors/actors.hpp"
#include "actors/enrichment/enrichment.hpp"
#include "actors/sinks/sink_state.hpp"

#include <caf/actor_system.hpp>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace vedette {

/// A sink that writes events: it is given those batches that have some of them.
struct enricher_sink {
  std::string name; ///< Of its node: `sink out`.
  sink_actor to;
  std::uint32_t stream = 0; ///< The number that it knows this enricher by.
  sink_takes takes;
};

/// A data source: it is given those batches that have something for it. Null: all.
struct enricher_source {
  any_source_actor to;
  bool (*learns_from)(event_view) = nullptr;
};

/// A runner: one that merges shards is told how far this one is whatever it has answered.
struct enricher_runner {
  enricher_runner(runner_actor actor, bool merges = false)
      : to{std::move(actor)}, merges_shards{merges} {}

  runner_actor to;
  bool merges_shards;
};

struct enricher_setup {
  std::string name; ///< Of the node: `enricher 0`.
  std::vector<enricher_source> sources; ///< To be fed.
  std::vector<enricher_runner> runners;
  std::vector<enricher_sink> sinks;
  runner_actor recorder; ///< Null: nothing is recorded.
  std::string record;    ///< Where a loss there happens: `record FILE`.
  std::size_t credits = 4; ///< Batches that a runner or sink may leave unanswered.
  std::size_t room = 2048; ///< Live: events that may wait for a sink's credit.
  bool live = false;       ///< A sink without room drops, else it makes us wait.
  enrichment::cgroup_listener tell_cgroup; ///< Null: nobody else asks whose one is.
  world_reader_actor world; ///< Looks for cgroups that nobody has told of; null: nobody.
};

/// Starts the enricher of a shard. It feeds the sources at once, whatever credit those
/// behind it have: what a runner waits for may be in a batch that waits for the runner.
/// Sources and sinks are told how far it is with what there is for them, or when they
/// ask.
///
/// Balance: an event counts once for each runner, sink and recorder that it goes to;
/// `made` are those copies beyond the first. `filtered` are events that go nowhere,
/// `dropped` are those for which a sink had no credit, or whose receiver is gone.
enricher_actor spawn_enricher(caf::actor_system& system, enricher_setup setup);

} // namespace vedette
