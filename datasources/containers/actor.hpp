#pragma once

#include "datasources/containers/config.hpp"
#include "datasources/containers/containers.hpp"
#include "datasources/containers/runtimes/runtimes.hpp"
#include "datasources/source_shell.hpp"

#include <caf/actor_system.hpp>

#include <expected>
#include <functional>
#include <optional>

namespace vedette {

/// How a live source learns what only runtimes know.
struct container_enrichment {
  /// Starts the one that asks them, when somebody is to be asked.
  std::function<runtimes_actor(caf::actor_system&, deliver_answers)> start;
  /// The time now, as events have it.
  std::function<time_ns()> now;
  /// Is given what runtimes have answered, beside the source; may be empty.
  std::function<void(const flow&)> record = {};
};

/// Starts the data source `tracee/containers`. With `enrichment` it is live: it asks runtimes,
/// and whatever they answer comes to it as events of a stream of its own; all other shards
/// are told, too, for their events' contexts. It tells the first shard which containers
/// there are, begin and end.
/// Errors: those of validate().
std::expected<containers_actor, error>
spawn_containers(caf::actor_system& system, shell_config shell,
                 const containers_config& config,
                 std::optional<container_enrichment> enrichment = {});

} // namespace vedette
