#pragma once

#include "events/capture/capture_reader.hpp"
#include "runtime/time.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace vedette {

/// Records that a capture should have and has not: their block was damaged, or cut off,
/// or the recorder could not keep up.
struct capture_hole {
  std::uint32_t shard = 0;
  std::uint64_t count = 0; ///< 0: it is not known how many, if any.
  time_ns since, until;    ///< Both included; since beginning_of_time: from the start.
  std::uint64_t position = 0; ///< Of the first that is missing, among the shard's.
};

/// Finds the holes of one recording by the places that its blocks say their records
/// have.
class capture_holes {
public:
  explicit capture_holes(std::uint32_t shards) : streams_(shards) {}

  /// Notes the block → what is missing between it and the one of its shard before.
  std::optional<capture_hole> before(const captured_block& next);

  /// Nothing follows → what is missing at the end of shards that have not ended.
  [[nodiscard]] std::vector<capture_hole> at_end() const;

private:
  struct stream {
    std::uint64_t position = 0; ///< Of the next record.
    time_ns watermark = beginning_of_time;
  };

  static time_ns after(time_ns watermark);

  std::vector<stream> streams_; ///< By shard; what was told beside them has no places.
  time_ns newest_ = beginning_of_time;
};

/// A block that tells of the hole with a `lost_events` of all kinds, at its beginning;
/// where that is not known, before everything.
captured_block block_of(const capture_hole& hole, const captured_block& like);

} // namespace vedette
