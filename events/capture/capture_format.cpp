#include "events/capture/capture_format.hpp"

#include <algorithm>
#include <bit>

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace vedette {

static_assert(std::endian::native == std::endian::little);

bool is_capture(std::span<const char> head) {
  constexpr std::size_t enough = 5;
  const auto length = std::min(head.size(), capture_magic.size());
  std::size_t same = 0;
  for (std::size_t i = 0; i < length; ++i)
    same += static_cast<unsigned char>(head[i]) == capture_magic[i] ? 1 : 0;
  return length == capture_magic.size() ? same >= enough : length > 0 && same == length;
}

std::uint32_t checksum_of(const capture_header& header) {
  return static_cast<std::uint32_t>(
      XXH3_64bits(&header, offsetof(capture_header, checksum)));
}

std::uint64_t checksum_of(const block_header& header) {
  return XXH3_64bits(&header, offsetof(block_header, header_checksum));
}

std::uint64_t checksum_of(std::span<const char> payload) {
  return XXH3_64bits(payload.data(), payload.size());
}

} // namespace vedette
