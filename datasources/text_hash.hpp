#pragma once

#include <bit>
#include <cstdint>
#include <random>
#include <string_view>

#define XXH_INLINE_ALL
#include <xxhash.h>

// Hashes of texts that others choose (names, ids): keys of events are small values. The
// seed is random and the process's own, so that nobody outside can make names collide.
namespace vedette {

namespace detail {

/// The same for as long as the process runs.
inline std::uint64_t text_hash_seed() {
  static const std::uint64_t seed = [] {
    std::random_device device;
    return std::uint64_t{device()} << 32U | device();
  }();
  return seed;
}

} // namespace detail

/// Never 0, which tables take for "none".
inline std::uint64_t hash64(std::string_view text) {
  const auto hash = XXH3_64bits_withSeed(text.data(), text.size(),
                                         detail::text_hash_seed());
  return hash == 0 ? 1 : hash;
}

struct text_hash128 {
  std::uint64_t low = 0, high = 0;
  bool operator==(const text_hash128&) const = default;
};

inline text_hash128 hash128(std::string_view text) {
  const auto hash = XXH3_128bits_withSeed(text.data(), text.size(),
                                          detail::text_hash_seed());
  return {hash.low64, hash.high64};
}

} // namespace vedette
