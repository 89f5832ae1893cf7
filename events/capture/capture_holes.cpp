#include "events/capture/capture_holes.hpp"

#include "events/own_events.hpp"

#include <algorithm>
#include <cstring>
#include <string>

namespace vedette {

namespace {

const record_header& header_of(const captured_block& block, std::size_t index) {
  return *reinterpret_cast<const record_header*>(block.memory.get()
                                                 + block.offsets[index]);
}

time_ns time_of(const captured_block& block, std::size_t index) {
  return time_ns{std::chrono::nanoseconds{header_of(block, index).time_ns}
                 + block.clock_offset};
}

} // namespace

/// The first moment that the watermark leaves open.
time_ns capture_holes::after(time_ns watermark) {
  const bool is_open = watermark > beginning_of_time && watermark < end_of_time;
  return is_open ? watermark + std::chrono::nanoseconds{1} : watermark;
}

std::optional<capture_hole> capture_holes::before(const captured_block& next) {
  std::optional<capture_hole> found;
  const auto records = next.offsets.size();
  if (records > 0)
    newest_ = std::max(newest_, time_of(next, records - 1));
  if (next.shard >= streams_.size())
    return found;
  auto& of = streams_[next.shard];
  const auto since = after(of.watermark);
  // A block without records says where the next one would stand.
  if (next.first_position > of.position) {
    const auto until =
        records > 0 ? time_of(next, 0) : std::min(next.watermark, newest_);
    found = {next.shard, next.first_position - of.position, since,
             std::max(since, until), of.position};
  }
  of.position = std::max(of.position, next.first_position + records);
  of.watermark = std::max(of.watermark, next.watermark);
  return found;
}

std::vector<capture_hole> capture_holes::at_end() const {
  std::vector<capture_hole> found;
  for (std::uint32_t shard = 0; shard < streams_.size(); ++shard) {
    const auto& one = streams_[shard];
    if (one.watermark < newest_)
      found.push_back({shard, 0, after(one.watermark), newest_, one.position});
  }
  return found;
}

captured_block block_of(const capture_hole& hole, const captured_block& like) {
  // What a file says may be anything.
  const auto raw = [&](time_ns when) {
    const auto at = std::min(when.time_since_epoch().count(), 2 * capture_time_max);
    return static_cast<std::uint64_t>(std::clamp(
        at - like.clock_offset.count(), std::int64_t{0}, capture_time_max - 1));
  };
  const auto since = hole.since == beginning_of_time ? 0 : raw(hole.since);
  const auto record = make_record(loss{"", hole.count, since, raw(hole.until),
                                       "capture, shard " + std::to_string(hole.shard)},
                                  std::max<std::uint64_t>(since, 1));
  captured_block block;
  block.shard = hole.shard;
  block.shards = like.shards;
  block.file = like.file;
  block.clock_offset = like.clock_offset;
  block.first_position = hole.position;
  block.bytes = record.size();
  block.memory.reset(new std::byte[record.size()]);
  std::memcpy(block.memory.get(), record.data(), record.size());
  block.offsets = {0};
  block.made = true;
  return block;
}

} // namespace vedette
