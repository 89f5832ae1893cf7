#pragma once

#include "bpf/kernel_side.hpp"
#include "events/batch.hpp"
#include "runtime/errors.hpp"

#include <chrono>
#include <expected>
#include <vector>

namespace vedette {

/// What there is besides events: the tasks and cgroups of this host, read from it.
struct world_scan {
  bool tasks = true;
  bool cgroups = true;
  /// Before the first event; else because events were lost, and records have no time yet.
  bool at_start = true;
};

/// By shard: cgroups first, so that it is known whose tasks they are.
using world_batches = std::vector<std::vector<raw_batch_ptr>>;

/// Blocks for milliseconds per hundred tasks or cgroups. Errors: those of scan_tasks().
std::expected<world_batches, error> read_world(const kernel_side& kernel,
                                               std::chrono::nanoseconds clock_offset,
                                               world_scan what);

} // namespace vedette
