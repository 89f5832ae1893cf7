#pragma once

#include "events/socket_address.hpp"
#include "tests/kernel/support/only.hpp"

#include <arpa/inet.h>
#include <cstddef>
#include <cstring>
#include <netinet/in.h>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace vedette {

/// An address for bind() and connect().
struct any_address {
  sockaddr_storage content{};
  socklen_t length = 0;

  [[nodiscard]] const sockaddr* get() const {
    return reinterpret_cast<const sockaddr*>(&content);
  }

  static any_address v4(const char* ip, std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    inet_pton(AF_INET, ip, &address.sin_addr);
    return of(address, sizeof(address));
  }
  static any_address v6(const char* ip, std::uint16_t port) {
    sockaddr_in6 address{};
    address.sin6_family = AF_INET6;
    address.sin6_port = htons(port);
    inet_pton(AF_INET6, ip, &address.sin6_addr);
    return of(address, sizeof(address));
  }
  /// An abstract one begins with a NUL.
  static any_address local(std::string_view path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof(address.sun_path));
    return of(address, offsetof(sockaddr_un, sun_path) + path.size());
  }

private:
  template <class Address>
  static any_address of(const Address& address, std::size_t length) {
    any_address result;
    std::memcpy(&result.content, &address, sizeof(address));
    result.length = static_cast<socklen_t>(length);
    return result;
  }
};

/// An argument's address as text: `127.0.0.1:80`, `[::1]:80`, a path, `family 0`; "": it
/// has none.
template <class Argument>
std::string address_in(const captured& one) {
  const auto argument = one.event.get<Argument>();
  const auto found = argument ? socket_address_of(*argument) : std::nullopt;
  if (!found)
    return "";
  if (found->family == AF_INET)
    return to_string(found->ip) + ":" + std::to_string(found->port);
  if (found->family == AF_INET6)
    return "[" + to_string(found->ip) + "]:" + std::to_string(found->port);
  if (found->family == AF_UNIX)
    return std::string{found->path()};
  return "family " + std::to_string(found->family);
}

} // namespace vedette
