#pragma once

#include "bpf/kernel_side.hpp"
#include "events/batch_builder.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <vector>

namespace vedette {

/// The tasks that there were, as task_begin records with `scanned` set.
struct scan_result {
  /// By shard (of the task's tgid), parents before their children. Each record's header
  /// is about the task itself.
  std::vector<batch_builder> shards;
  std::size_t tasks = 0;
  std::size_t only_in_proc =
      0; ///< Of these: missed by the iterator, start time in ticks.
};

/// The time of each record: the task's start, as at start-up nothing else has a time yet; or
/// none, for whoever tells it later to fill in.
enum class scan_time : std::uint8_t { of_start, none };

/// Reads the start state: processes and threads, from the kernel's task iterator, with
/// arguments and working directory from /proc. What starts or ends meanwhile may be in
/// it or not: it is in the rings. Milliseconds per hundred processes.
/// Errors: system.
std::expected<scan_result, error> scan_tasks(const kernel_side& kernel, unsigned shards,
                                             std::chrono::nanoseconds clock_offset,
                                             scan_time time = scan_time::of_start);

} // namespace vedette
