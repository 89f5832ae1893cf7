#pragma once

#include "events/batch_builder.hpp"
#include "events/flow.hpp"

#include <cstddef>
#include <functional>
#include <vector>

namespace vedette {

/// A record to be dealt out.
struct offered_record {
  time_ns when; ///< It counts as having happened then.
  std::span<const std::byte> record;
  std::chrono::nanoseconds clock_offset{0}; ///< From its clock to the epoch.
  std::uint64_t position = 0; ///< In the input, of all shards; breaks ties of time.
};

/// Deals sorted records out to shards as batches, as far as the shards have given credit,
/// and tells every shard how far the input has come before it waits for one of them.
///
/// Why nobody waits for ever: a question asked in a shard is about a time at which it has
/// been given events. No shard is given an event of time T before all others have been told,
/// or given, everything before T; a batch never ends between two events of the same time.
/// So of the shards that wait, the one whose next event is the oldest can be answered.
class shard_feeder {
public:
  /// Sends a flow. With events in it, it takes one credit of its shard.
  using send = std::function<void(raw_flow)>;

  shard_feeder(std::size_t shards, std::size_t batch_events, std::size_t credits,
               send sender);

  /// Takes a record that is not older than any before; those of one time have one clock.
  /// False: its shard has no credit. Every shard knows how far the others have come; offer
  /// it again after the next credit().
  [[nodiscard]] bool offer(std::size_t shard, const offered_record& next);

  /// A shard is done with one of its batches.
  void credit(std::size_t shard) { ++shards_[shard].credits; }

  /// The input has ended. False: some shards must give credit first; call it again then.
  [[nodiscard]] bool finish();

private:
  struct feed {
    batch_builder events;
    std::chrono::nanoseconds clock_offset{0}; ///< Of all in the batch.
    std::vector<std::uint64_t> positions; ///< Of the events.
    std::size_t settled = 0; ///< Of these: those older than the newest.
    time_ns first = beginning_of_time;
    time_ns newest = beginning_of_time;
    time_ns told = beginning_of_time;
    std::size_t credits;
    bool ended = false;
  };

  void give(std::size_t index, std::size_t events, time_ns watermark, bool last);
  void tell(std::size_t index, time_ns watermark);
  void tell_all(time_ns now);

  std::vector<feed> shards_;
  std::size_t batch_events_;
  send send_;
};

} // namespace vedette
