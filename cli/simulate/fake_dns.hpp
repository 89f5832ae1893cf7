#pragma once

#include "cli/simulate/stage.hpp"

#include <chrono>
#include <string_view>

namespace vedette::simulation {

/// Asks a name server on this host's port 53, which is there for this one question, for
/// the IPv4 address of `name`: the answer is `address`. To be done on a fake network.
bool resolve_to(stage& on, std::string_view name, std::string_view address,
                std::chrono::seconds time_to_live);

} // namespace vedette::simulation
