#include "bpf/uring_operations.hpp"

namespace vedette {

namespace {

constexpr std::uint64_t only(uring_operation operation) {
  return std::uint64_t{1} << static_cast<unsigned>(operation);
}

} // namespace

std::uint64_t uring_operations_of(event_kind event) {
  switch (event) {
  case event_kind::security_file_open:
    return only(URING_OPENAT) | only(URING_OPENAT2);
  case event_kind::openat:
    return only(URING_OPENAT);
  case event_kind::openat2:
    return only(URING_OPENAT2);
  case event_kind::security_inode_unlink:
  case event_kind::unlinkat:
    return only(URING_UNLINKAT);
  case event_kind::security_inode_rename:
  case event_kind::renameat2:
    return only(URING_RENAMEAT);
  case event_kind::mkdirat:
    return only(URING_MKDIRAT);
  case event_kind::symlinkat:
    return only(URING_SYMLINKAT);
  case event_kind::linkat:
    return only(URING_LINKAT);
  case event_kind::security_socket_create:
  case event_kind::socket:
    return only(URING_SOCKET);
  case event_kind::security_socket_bind:
  case event_kind::bind:
    return only(URING_BIND);
  case event_kind::security_socket_connect:
  case event_kind::connect:
    return only(URING_CONNECT);
  case event_kind::security_socket_listen:
  case event_kind::listen:
    return only(URING_LISTEN);
  case event_kind::security_socket_accept:
  case event_kind::accept4:
    return only(URING_ACCEPT);
  default:
    return 0;
  }
}

} // namespace vedette
