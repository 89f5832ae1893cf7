#pragma once

#include "events/capture/capture_holes.hpp"
#include "events/capture/capture_reader.hpp"
#include "events/time_merge.hpp"

#include <cstddef>
#include <memory>
#include <optional>
#include <vector>

namespace vedette {

/// A record of a capture, in its place among all.
struct captured_record {
  time_ns time; ///< Of the one before it in its shard, if it has none itself.
  std::chrono::nanoseconds clock_offset;
  std::uint32_t shard;  ///< Of the run that it was recorded in; `shards`: beside them.
  std::uint32_t shards;
  std::span<std::byte> record;
  bool made; ///< Not from the file: it tells of a hole there.
};

/// Puts the records of a capture's shards into the order of the live run: by time, then
/// place in the ring, then shard, as far as every shard's watermark has come. Where records
/// are missing there is a `lost_events`. Memory is bounded: beyond `limit` bytes it does not
/// wait for a shard that lags.
class capture_merge {
public:
  explicit capture_merge(std::size_t limit = std::size_t{64} << 20U) : limit_{limit} {}

  void push(captured_block block);
  /// No more will come.
  void finish();

  /// The next, if it is known that none comes before it. Valid until the next call.
  std::optional<captured_record> next();

private:
  struct item {
    std::shared_ptr<captured_block> block; ///< Its last record lets it go.
    std::uint32_t index;
  };

  void begin(const captured_block& first);
  void add(captured_block block);
  void add(const capture_hole& hole);
  void end_recording();

  std::size_t limit_;
  std::uint64_t file_ = 0;
  std::chrono::nanoseconds clock_offset_{0};
  capture_holes holes_{0};
  time_merge<item> merge_{0};
  std::vector<time_ns> newest_; ///< By shard.
  time_ns watermark_ = beginning_of_time;
  std::uint32_t shards_ = 0;
  std::size_t held_ = 0; ///< Bytes of records that wait.
  bool finished_ = false;
  item last_{};
};

} // namespace vedette
