#pragma once

#include "actors/actors.hpp"
#include "actors/live/world_scan.hpp"

#include <caf/actor_system.hpp>

#include <chrono>
#include <expected>
#include <functional>

namespace vedette {

struct world_reader_setup {
  /// Reads; blocks. Errors: the holes stay open.
  std::function<std::expected<world_batches, error>(bool tasks, bool cgroups)> read;
  std::chrono::milliseconds pause{1000}; ///< Between two readings.
  bool own_thread = true; ///< False in tests that run actors one step at a time.
};

/// Starts the one that reads the world again: nothing of the pipeline waits for it.
world_reader_actor spawn_world_reader(caf::actor_system& system, world_reader_setup setup);

} // namespace vedette
