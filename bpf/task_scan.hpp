#pragma once

#include "bpf/kernel_side.hpp"
#include "events/batch_builder.hpp"

#include <chrono>
#include <cstddef>
#include <expected>
#include <vector>

namespace vedette {

/// The tasks that there were, as task_begin records with `scanned` set.
struct scan_result {
  /// By shard (of the task's tgid), parents before their children. Each record's header
  /// is about the task itself, its time is the task's start.
  std::vector<batch_builder> shards;
  std::size_t tasks = 0;
  std::size_t only_in_proc =
      0; ///< Of these: missed by the iterator, start time in ticks.
};

/// Reads the start state: processes and threads, from the kernel's task iterator, with
/// arguments and working directory from /proc. What starts or ends meanwhile may be in
/// it or not: it is in the rings. Milliseconds per hundred processes.
/// Errors: system.
std::expected<scan_result, error> scan_tasks(const kernel_side& kernel, unsigned shards,
                                             std::chrono::nanoseconds clock_offset);

} // namespace vedette
