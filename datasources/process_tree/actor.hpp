#pragma once

#include "datasources/process_tree/config.hpp"
#include "datasources/process_tree/process_tree.hpp"
#include "datasources/source_shell.hpp"

#include <caf/actor_system.hpp>

#include <expected>

namespace vedette {

/// Starts the data source `tracee/process_tree`.
/// Errors: those of validate().
std::expected<process_tree_actor, error>
spawn_process_tree(caf::actor_system& system, const shell_config& shell,
                   const process_tree_config& config);

} // namespace vedette
