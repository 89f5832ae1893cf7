#pragma once

#include "bpf/frames.hpp"
#include "bpf/watched.h"
#include "runtime/errors.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <utility>

namespace vedette {

/// A moment, and how far the ring was filled then. All that is not before `position`
/// has happened at or after `clock_ns`: so once everything before `position` was read,
/// the shard's watermark is `clock_ns` - 1 (less the kernel_side's clock_margin()).
struct ring_mark {
  std::uint64_t clock_ns; ///< CLOCK_BOOTTIME, as the records' times.
  std::uint64_t position; ///< Bytes ever written.
};

/// Why borrow() went no further.
enum class borrow_end : std::uint8_t {
  position, ///< Everything up to there is borrowed (or was read before).
  limit,    ///< There is more: release, and borrow again.
  busy,     ///< The next record is not written yet, though its place is taken: retry.
};

/// Records where they lie in the ring.
struct borrowed_frames {
  frame_range frames;
  borrow_end end;
};

/// The reading end of one shard's ring; for one thread. Reads the shared memory itself:
/// libbpf's reader hands out single records, frees each at once, and before 1.5 does
/// not return while the kernel keeps writing.
class ring_reader {
public:
  /// `ring_fd` is a ring buffer's map, `state` is what its shard's programs look at:
  /// they wake a sleeping reader when as much waits for it as it asked for.
  static std::expected<ring_reader, error> open(int ring_fd, shard_reader& state);
  /// The same where the size is known: of any file that is laid out as a ring is.
  static std::expected<ring_reader, error>
  map(int file, std::size_t size, shard_reader& state);

  ring_reader(ring_reader&& other) noexcept { swap(other); }
  ring_reader& operator=(ring_reader&& other) noexcept {
    swap(other);
    return *this;
  }
  ~ring_reader();

  /// For an epoll of your own: EPOLLIN | EPOLLET, as a level-triggered wait ends with
  /// the first record, hence once per record. Sleep only if arm() allows it, then
  /// disarm(). The programs wake a reader when `bytes` (at least 1) are in the ring.
  [[nodiscard]] int fd() const { return fd_; }
  [[nodiscard]] bool arm(std::size_t bytes);
  void disarm();

  /// The clock and then the producer's position, in this order on every CPU.
  [[nodiscard]] ring_mark mark() const;
  [[nodiscard]] std::uint64_t producer_position() const;
  [[nodiscard]] std::uint64_t consumer_position() const { return *consumer_; }

  /// Grows with each event that the shard's programs lost, for whatever reason.
  [[nodiscard]] std::uint32_t losses() const;

  /// Bytes in the ring, those included that are still being written.
  [[nodiscard]] std::size_t available() const {
    return producer_position() - consumer_position();
  }
  [[nodiscard]] std::size_t size() const { return size_; }

  /// What is committed before position `until` (of a mark), where it lies; at most
  /// `limit` bytes, but at least one record. Valid until release(), and as long the
  /// kernel cannot reuse the space. A frame that cannot be is passed over together with
  /// all that follows it up to `until`, and counted.
  [[nodiscard]] borrowed_frames borrow(std::size_t limit, std::uint64_t until);
  void release(const borrowed_frames& borrowed);

  /// Times that borrow() met a frame that cannot be, and the bytes passed over.
  [[nodiscard]] std::uint64_t corrupt_frames() const { return corrupt_frames_; }
  [[nodiscard]] std::uint64_t corrupt_bytes() const { return corrupt_bytes_; }

private:
  ring_reader() = default;
  void swap(ring_reader& other) noexcept;
  void pass_over(std::size_t bytes);

  int fd_ = -1;
  std::size_t size_ = 0;
  std::uint64_t* consumer_ = nullptr; ///< A page of ours.
  std::byte* producer_ = nullptr;     ///< A page of the kernel's, then the data, twice.
  shard_reader* state_ = nullptr;
  std::uint64_t corrupt_frames_ = 0;
  std::uint64_t corrupt_bytes_ = 0;
};

} // namespace vedette
