#pragma once

#include "datasources/dns/config.hpp"
#include "datasources/dns/dns.hpp"
#include "datasources/source_shell.hpp"

#include <caf/actor_system.hpp>

#include <expected>

namespace vedette {

/// Starts the data source `tracee/dns`.
/// Errors: those of validate().
std::expected<dns_actor, error> spawn_dns(caf::actor_system& system,
                                          const shell_config& shell,
                                          const dns_config& config);

} // namespace vedette
