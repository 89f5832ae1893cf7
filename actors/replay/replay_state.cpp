#include "actors/replay/replay_state.hpp"

#include "events/record_arguments.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace vedette {

namespace {

/// Notes in the record when it counts as having happened.
void make_late(std::span<std::byte> record, time_ns visible) {
  auto& header = *reinterpret_cast<record_header*>(record.data());
  if (header.extension == 0)
    return; // From a kernel: it counts as of its time.
  header.flags |= RECORD_LATE;
  auto* const extension =
      reinterpret_cast<record_extension*>(record.data() + header.extension);
  extension->visible_ns = static_cast<std::uint64_t>(visible.time_since_epoch().count());
}

} // namespace

replay_state::replay_state(const replay_config& config, shard_feeder::send sender)
    : shards_{config.shards}, most_at_once_{std::max<std::size_t>(config.reorder, 1)},
      window_{config.reorder},
      feeder_{config.shards, config.batch_events, config.credits, std::move(sender)} {}

void replay_state::accept(std::span<const std::byte> record) {
  const auto& header = header_of(record);
  accept(record, time_ns{std::chrono::nanoseconds{header.time_ns}}, {},
         static_cast<std::uint32_t>(header.host_tgid % shards_));
}

void replay_state::accept(std::span<const std::byte> record, time_ns time,
                          std::chrono::nanoseconds clock_offset, std::uint32_t shard) {
  window_.push(time, record, clock_offset, shard);
  ++accepted_;
}

bool replay_state::drain() {
  while (window_.full())
    if (!deal_out())
      return false;
  return true;
}

bool replay_state::finish() {
  while (!window_.empty())
    if (!deal_out())
      return false;
  return feeder_.finish();
}

bool replay_state::deal_out() {
  const auto next = window_.front();
  // A batch does not end between events of one time. So that batches are bounded, so are
  // the events of one time; and they are of one clock.
  auto when = std::max(next.time, now_);
  if (when == now_ && (at_once_ >= most_at_once_ || clock_offset_ != next.clock_offset))
    when += std::chrono::nanoseconds{1};
  const auto moved = when != next.time;
  if (moved)
    make_late(next.record, when);
  if (!feeder_.offer(next.shard, {when, next.record, next.clock_offset, next.position}))
    return false;
  clock_offset_ = next.clock_offset;
  late_ += moved ? 1 : 0;
  at_once_ = when == now_ ? at_once_ + 1 : 1;
  now_ = when;
  window_.pop();
  return true;
}

} // namespace vedette
