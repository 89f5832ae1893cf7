#include "actors/replay/reorder_window.hpp"

#include <algorithm>
#include <cstring>

namespace vedette {

namespace {

constexpr std::size_t chunk_bytes = 1U << 20U;

} // namespace

void reorder_window::push(time_ns time, std::span<const std::byte> record,
                          std::chrono::nanoseconds clock_offset,
                          std::uint32_t shard) {
  auto& into = room_for(record.size());
  std::memcpy(into.memory.get() + into.used, record.data(), record.size());
  const held next{time,  arrived_++, clock_offset, shard,
                  &into, into.used,  record.size()};
  into.used += (record.size() + 7) / 8 * 8;
  ++into.live;
  const auto place = held_.empty() || held_.back().time <= time
                         ? held_.end()
                         : std::ranges::upper_bound(held_, time, {}, &held::time);
  held_.insert(place, next);
}

reorder_window::entry reorder_window::front() const {
  const auto& oldest = held_.front();
  return {oldest.time,
          oldest.position,
          oldest.clock_offset,
          oldest.shard,
          {oldest.where->memory.get() + oldest.offset, oldest.size},
          oldest.time < edge_};
}

void reorder_window::pop() {
  edge_ = std::max(edge_, held_.front().time);
  auto& from = *held_.front().where;
  held_.pop_front();
  if (--from.live == 0 && &from != open_)
    release(from);
}

reorder_window::chunk& reorder_window::room_for(std::size_t bytes) {
  const auto padded = (bytes + 7) / 8 * 8;
  if (open_ != nullptr && open_->used + padded <= open_->size)
    return *open_;
  auto* const before = open_;
  if (padded <= chunk_bytes && !free_.empty()) {
    open_ = free_.back();
    free_.pop_back();
  } else {
    const auto size = std::max(padded, chunk_bytes);
    chunks_.push_back(std::make_unique<chunk>(
        chunk{std::unique_ptr<std::byte[]>{new std::byte[size]}, size}));
    open_ = chunks_.back().get();
  }
  if (before != nullptr && before->live == 0)
    release(*before);
  return *open_;
}

void reorder_window::release(chunk& from) {
  from.used = 0;
  if (from.size == chunk_bytes)
    free_.push_back(&from);
  else // For a huge record: not kept.
    std::erase_if(chunks_, [&](const auto& one) { return one.get() == &from; });
}

} // namespace vedette
