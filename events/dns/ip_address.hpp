#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace vedette {

/// An IPv4 or IPv6 address. v4 is kept as v4-mapped v6 (RFC 4291 2.5.5.2), so that both
/// spellings are one address.
struct ip_address {
  std::array<std::uint8_t, 16> bytes{};

  static ip_address v4(std::span<const std::uint8_t, 4> octets);
  static ip_address v6(std::span<const std::uint8_t, 16> octets);

  [[nodiscard]] bool is_v4() const;
  bool operator==(const ip_address&) const = default;
};

/// In any spelling that inet_pton(3) takes.
std::optional<ip_address> parse_address(std::string_view text);

/// The address that a canonical name spells backwards (`4.3.2.1.in-addr.arpa`, 32
/// nibbles and `.ip6.arpa`); nothing: it is another name, or spells only a part of one.
std::optional<ip_address> parse_reverse_name(std::string_view canonical);

/// Sixteen octets, also of a v4-mapped one, as an AF_INET6 socket shows it.
void append_v6_address(std::string& out, const ip_address& address);

/// The canonical spelling: dotted for v4, else RFC 5952.
void append_address(std::string& out, const ip_address& address);
std::string to_string(const ip_address& address);

} // namespace vedette
