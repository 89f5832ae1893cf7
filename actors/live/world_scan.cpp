#include "actors/live/world_scan.hpp"

#include "bpf/task_scan.hpp"
#include "datasources/containers/cgroup_scan.hpp"

#include <utility>

namespace vedette {

namespace {

void add_all(world_batches& to, std::vector<batch_builder>& from) {
  for (std::size_t shard = 0; shard < from.size(); ++shard)
    if (!from[shard].empty())
      to[shard].push_back(from[shard].take());
}

} // namespace

std::expected<world_batches, error> read_world(const kernel_side& kernel,
                                               std::chrono::nanoseconds clock_offset,
                                               world_scan what) {
  const auto shards = kernel.shards();
  world_batches result{shards};
  if (what.cgroups) {
    std::vector<batch_builder> builders;
    for (unsigned shard = 0; shard < shards; ++shard)
      builders.emplace_back(shard, clock_offset);
    tell_scan(scan_cgroups(find_cgroup_mounts()), builders, clock_offset, what.at_start);
    add_all(result, builders);
  }
  if (what.tasks) {
    auto scanned = scan_tasks(kernel, shards, clock_offset,
                              what.at_start ? scan_time::of_start : scan_time::none);
    if (!scanned)
      return std::unexpected{std::move(scanned.error())};
    add_all(result, scanned->shards);
  }
  return result;
}

} // namespace vedette
