#pragma once

#include "bpf/watched.h"
#include "runtime/errors.hpp"

#include <cstdint>
#include <expected>
#include <vector>

struct vedette_bpf;

namespace vedette {

/// Runs the program kernel_table. Not for several threads at once. Errors: unavailable.
std::expected<std::vector<std::uint64_t>, error>
read_kernel_table(const vedette_bpf& skeleton, table_request request);

} // namespace vedette
