#include "actors/replay/shard_feeder.hpp"

#include <chrono>
#include <utility>

namespace vedette {

namespace {

constexpr std::chrono::nanoseconds tick{1};

} // namespace

shard_feeder::shard_feeder(std::size_t shards, std::size_t batch_events,
                           std::size_t credits, send sender)
    : batch_events_{batch_events}, send_{std::move(sender)} {
  shards_.reserve(shards);
  for (std::size_t i = 0; i < shards; ++i)
    shards_.push_back({batch_builder{static_cast<std::uint32_t>(i)}, {}, {}, 0, {}, {},
                       {}, credits, false});
}

bool shard_feeder::offer(std::size_t shard, const offered_record& next) {
  auto& to = shards_[shard];
  const auto when = next.when;
  const bool other_clock = to.clock_offset != next.clock_offset;
  if ((to.events.size() >= batch_events_ || (other_clock && !to.events.empty()))
      && when > to.newest) {
    if (to.credits == 0) {
      tell_all(when);
      return false;
    }
    give(shard, to.events.size(), when - tick, false);
  }
  if (to.events.empty())
    to.first = when;
  if (when > to.newest) {
    to.settled = to.events.size();
    to.newest = when;
  }
  if (other_clock) {
    to.clock_offset = next.clock_offset;
    to.events = batch_builder{static_cast<std::uint32_t>(shard), next.clock_offset};
  }
  to.events.add(next.record);
  to.positions.push_back(next.position);
  return true;
}

bool shard_feeder::finish() {
  tell_all(end_of_time);
  bool done = true;
  for (std::size_t i = 0; i < shards_.size(); ++i) {
    auto& one = shards_[i];
    if (!one.ended && (one.events.empty() || one.credits > 0))
      give(i, one.events.size(), end_of_time, true);
    done = done && one.ended;
  }
  return done;
}

void shard_feeder::give(std::size_t index, std::size_t events, time_ns watermark,
                        bool last) {
  auto& to = shards_[index];
  raw_flow next{static_cast<std::uint32_t>(index), nullptr, watermark, last, {}};
  if (events > 0) {
    next.events = to.events.take(events);
    const auto rest = to.positions.begin() + static_cast<std::ptrdiff_t>(events);
    std::vector staying(rest, to.positions.end());
    to.positions.erase(rest, to.positions.end());
    next.events->place_at(std::exchange(to.positions, std::move(staying)));
    --to.credits;
    to.settled = 0; // What stays is of one time.
    to.first = to.newest;
  }
  to.told = watermark;
  to.ended = last;
  send_(std::move(next));
}

void shard_feeder::tell(std::size_t index, time_ns watermark) {
  if (watermark > shards_[index].told)
    give(index, 0, watermark, false);
}

void shard_feeder::tell_all(time_ns now) {
  for (std::size_t i = 0; i < shards_.size(); ++i) {
    auto& one = shards_[i];
    if (one.ended)
      continue;
    // Events of `now` itself stay: others of that time may follow.
    const auto ripe = one.newest < now ? one.events.size() : one.settled;
    if (ripe > 0 && one.credits > 0)
      give(i, ripe, now - tick, false);
    else
      tell(i, (one.events.empty() ? now : one.first) - tick);
  }
}

} // namespace vedette
