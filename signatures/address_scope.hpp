#pragma once

#include "events/dns/ip_address.hpp"

#include <cstdint>

namespace vedette {

/// How far an address reaches: IANA's registries of special-purpose addresses (RFC
/// 6890).
enum class address_scope : std::uint8_t {
  global,        ///< A host of the Internet.
  unspecified,   ///< 0.0.0.0/8, ::
  loopback,      ///< 127.0.0.0/8, ::1
  private_use,   ///< RFC 1918; unique local fc00::/7 (RFC 4193); site-local fec0::/10
  shared,        ///< 100.64.0.0/10, behind a carrier's NAT (RFC 6598).
  link_local,    ///< 169.254.0.0/16, fe80::/10
  multicast,     ///< 224.0.0.0/4, ff00::/8
  documentation, ///< 192.0.2.0/24, 198.51.100.0/24, 203.0.113.0/24, 2001:db8::/32,
                 ///< 3fff::/20
  reserved,      ///< Everything else that no host of the Internet has.
};

/// A v4 address in v6's clothes is what it is as v4: mapped (::ffff:0:0/96), or behind
/// a NAT64 (64:ff9b::/96, RFC 6052).
address_scope scope_of(const ip_address& address);

} // namespace vedette
