#pragma once

#include "events/record.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

/// What `vedette run --record` writes: a file header, then blocks, each with its own header
/// and two checksums. A block says all that is needed to read it, so that a damaged place
/// costs what is in it and nothing else. Numbers are little-endian.
///
///   | capture_header | facts | records … | end |
///
/// Files may follow one another in a file, as `cat` puts them.
namespace vedette {

/// Not text, damaged by what converts text, and not what JSON begins with.
inline constexpr std::array<unsigned char, 8> capture_magic{0x8b, 'V', 'd', 't',
                                                            'c', 'a', '\r', '\n'};
inline constexpr std::uint32_t capture_version = 1;
inline constexpr std::uint32_t block_magic = 0x4b4c4256; // "VBLK"

enum class capture_kind : std::uint8_t {
  facts = 1,   ///< `name=value` lines about the host.
  records = 2, ///< Of one shard, each padded to 8 bytes; or none, then it says how far.
  end = 3,     ///< The recording was ended, not cut.
};

enum class capture_packing : std::uint8_t { none = 0, lz4 = 1 };

struct capture_header {
  std::array<unsigned char, 8> magic;
  std::uint32_t version;
  std::uint32_t checksum; ///< Low half of XXH3 of what is before it.
};

struct block_header {
  std::uint32_t magic;
  capture_kind kind;
  capture_packing packing;
  std::uint16_t reserved;
  std::uint32_t shard;  ///< `shards`: what was told beside them (runtimes' answers).
  std::uint32_t shards; ///< Of the run.
  std::uint32_t raw_bytes, packed_bytes;
  std::uint32_t records;
  std::uint32_t reserved_too;
  std::int64_t clock_offset_ns; ///< From the records' clock to the epoch.
  std::uint64_t first_position; ///< Of its first record among the shard's, or the next one.
  std::uint64_t first_time_ns, last_time_ns; ///< The oldest and the newest, not the ends.
  std::int64_t watermark_ns; ///< Since the epoch: nothing at or before it comes behind it.
  std::uint64_t payload_checksum; ///< XXH3 of the packed bytes.
  std::uint64_t header_checksum;  ///< XXH3 of what is before it.
};

static_assert(sizeof(capture_header) == 16);
static_assert(sizeof(block_header) == 88);
static_assert(offsetof(block_header, clock_offset_ns) == 32);
static_assert(offsetof(block_header, header_checksum) == 80);

/// A block is closed before it has more raw bytes than this, unless one record is longer.
inline constexpr std::size_t block_bytes = 64U << 10U;
inline constexpr std::size_t block_bytes_max = RECORD_JSON_SIZE_MAX;

/// Times and clock offsets of either sign are below this, ns: they add up without overflow.
inline constexpr std::int64_t capture_time_max = std::int64_t{1} << 61U;

/// Whether input that begins so is a capture, even if a byte of the mark is damaged; a
/// shorter `head` is all there is of the file.
bool is_capture(std::span<const char> head);

std::uint32_t checksum_of(const capture_header& header);
std::uint64_t checksum_of(const block_header& header);
std::uint64_t checksum_of(std::span<const char> payload);

} // namespace vedette
