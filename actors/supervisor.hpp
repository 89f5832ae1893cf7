#pragma once

#include "actors/actors.hpp"

#include <caf/actor_system.hpp>

#include <cstddef>

namespace vedette {

/// Starts a supervisor of a pipeline with so many sinks. When the last of them has ended, and
/// whenever something has failed, it makes `done_fd` (an eventfd of the caller's) readable.
supervisor_actor spawn_supervisor(caf::actor_system& system, std::size_t sinks,
                                  int done_fd);

} // namespace vedette
