#include "signatures/address_scope.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>

namespace vedette {

namespace {

struct block {
  std::array<std::uint8_t, 16> prefix;
  std::uint8_t bits;
  address_scope scope;
};

using enum address_scope;

// Of each, the first that fits is it.
constexpr std::array v4_blocks{
    block{{0}, 8, unspecified},
    block{{10}, 8, private_use},
    block{{172, 16}, 12, private_use},
    block{{192, 168}, 16, private_use},
    block{{100, 64}, 10, shared},
    block{{127}, 8, loopback},
    block{{169, 254}, 16, link_local},
    block{{192, 0, 2}, 24, documentation},
    block{{198, 51, 100}, 24, documentation},
    block{{203, 0, 113}, 24, documentation},
    block{{192, 0, 0}, 24, reserved}, // Protocol assignments, RFC 6890.
    block{{198, 18}, 15, reserved},   // Benchmarks, RFC 2544.
    block{{224}, 4, multicast},
    block{{240}, 4, reserved}, // With the broadcast address.
};

constexpr std::array v6_blocks{
    block{{0}, 128, unspecified},
    block{{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}, 128, loopback},
    block{{0xfc}, 7, private_use},
    block{{0xfe, 0xc0}, 10, private_use},
    block{{0x00, 0x64, 0xff, 0x9b, 0, 1}, 48, private_use}, // Local NAT64, RFC 8215.
    block{{0xfe, 0x80}, 10, link_local},
    block{{0xff}, 8, multicast},
    block{{0x20, 0x01, 0x0d, 0xb8}, 32, documentation},
    block{{0x3f, 0xff}, 20, documentation}, // RFC 9637.
    block{{0x20}, 3, global},               // All that is given out, RFC 4291 2.4.
    block{{0}, 0, reserved},
};

constexpr block nat64{{0x00, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0}, 96, global};

bool includes(const block& one, std::span<const std::uint8_t> address) {
  const std::size_t whole = one.bits / 8;
  if (!std::ranges::equal(address.first(whole), std::span{one.prefix}.first(whole)))
    return false;
  const auto rest = one.bits % 8;
  return rest == 0 || (address[whole] ^ one.prefix[whole]) >> (8 - rest) == 0;
}

address_scope scope_in(std::span<const block> blocks,
                       std::span<const std::uint8_t> address) {
  const auto found = std::ranges::find_if(
      blocks, [address](const block& one) { return includes(one, address); });
  return found == blocks.end() ? global : found->scope;
}

} // namespace

address_scope scope_of(const ip_address& address) {
  const std::span<const std::uint8_t> bytes{address.bytes};
  constexpr std::size_t v4_at = 12;
  if (address.is_v4() || includes(nat64, bytes))
    return scope_in(v4_blocks, bytes.subspan(v4_at));
  return scope_in(v6_blocks, bytes);
}

} // namespace vedette
