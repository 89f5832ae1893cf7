#include "events/capture/capture_merge.hpp"

#include "events/record_arguments.hpp"

#include <algorithm>
#include <utility>

namespace vedette {

namespace {

/// Nothing: what it tells is of no time, but of its place.
std::optional<time_ns> time_of(const captured_block& block, std::size_t index) {
  const auto& header = header_of(block.record(index));
  if (header.time_ns == 0)
    return {};
  return time_ns{std::chrono::nanoseconds{header.time_ns} + block.clock_offset};
}

} // namespace

/// Of another run: what waits does so for its shards now, which come later.
void capture_merge::begin(const captured_block& first) {
  end_recording();
  file_ = first.file;
  shards_ = first.shards;
  holes_ = capture_holes{shards_};
  newest_.assign(shards_ + std::size_t{1}, time_ns{});
  time_merge<item> next{shards_ + std::size_t{1}};
  merge_.release(end_of_time,
                 [&](const moment& at, item&& one) { next.push(at, std::move(one)); });
  merge_ = std::move(next);
}

void capture_merge::push(captured_block block) {
  if (block.file != file_ || block.shards != shards_)
    begin(block);
  clock_offset_ = block.clock_offset;
  const auto shard = block.shard;
  const auto watermark = block.watermark;
  const auto hole = holes_.before(block);
  add(std::move(block));
  if (hole)
    add(*hole);
  merge_.advance(shard, watermark);
  // Nobody waits for what is told beside the shards.
  watermark_ = end_of_time;
  for (std::uint32_t i = 0; i < shards_; ++i)
    watermark_ = std::min(watermark_, merge_.watermark_of(i));
}

void capture_merge::finish() {
  if (std::exchange(finished_, true))
    return;
  end_recording();
}

void capture_merge::end_recording() {
  for (const auto& hole : holes_.at_end())
    add(hole);
}

void capture_merge::add(const capture_hole& hole) {
  captured_block like;
  like.file = file_;
  like.shards = shards_;
  like.clock_offset = clock_offset_;
  add(block_of(hole, like));
}

void capture_merge::add(captured_block block) {
  const auto shared = std::make_shared<captured_block>(std::move(block));
  auto& newest = newest_[shared->shard];
  for (std::uint32_t i = 0; i < shared->offsets.size(); ++i) {
    held_ += shared->record(i).size();
    const auto time = time_of(*shared, i).value_or(newest);
    newest = std::max(newest, time);
    merge_.push({time, shared->first_position + i, shared->shard}, {shared, i});
  }
}

std::optional<captured_record> capture_merge::next() {
  if (merge_.pending() == 0)
    return {};
  const auto oldest = merge_.oldest();
  if (!finished_ && oldest > watermark_ && held_ <= limit_)
    return {};
  last_ = merge_.pop();
  const auto& block = *last_.block;
  const auto record = block.record(last_.index);
  held_ -= record.size();
  return captured_record{oldest,       block.clock_offset, block.shard,
                         block.shards, record,             block.made};
}

} // namespace vedette
