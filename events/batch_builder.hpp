#pragma once

#include "events/batch.hpp"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <span>

namespace vedette {

/// Puts checked records together to a batch. One allocation of memory and one of offsets
/// per batch, however many events; both grow where they were guessed too small.
class batch_builder {
public:
  /// Where records have ns since the epoch already, `clock_offset` is 0.
  explicit batch_builder(std::uint32_t shard, std::chrono::nanoseconds clock_offset = {})
      : clock_offset_{clock_offset}, shard_{shard} {}

  void reserve(std::size_t bytes, std::size_t events) {
    offsets_.reserve(events);
    if (bytes > capacity_)
      grow(bytes);
  }

  /// Copies a record that check_record() has accepted.
  void add(std::span<const std::byte> record) {
    if (!memory_)
      reserve(room_, events_);
    const auto padded = (record.size() + 7) / 8 * 8;
    if (used_ + padded > capacity_)
      grow(std::max(used_ + padded, 2 * capacity_));
    std::memcpy(memory_.get() + used_, record.data(), record.size());
    offsets_.push_back(static_cast<std::uint32_t>(used_));
    used_ += padded;
  }

  [[nodiscard]] std::size_t size() const { return offsets_.size(); }
  [[nodiscard]] std::size_t bytes() const { return used_; }
  [[nodiscard]] bool empty() const { return offsets_.empty(); }

  /// The batch. The builder starts anew, and will make room for as much at once.
  raw_batch_ptr take() { return take(size()); }

  /// The first `events` as a batch; the others stay.
  raw_batch_ptr take(std::size_t events) {
    const auto end = events < size() ? std::size_t{offsets_[events]} : used_;
    batch_builder rest{shard_, clock_offset_};
    rest.room_ = end;
    rest.events_ = events;
    if (events < size()) {
      rest.grow(std::max(end, used_ - end));
      std::memcpy(rest.memory_.get(), memory_.get() + end, used_ - end);
      rest.used_ = used_ - end;
      for (auto offset : std::span{offsets_}.subspan(events))
        rest.offsets_.push_back(static_cast<std::uint32_t>(offset - end));
      offsets_.resize(events);
    }
    auto result = std::make_shared<batch>(std::move(memory_), end, std::move(offsets_),
                                          clock_offset_, shard_);
    *this = std::move(rest);
    return result;
  }

private:
  void grow(std::size_t bytes) {
    std::unique_ptr<std::byte[]> larger{new std::byte[bytes]}; // Not cleared.
    if (used_ > 0)
      std::memcpy(larger.get(), memory_.get(), used_);
    memory_ = std::move(larger);
    capacity_ = bytes;
  }

  std::unique_ptr<std::byte[]> memory_;
  std::size_t capacity_ = 0;
  std::size_t used_ = 0;
  std::size_t room_ = 0; ///< Of the batch before, and its events.
  std::size_t events_ = 0;
  std::vector<std::uint32_t> offsets_;
  std::chrono::nanoseconds clock_offset_;
  std::uint32_t shard_;
};

} // namespace vedette
