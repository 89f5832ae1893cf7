#pragma once

#include <arpa/inet.h>
#include <cstdint>
#include <netinet/in.h>
#include <string>
#include <string_view>
#include <sys/socket.h>

namespace vedette::simulation {

inline sockaddr_in ipv4(std::string_view address, std::uint16_t port) {
  sockaddr_in made{};
  made.sin_family = AF_INET;
  made.sin_port = htons(port);
  inet_pton(AF_INET, std::string{address}.c_str(), &made.sin_addr);
  return made;
}

/// As bind() and connect() want it.
template <class Address>
const sockaddr* generic(const Address& address) {
  return reinterpret_cast<const sockaddr*>(&address);
}

} // namespace vedette::simulation
