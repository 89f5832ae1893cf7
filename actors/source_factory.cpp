#include "actors/source_factory.hpp"

#include "datasources/process_tree/actor.hpp"

#include <string>

namespace vedette {

std::expected<started_source, error> start_source(caf::actor_system& system,
                                                  std::string_view name,
                                                  const shell_config& shell,
                                                  const config& settings) {
  if (name == "process_tree") {
    const auto& from = settings.data_sources.process_tree;
    auto tree = spawn_process_tree(system, shell,
                                   {from.processes, from.threads, from.keep_exited});
    if (!tree)
      return std::unexpected{tree.error()};
    return started_source{*tree, registered<process_tree>(*tree)};
  }
  return std::unexpected{
      error{ec::no_such_source, "there is no data source " + std::string{name}}};
}

} // namespace vedette
