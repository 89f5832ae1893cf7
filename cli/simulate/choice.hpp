#pragma once

#include "cli/simulate/act.hpp"
#include "runtime/errors.hpp"

#include <expected>
#include <string>
#include <vector>

namespace vedette::simulation {

/// The acts of these ids, each once, in the order of the ids that there are; `all` is
/// all. Errors: invalid_config, with the ids that there are.
std::expected<std::vector<act>, error> choose(const std::vector<std::string>& ids);

} // namespace vedette::simulation
