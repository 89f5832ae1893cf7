#pragma once

#include "events/dns/dns_codes.hpp"

#include <algorithm>
#include <cstdint>

// What the protocol says of single numbers.
namespace vedette {

/// With mDNS's bit for flushing caches (RFC 6762 10.2) taken away.
constexpr bool is_internet(std::uint16_t klass) {
  return (klass & 0x7fffU) == dns_class_in;
}

/// RFC 2181 8: a TTL with the highest bit set is 0. Resolvers keep nothing for longer
/// than a week (BIND's max-cache-ttl), so it would only take room here.
constexpr std::uint32_t seconds_of(std::uint32_t ttl) {
  constexpr std::uint32_t longest = 7 * 24 * 3600;
  return ttl > 0x7fff'ffffU ? 0 : std::min(ttl, longest);
}

} // namespace vedette
