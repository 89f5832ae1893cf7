#include "datasources/dns/actor.hpp"

#include "datasources/dns/state.hpp"

#include <utility>

namespace vedette {

std::expected<dns_actor, error> spawn_dns(caf::actor_system& system,
                                          const shell_config& shell,
                                          const dns_config& config) {
  if (auto valid = config.validate(); !valid)
    return std::unexpected{std::move(valid.error())};
  return spawn_source<dns>(system, shell, dns_state{config});
}

} // namespace vedette
