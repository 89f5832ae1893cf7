#pragma once

#include "datasources/containers/cgroup_mounts.hpp"
#include "events/batch_builder.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace vedette {

/// A cgroup directory that a scan has found.
struct scanned_cgroup {
  std::uint64_t id = 0;
  std::string path; ///< From the hierarchy's root on.
  std::uint32_t hierarchy = 0;
  std::chrono::nanoseconds ctime{0}; ///< Since the epoch.
  std::int32_t pid = 0;              ///< Of its oldest process; 0: none.
  /// CLOCK_BOOTTIME, of before it was looked at and after it was listed: what makes it comes
  /// before, what removes it after.
  std::uint64_t seen_ns = 0;
};

struct cgroup_scan_result {
  std::vector<scanned_cgroup> directories; ///< Parents before their children.
  std::uint64_t began_ns = 0, ended_ns = 0; ///< CLOCK_BOOTTIME.
};

/// Reads the directories of these hierarchies: all of v2, as events name their cgroup by its
/// ids, and of v1 those that belong to containers. What is made or removed meanwhile may be
/// among them or not: events tell of it. Milliseconds per hundred directories.
cgroup_scan_result scan_cgroups(std::span<const cgroup_mount> mounts);

/// What a scan has found as records: `cgroup_scan` for the first shard, from where the data
/// source learns of them, and `cgroup_notice` of the v2 hierarchy for the enrichers of all.
/// They have the times at which they were seen; or none, which is that at which they will be
/// told, if this is not the start.
void tell_scan(const cgroup_scan_result& found, std::span<batch_builder> to,
               std::chrono::nanoseconds clock_offset, bool at_start);

} // namespace vedette
