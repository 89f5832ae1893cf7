#pragma once

#include "actors/actors.hpp"
#include "actors/replay/input_source.hpp"
#include "actors/replay/replay_state.hpp"

#include <caf/actor_system.hpp>

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace vedette {

struct replay_reader_setup {
  std::string name; ///< Of the node: `reader`.
  replay_config config;
  std::vector<std::unique_ptr<input_source>> inputs; ///< Read one after another.
  bool strict = false; ///< The first line or capture that cannot be used ends it.
  /// Told of each line that cannot be used: `FILE:LINE: reason`. A capture that is damaged
  /// is a failure, but not the end: what can be read of it is replayed.
  std::function<void(std::string_view)> report;
  std::vector<enricher_actor> to; ///< By shard.
  supervisor_actor supervisor;
  bool own_thread = true; ///< False in tests that run actors one step at a time.
};

/// Starts the reader of a replay. It loses nothing: where a shard gives no credit, it waits.
collector_actor spawn_replay_reader(caf::actor_system& system, replay_reader_setup setup);

} // namespace vedette
