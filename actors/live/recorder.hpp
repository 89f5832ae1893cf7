#pragma once

#include "actors/actors.hpp"
#include "actors/sinks/sink.hpp"
#include "events/capture/capture_facts.hpp"

#include <caf/actor_system.hpp>

#include <memory>
#include <string>

namespace vedette {

struct recorder_setup {
  std::string name; ///< Of the node: `recorder`.
  capture_facts facts; ///< `shards` is what it waits for the end of.
  std::unique_ptr<sink_output> to;
  supervisor_actor supervisor;
  bool own_thread = true; ///< False in tests that run actors one step at a time.
};

/// Starts what writes a capture: it is given a run's flows as a runner is, by all enrichers,
/// and what was told beside the shards. Nothing stays unwritten for longer than a quarter of
/// a second. When its output fails it says so to the supervisor, once, and drops (and counts)
/// what comes after.
runner_actor spawn_recorder(caf::actor_system& system, recorder_setup setup);

} // namespace vedette
