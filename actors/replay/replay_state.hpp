#pragma once

#include "actors/replay/reorder_window.hpp"
#include "actors/replay/shard_feeder.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>

namespace vedette {

struct replay_config {
  std::size_t shards = 1;
  std::size_t batch_events = 512;
  std::size_t credits = 4;    ///< Batches of a shard that are unanswered.
  std::size_t reorder = 4096; ///< Records in the window that sorts.
};

/// From records as they were read to what shards are given: sorted within a window, dealt
/// out by process. What it does depends on the input alone.
class replay_state {
public:
  replay_state(const replay_config& config, shard_feeder::send sender);

  /// A record as check_record() has accepted it, with times since the epoch. It goes to its
  /// process's shard.
  void accept(std::span<const std::byte> record);
  /// One that has its place by `time`. `clock_offset` turns its times into ns since the
  /// epoch.
  void accept(std::span<const std::byte> record, time_ns time,
              std::chrono::nanoseconds clock_offset, std::uint32_t shard);

  /// Deals out what leaves the window. False: waits for credit; call it again then, and
  /// accept nothing before.
  [[nodiscard]] bool drain();

  /// The input has ended: deals out everything. False: as drain().
  [[nodiscard]] bool finish();

  void credit(std::size_t shard) { feeder_.credit(shard); }

  [[nodiscard]] std::uint64_t accepted() const { return accepted_; }
  /// Records that count as having happened later than they say: older than what had left
  /// the window, or of one time with as many others as the window holds.
  [[nodiscard]] std::uint64_t late() const { return late_; }

private:
  bool deal_out();

  std::size_t shards_;
  std::size_t most_at_once_;
  reorder_window window_;
  shard_feeder feeder_;
  time_ns now_ = beginning_of_time;
  std::size_t at_once_ = 0; ///< Records dealt out at `now_`.
  std::chrono::nanoseconds clock_offset_{0}; ///< Of the last that was dealt out.
  std::uint64_t accepted_ = 0;
  std::uint64_t late_ = 0;
};

} // namespace vedette
