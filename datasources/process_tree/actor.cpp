#include "datasources/process_tree/actor.hpp"

#include "datasources/process_tree/state.hpp"

#include <utility>

namespace vedette {

std::expected<process_tree_actor, error>
spawn_process_tree(caf::actor_system& system, const shell_config& shell,
                   const process_tree_config& config) {
  if (auto valid = config.validate(); !valid)
    return std::unexpected{std::move(valid.error())};
  return spawn_source<process_tree>(system, shell, process_tree_state{config});
}

} // namespace vedette
