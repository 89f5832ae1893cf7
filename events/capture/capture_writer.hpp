#pragma once

#include "events/batch.hpp"
#include "events/capture/capture_facts.hpp"
#include "events/capture/capture_format.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace vedette {

/// From the batches of a run to the bytes of a capture. Keeps an open block per shard; who
/// owns it says when they are to be closed though they are not full.
class capture_writer {
public:
  /// What a file begins with is appended to `out`.
  capture_writer(const capture_facts& facts, std::string& out);

  /// Adds what has come from a shard, then how far that has come. Blocks that are full are
  /// appended to `out`.
  void add(const batch& events, std::string& out);
  void advance(std::uint32_t shard, time_ns watermark);

  /// Closes all blocks: what is in none yet, and what the file does not know of how far the
  /// shards have come.
  void flush(std::string& out);
  /// Whether flush() would write anything.
  [[nodiscard]] bool has_open() const;

  /// Closes all blocks, and the file.
  void finish(std::string& out);

  [[nodiscard]] std::uint64_t blocks() const { return blocks_; }

private:
  struct stream {
    std::string raw; ///< Of the open block.
    block_header header{};
    std::uint64_t position; ///< Of the next record.
    std::int64_t watermark;
    std::int64_t written_watermark;
  };

  void add(stream& to, const batch& events, std::size_t index, std::string& out);
  void close(std::uint32_t shard, std::string& out);
  void put(block_header header, const std::string& raw, std::string& out);

  std::vector<stream> streams_; ///< By shard, then the one beside them.
  std::string packed_;
  std::uint64_t blocks_ = 0;
};

} // namespace vedette
