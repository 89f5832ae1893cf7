#include "actors/replay/reorder_window.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

namespace vedette {

namespace {

constexpr std::size_t chunk_bytes = 1U << 20U;
constexpr std::size_t enough = 8 * chunk_bytes; ///< Less is not worth moving.

std::size_t padded(std::size_t bytes) {
  return (bytes + 7) / 8 * 8;
}

} // namespace

void reorder_window::push(time_ns time, std::span<const std::byte> record,
                          std::chrono::nanoseconds clock_offset,
                          std::uint32_t shard) {
  held next{time, arrived_++, clock_offset, shard, nullptr, 0, record.size()};
  copy(record, next);
  used_ += padded(record.size());
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
  used_ -= padded(held_.front().size);
  held_.pop_front();
  if (--from.live == 0 && &from != open_)
    release(from);
}

void reorder_window::copy(std::span<const std::byte> record, held& to) {
  auto& into = room_for(padded(record.size()));
  std::memcpy(into.memory.get() + into.used, record.data(), record.size());
  to.where = &into;
  to.offset = into.used;
  into.used += padded(record.size());
  ++into.live;
}

reorder_window::chunk& reorder_window::room_for(std::size_t bytes) {
  if (!has_room(bytes) && free_.empty() && reserved_ >= std::max(enough, 4 * used_))
    move_together();
  if (has_room(bytes))
    return *open_;
  auto* const before = open_;
  if (bytes <= chunk_bytes && !free_.empty()) {
    open_ = free_.back();
    free_.pop_back();
  } else {
    const auto size = std::max(bytes, chunk_bytes);
    chunks_.push_back(std::make_unique<chunk>(
        chunk{std::unique_ptr<std::byte[]>{new std::byte[size]}, size}));
    open_ = chunks_.back().get();
    reserved_ += size;
  }
  if (before != nullptr && before->live == 0)
    release(*before);
  return *open_;
}

/// The newest of an input that begins again and again stay, one in each chunk.
void reorder_window::move_together() {
  const auto before = std::exchange(chunks_, {});
  free_.clear();
  open_ = nullptr;
  reserved_ = 0;
  for (auto& one : held_)
    copy({one.where->memory.get() + one.offset, one.size}, one);
}

void reorder_window::release(chunk& from) {
  from.used = 0;
  if (from.size == chunk_bytes)
    free_.push_back(&from);
  else { // For a huge record: not kept.
    reserved_ -= from.size;
    std::erase_if(chunks_, [&](const auto& one) { return one.get() == &from; });
  }
}

} // namespace vedette
