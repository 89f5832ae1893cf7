#include "signatures/address_scope.hpp"

#include <array>
#include <cstdint>
#include <cstring>
#include <endian.h>
#include <span>

namespace vedette {

namespace {

using enum address_scope;

/// An address's first 64 bits as a number.
using leading_bits = std::uint64_t;

struct block {
  leading_bits prefix;
  unsigned bits; ///< So many of them are the block's; 1 to 64.
  address_scope scope;
};

constexpr leading_bits v4(std::uint64_t a, std::uint64_t b = 0, std::uint64_t c = 0) {
  return a << 56U | b << 48U | c << 40U;
}
constexpr leading_bits v6(std::uint64_t a, std::uint64_t b = 0, std::uint64_t c = 0) {
  return a << 48U | b << 32U | c << 16U;
}

// Of each, the first that fits is it.
constexpr std::array v4_blocks{
    block{v4(0), 8, unspecified},
    block{v4(10), 8, private_use},
    block{v4(172, 16), 12, private_use},
    block{v4(192, 168), 16, private_use},
    block{v4(100, 64), 10, shared},
    block{v4(127), 8, loopback},
    block{v4(169, 254), 16, link_local},
    block{v4(192, 0, 2), 24, documentation},
    block{v4(198, 51, 100), 24, documentation},
    block{v4(203, 0, 113), 24, documentation},
    block{v4(192, 0, 0), 24, reserved}, // Protocol assignments, RFC 6890.
    block{v4(198, 18), 15, reserved},   // Benchmarks, RFC 2544.
    block{v4(224), 4, multicast},
    block{v4(240), 4, reserved}, // With the broadcast address.
};

constexpr std::array v6_blocks{
    block{v6(0xfc00), 7, private_use},
    block{v6(0xfec0), 10, private_use},
    block{v6(0x0064, 0xff9b, 1), 48, private_use}, // Local NAT64, RFC 8215.
    block{v6(0xfe80), 10, link_local},
    block{v6(0xff00), 8, multicast},
    block{v6(0x2001, 0x0db8), 32, documentation},
    block{v6(0x3fff), 20, documentation}, // RFC 9637.
    block{v6(0x2000), 3, global},         // All that is given out, RFC 4291 2.4.
};

address_scope scope_in(std::span<const block> blocks, leading_bits address,
                       address_scope otherwise) {
  for (const auto& one : blocks)
    if ((address ^ one.prefix) >> (64 - one.bits) == 0)
      return one.scope;
  return otherwise;
}

} // namespace

address_scope scope_of(const ip_address& address) {
  std::array<leading_bits, 2> halves{};
  std::memcpy(halves.data(), address.bytes.data(), sizeof(halves));
  const auto first = be64toh(halves[0]), last = be64toh(halves[1]);
  constexpr auto nat64 = v6(0x0064, 0xff9b); // With 32 zeros behind it.
  const bool is_mapped = first == 0 && last >> 32U == 0xffff;
  if (is_mapped || (first == nat64 && last >> 32U == 0))
    return scope_in(v4_blocks, last << 32U, global);
  if (first == 0 && last <= 1)
    return last == 0 ? unspecified : loopback;
  return scope_in(v6_blocks, first, reserved);
}

} // namespace vedette
