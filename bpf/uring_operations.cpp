#include "bpf/uring_operations.hpp"

namespace vedette {

namespace {

constexpr std::uint64_t only(uring_operation operation) {
  return std::uint64_t{1} << static_cast<unsigned>(operation);
}

/// What one is that reads or writes depends on where, and on flags: uring_io.bpf.h.
constexpr auto readings = only(URING_READ) | only(URING_READ_FIXED);
constexpr auto writings = only(URING_WRITE) | only(URING_WRITE_FIXED);

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
  case event_kind::magic_write:
    return writings | only(URING_WRITEV);
  case event_kind::read:
  case event_kind::pread64:
    return readings;
  case event_kind::readv:
  case event_kind::preadv:
  case event_kind::preadv2:
    return only(URING_READV);
  case event_kind::write:
  case event_kind::pwrite64:
    return writings;
  case event_kind::writev:
  case event_kind::pwritev:
  case event_kind::pwritev2:
    return only(URING_WRITEV);
  case event_kind::close:
    return only(URING_CLOSE);
  case event_kind::statx:
    return only(URING_STATX);
  case event_kind::fallocate:
    return only(URING_FALLOCATE);
  case event_kind::ftruncate:
    return only(URING_FTRUNCATE);
  case event_kind::fsync:
  case event_kind::fdatasync:
    return only(URING_FSYNC);
  case event_kind::sync_file_range:
    return only(URING_SYNC_FILE_RANGE);
  case event_kind::fadvise64:
    return only(URING_FADVISE);
  case event_kind::madvise:
    return only(URING_MADVISE);
  case event_kind::splice:
    return only(URING_SPLICE);
  case event_kind::tee:
    return only(URING_TEE);
  case event_kind::pipe2:
    return only(URING_PIPE);
  case event_kind::shutdown:
    return only(URING_SHUTDOWN);
  case event_kind::sendto:
    return only(URING_SEND) | only(URING_SEND_ZC);
  case event_kind::recvfrom:
    return only(URING_RECV);
  case event_kind::sendmsg:
    return only(URING_SENDMSG) | only(URING_SENDMSG_ZC);
  case event_kind::recvmsg:
    return only(URING_RECVMSG);
  case event_kind::epoll_ctl:
    return only(URING_EPOLL_CTL);
  case event_kind::waitid:
    return only(URING_WAITID);
  case event_kind::setxattr:
    return only(URING_SETXATTR);
  case event_kind::fsetxattr:
    return only(URING_FSETXATTR);
  case event_kind::getxattr:
    return only(URING_GETXATTR);
  case event_kind::fgetxattr:
    return only(URING_FGETXATTR);
  default:
    return 0;
  }
}

} // namespace vedette
