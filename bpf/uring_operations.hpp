#pragma once

#include "bpf/uring_operations.h"
#include "events/definitions.hpp"

#include <cstdint>

namespace vedette {

/// Requests to io_urings that do what `event` tells: a bit per enum uring_operation. 0:
/// none, or none that we can see.
std::uint64_t uring_operations_of(event_kind event);

} // namespace vedette
