#pragma once

#include "events/batch.hpp"
#include "events/dns/ip_address.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <sys/socket.h>

namespace vedette {

/// Where a socket is bound, or connected to.
///
///     const auto to = socket_address_of(*event.get<security_socket_connect::remote_addr>());
///     if (to && to->family == AF_INET && to->port == 22) …
struct socket_address {
  static constexpr std::size_t path_max = 108; ///< sizeof(sockaddr_un::sun_path).

  std::uint16_t family = AF_UNSPEC;
  std::uint16_t port = 0;      ///< AF_INET, AF_INET6; in the host's order.
  std::uint32_t flow_info = 0; ///< AF_INET6, in the host's order.
  std::uint32_t scope_id = 0;  ///< AF_INET6.
  ip_address ip = {};
  std::array<char, path_max> path_bytes; ///< AF_UNIX; what is behind path() is nothing.
  std::uint8_t path_length = 0;

  /// AF_UNIX; `@NAME`: abstract; "": unnamed.
  [[nodiscard]] std::string_view path() const { return {path_bytes.data(), path_length}; }
};

/// From a struct sockaddr as the kernel has it, or from a recording's JSON. Nothing: it is
/// too short for its family, or no address.
std::optional<socket_address> socket_address_of(const object_value& argument);

/// As spec/events.md has a SockAddr: a map of strings.
void append_socket_address(std::string& json, const socket_address& address);

} // namespace vedette
