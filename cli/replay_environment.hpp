#pragma once

#include "actors/pipeline.hpp"

#include <expected>
#include <string>
#include <vector>

namespace vedette {

/// The inputs of a replay, opened; lines that cannot be used are told on stderr.
/// Errors: bad_input.
std::expected<pipeline_environment, error>
replay_environment(const std::vector<std::string>& files, bool strict);

} // namespace vedette
