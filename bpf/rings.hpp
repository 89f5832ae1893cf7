#pragma once

#include "bpf/file_descriptor.hpp"
#include "bpf/kernel_side.hpp"
#include "runtime/errors.hpp"

#include <expected>
#include <vector>

namespace vedette {

/// The rings that a configuration asks for, one per shard. Errors: invalid_config,
/// system.
std::expected<std::vector<file_descriptor>, error>
make_rings(const kernel_config& config);

} // namespace vedette
