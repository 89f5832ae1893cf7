#pragma once

#include "runtime/time.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <span>
#include <vector>

namespace vedette {

/// Sorts records that are nearly in order: holds `capacity` of them and gives out the oldest
/// (by time, then by arrival). Memory is bounded: records lie in chunks that are used again, and
/// are moved together where few that stay hold many chunks.
class reorder_window {
public:
  struct entry {
    time_ns time;
    std::uint64_t position;                ///< Of arrival, from 0.
    std::chrono::nanoseconds clock_offset; ///< As it was given.
    std::uint32_t shard;                   ///< As it was given.
    std::span<std::byte> record; ///< Valid until the next pop() or push().
    bool late; ///< Older than what had left the window before: it leaves at once.
  };

  explicit reorder_window(std::size_t capacity) : capacity_{capacity} {}

  /// Copies the record. `clock_offset` is from its clock to that of `time`.
  void push(time_ns time, std::span<const std::byte> record,
            std::chrono::nanoseconds clock_offset = {}, std::uint32_t shard = 0);

  /// Whether the oldest is to leave before the next push().
  [[nodiscard]] bool full() const { return held_.size() > capacity_; }
  [[nodiscard]] bool empty() const { return held_.empty(); }

  /// The oldest; there must be one.
  [[nodiscard]] entry front() const;
  void pop();

  /// Bytes of memory that it holds for records.
  [[nodiscard]] std::size_t reserved() const { return reserved_; }

private:
  struct chunk {
    std::unique_ptr<std::byte[]> memory;
    std::size_t size;
    std::size_t used = 0;
    std::size_t live = 0; ///< Records in it that have not left.
  };
  struct held {
    time_ns time;
    std::uint64_t position;
    std::chrono::nanoseconds clock_offset;
    std::uint32_t shard;
    chunk* where;
    std::size_t offset;
    std::size_t size;
  };

  [[nodiscard]] bool has_room(std::size_t bytes) const {
    return open_ != nullptr && open_->used + bytes <= open_->size;
  }
  chunk& room_for(std::size_t bytes);
  void copy(std::span<const std::byte> record, held& to);
  void move_together();
  void release(chunk& from);

  std::size_t capacity_;
  std::uint64_t arrived_ = 0;
  std::deque<held> held_; ///< Oldest first. Input is nearly sorted: mostly appended to.
  std::vector<std::unique_ptr<chunk>> chunks_;
  std::vector<chunk*> free_;
  chunk* open_ = nullptr; ///< That is being filled.
  std::size_t reserved_ = 0;
  std::size_t used_ = 0; ///< Bytes of the records that are held.
  time_ns edge_ = beginning_of_time; ///< Of the newest that has left.
};

} // namespace vedette
