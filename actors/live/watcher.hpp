#pragma once

#include "datasources/contract.hpp"

#include <caf/actor_system.hpp>

#include <functional>

namespace vedette {

/// An actor that passes on what a data source tells of its changes. With a thread of its
/// own `show` may block: the source then waits (replay) or drops (live).
watcher_actor spawn_watcher(caf::actor_system& system, bool own_thread,
                            std::function<void(const change_list&)> show);

} // namespace vedette
