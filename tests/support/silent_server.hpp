#pragma once

#include <cstring>
#include <stdexcept>
#include <string>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace vedette {

/// A unix socket that takes connections, and says nothing to anybody.
class silent_server {
public:
  explicit silent_server(const std::string& path)
      : socket_{socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)} {
    constexpr auto many = 64;
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, path.c_str(), sizeof(address.sun_path) - 1);
    if (bind(socket_, reinterpret_cast<sockaddr*>(&address), sizeof(address)) != 0
        || listen(socket_, many) != 0)
      throw std::runtime_error{"cannot listen at " + path};
  }
  ~silent_server() { close(socket_); }
  silent_server(const silent_server&) = delete;
  silent_server& operator=(const silent_server&) = delete;

private:
  int socket_;
};

} // namespace vedette
