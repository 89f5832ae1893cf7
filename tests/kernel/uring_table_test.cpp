// Files that are in an io_uring's own table, and have no descriptor.

#include "tests/kernel/support/socket_calls.hpp"
#include "tests/kernel/support/uring.hpp"

#include <array>

namespace vedette {

namespace {

namespace made = events::security_socket_create;
namespace bound = events::security_socket_bind;
namespace connected = events::security_socket_connect;
namespace listening = events::security_socket_listen;
namespace accepted = events::security_socket_accept;

/// Places of the table.
enum : std::uint8_t { SERVER, CLIENT, TAKEN, PLACES };

io_uring_sqe in_table(io_uring_sqe request) {
  request.flags |= IOSQE_FIXED_FILE;
  return request;
}

io_uring_sqe into_table(io_uring_sqe request, unsigned place) {
  request.file_index = place + 1;
  return request;
}

std::uint16_t free_port() {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof(address);
  const file_descriptor any{socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  EXPECT_EQ(bind(any.get(), reinterpret_cast<sockaddr*>(&address), length), 0);
  EXPECT_EQ(getsockname(any.get(), reinterpret_cast<sockaddr*>(&address), &length), 0);
  return ntohs(address.sin_port);
}

class uring_table : public testing::Test {
protected:
  uring_table() {
    std::array<int, PLACES> none{-1, -1, -1};
    EXPECT_EQ(syscall(SYS_io_uring_register, ring.fd(), IORING_REGISTER_FILES,
                      none.data(), none.size()),
              0);
    kernel_events.take();
  }

  /// The only one of all: a socket of the table has no number that `sockfd` could be.
  captured only(event_kind kind) {
    const auto records = kernel_events.take(kind, getpid());
    EXPECT_EQ(records.size(), 1U) << definition_of(kind).name;
    return records.at(0);
  }

  uring ring;
  capture kernel_events{{.events = {made::kind, bound::kind, listening::kind,
                                    connected::kind, accepted::kind},
                         .only_probe = by_uring}};
};

TEST_F(uring_table, has_sockets_without_descriptors) {
  auto create = request_to(IORING_OP_SOCKET, AF_INET, 0, SOCK_STREAM);
  create.len = IPPROTO_TCP;
  ASSERT_EQ(ring.run(into_table(create, SERVER)), 0);
  ASSERT_EQ(ring.run(into_table(create, CLIENT)), 0);
  const auto creations = kernel_events.take(made::kind, getpid());
  ASSERT_EQ(creations.size(), 2U);
  EXPECT_EQ(creations[1].event.get<made::family>(), AF_INET);
  EXPECT_EQ(creations[1].header().return_value, 0);

  const auto port = free_port();
  kernel_events.take();
  const auto address = any_address::v4("127.0.0.1", port);
  const auto here = "127.0.0.1:" + std::to_string(port);
  const auto with_address = [&](unsigned operation, int place) {
    return in_table(
        request_to(operation, place, address_of(address.get()), address.length));
  };
  ASSERT_EQ(ring.run(with_address(URING_OP_BIND, SERVER)), 0);
  const auto binding = only(bound::kind);
  EXPECT_FALSE(binding.event.get<bound::sockfd>());
  EXPECT_EQ(address_in<bound::local_addr>(binding), here);

  auto listen = in_table(request_to(URING_OP_LISTEN, SERVER));
  listen.len = 7;
  ASSERT_EQ(ring.run(listen), 0);
  const auto listens = only(listening::kind);
  EXPECT_FALSE(listens.event.get<listening::sockfd>());
  EXPECT_EQ(listens.event.get<listening::backlog>(), 7);
  EXPECT_EQ(address_in<listening::local_addr>(listens), here);

  ASSERT_EQ(ring.run(with_address(IORING_OP_CONNECT, CLIENT)), 0);
  const auto connects = only(connected::kind);
  EXPECT_FALSE(connects.event.get<connected::sockfd>());
  EXPECT_EQ(connects.event.get<connected::type>(), SOCK_STREAM);
  EXPECT_EQ(address_in<connected::remote_addr>(connects), here);

  ASSERT_EQ(ring.run(into_table(in_table(request_to(IORING_OP_ACCEPT, SERVER)), TAKEN)),
            0);
  const auto accepts = only(accepted::kind);
  EXPECT_FALSE(accepts.event.get<accepted::sockfd>());
  EXPECT_EQ(address_in<accepted::local_addr>(accepts), here);
}

TEST_F(uring_table, has_a_socket_that_is_asked_without_an_answer) {
  const auto port = free_port();
  const auto here = "127.0.0.1:" + std::to_string(port);
  const auto address = any_address::v4("127.0.0.1", port);
  const file_descriptor server{socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  ASSERT_EQ(bind(server.get(), address.get(), address.length), 0);
  ASSERT_EQ(listen(server.get(), 1), 0);
  auto create = request_to(IORING_OP_SOCKET, AF_INET, 0, SOCK_STREAM);
  ASSERT_EQ(ring.run(into_table(create, CLIENT)), 0);
  kernel_events.take();
  auto connect = in_table(
      request_to(IORING_OP_CONNECT, CLIENT, address_of(address.get()), address.length));
  connect.flags |= IOSQE_CQE_SKIP_SUCCESS;
  ring.submit(connect);
  const auto connects = only(connected::kind);
  EXPECT_FALSE(connects.event.get<connected::sockfd>());
  EXPECT_EQ(connects.event.get<connected::type>(), SOCK_STREAM);
  EXPECT_EQ(address_in<connected::remote_addr>(connects), here);
}

} // namespace

} // namespace vedette
