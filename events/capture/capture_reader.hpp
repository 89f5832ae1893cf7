#pragma once

#include "events/capture/capture_facts.hpp"
#include "events/capture/capture_format.hpp"
#include "runtime/time.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace vedette {

/// Records of one shard, and how far it has come. check_record() has accepted each, but for
/// those of events that only the version knows which has written them: RECORD_unknown.
struct captured_block {
  std::uint32_t shard = 0;
  std::uint32_t shards = 1; ///< Of the run; `shard` may be this: what was told beside them.
  std::uint64_t file = 0; ///< Number of the recording, of those that follow one another.
  std::chrono::nanoseconds clock_offset{0};
  std::uint64_t first_position = 0;
  time_ns watermark = beginning_of_time;
  bool made = false; ///< Not from the file: it tells of a hole there.
  std::unique_ptr<std::byte[]> memory;
  std::size_t bytes = 0;
  std::vector<std::uint32_t> offsets;

  [[nodiscard]] std::span<std::byte> record(std::size_t index) const;
};

/// A place that cannot be read.
struct capture_damage {
  std::uint64_t at; ///< Bytes from the beginning of the file.
  std::string what;
};

/// From the bytes of a capture, in any pieces, to its blocks. Trusts nothing: a damaged
/// place costs the block that it is in.
class capture_reader {
public:
  /// For bytes to come: write at most as many there, then say how many.
  std::span<char> prepare(std::size_t bytes);
  void commit(std::size_t bytes) { filled_ += bytes; }
  /// No more will come.
  void finish() { finished_ = true; }

  /// The next whole block with records or a watermark; nothing: give it more bytes.
  std::optional<captured_block> next();

  /// Known once the first block was whole; after that, as it was.
  [[nodiscard]] const std::optional<capture_facts>& facts() const { return facts_; }

  /// The first damaged place, and how many there are.
  [[nodiscard]] const std::optional<capture_damage>& damage() const { return damage_; }
  [[nodiscard]] std::uint64_t damaged() const { return damaged_; }

private:
  enum class place : std::uint8_t { file, blocks, searching, over };

  [[nodiscard]] std::span<const char> rest() const;
  void pass(std::size_t bytes);
  void damage(std::string what);
  /// What is here is not enough → whether to read on anyway: nothing more will come.
  bool lacks(std::size_t bytes, const char* of);
  bool read_file_header();
  bool search();
  /// False: give it more bytes. A block with records goes to `found`.
  bool read_block(std::optional<captured_block>& found);
  bool is_sound(const block_header& header) const;
  void read_payload(const block_header& header, std::span<const char> payload,
                    std::optional<captured_block>& found);
  std::string read_records(const block_header& header, captured_block& into) const;
  void learn(std::string_view facts);

  std::string bytes_;
  std::size_t begin_ = 0, filled_ = 0;
  std::uint64_t before_ = 0; ///< Bytes of the file that are gone from bytes_.
  place place_ = place::file;
  std::uint64_t files_ = 0;
  bool finished_ = false;
  bool ended_ = false; ///< The last that was read was an end.
  std::optional<capture_facts> facts_;
  std::vector<std::uint16_t> kinds_; ///< Of this version, by the file's; empty: the same.
  std::optional<capture_damage> damage_;
  std::uint64_t damaged_ = 0;
};

} // namespace vedette
