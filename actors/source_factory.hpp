#pragma once

#include "actors/config.hpp"
#include "actors/source_set.hpp"
#include "datasources/source_shell.hpp"

#include <caf/actor_system.hpp>

#include <expected>
#include <string_view>

namespace vedette {

/// A data source that runs, for those who feed it and those who ask it.
struct started_source {
  any_source_actor actor;
  registered_source entry;
};

/// Starts the built-in data source of this name (`process_tree`) as configured.
/// Errors: no_such_source; what the source refuses in its configuration.
std::expected<started_source, error> start_source(caf::actor_system& system,
                                                  std::string_view name,
                                                  const shell_config& shell,
                                                  const config& settings);

} // namespace vedette
