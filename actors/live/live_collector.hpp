#pragma once

#include "actors/actors.hpp"
#include "bpf/heartbeat.hpp"
#include "bpf/integrity_watch.hpp"
#include "bpf/kernel_side.hpp"

#include <caf/actor_system.hpp>

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace vedette {

struct live_collector_setup {
  std::string name; ///< Of the node: `collector host/0`.
  std::uint32_t shard = 0;
  std::shared_ptr<const kernel_side> kernel;
  ring_reader ring;
  std::chrono::nanoseconds clock_offset; ///< From CLOCK_BOOTTIME to the epoch.
  std::size_t batch_events = 512;
  std::chrono::milliseconds latency{1}; ///< Of a batch that is not full.
  std::optional<heartbeat> heart;       ///< One collector of a kernel side has it.
  std::optional<integrity_watch> integrity; ///< That one, if somebody wants its events.
  std::vector<raw_batch_ptr> start_state; ///< What there was: cgroups, then tasks.
  enricher_actor to;
  world_reader_actor world; ///< Reads again what is hidden by a loss; null: nobody does.
  /// Sources that tell this shard what follows from what they have learned. It does not end
  /// before they have said that there is no more.
  std::size_t tellers = 0;
};

/// Starts the collector of one shard's ring. It reads up to a mark (a time, and how far
/// the ring was filled then) and may then say that its shard has come as far as that
/// time.
///
/// What it has sent and what nobody is done with yet is bounded by a quarter of the ring's
/// size: then it lets the ring fill, and what finds no room there is lost, counted, and
/// told as `lost_events`. It goes beyond that, by one more mark, for those who wait for
/// its time: their answers are what the pipeline waits for.
collector_actor spawn_live_collector(caf::actor_system& system,
                                     live_collector_setup setup);

} // namespace vedette
