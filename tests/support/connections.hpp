#pragma once

#include "events/socket_address.hpp"
#include "tests/support/events.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace vedette {

/// A connect to an address as recordings have it, v4 or v6.
inline event_builder connected_to(std::string_view ip, std::uint16_t port = 443) {
  socket_address to;
  to.ip = parse_address(ip).value();
  to.family = to.ip.is_v4() ? AF_INET : AF_INET6;
  to.port = port;
  std::string json;
  append_socket_address(json, to);
  return event_builder{event_kind::security_socket_connect}
      .arg<events::security_socket_connect::remote_addr>(json);
}

} // namespace vedette
