// The calls of 32-bit programs: by their own numbers, and through socketcall(2).

#include "tests/kernel/support/capture.hpp"
#include "tests/kernel/support/child.hpp"
#include "tests/kernel/support/dns_server.hpp"
#include "tests/kernel/support/int80.hpp"
#include "tests/kernel/support/socket_calls.hpp"

namespace vedette {

namespace {

namespace created = events::security_socket_create;
namespace bound = events::security_socket_bind;
namespace listening = events::security_socket_listen;
namespace connected = events::security_socket_connect;
namespace accepted = events::security_socket_accept;

enum operation { SOCKET = 1, BIND = 2, CONNECT = 3, LISTEN = 4, ACCEPT = 5, ACCEPT4 = 18 };

/// By the call's own number in i386's table; accept() has none.
int directly(operation what, long a, long b, long c) {
  constexpr std::array<int, 19> numbers{0,   359, 361, 362, 363, 364, 0, 0, 0, 0,
                                        0,   0,   0,   0,   0,   0,   0, 0, 364};
  return static_cast<int>(by_int80(numbers[what], a, b, c, 0));
}

int through_socketcall(operation what, long a, long b, long c) {
  const std::array<std::uint32_t, 4> arguments{static_cast<std::uint32_t>(a),
                                               static_cast<std::uint32_t>(b),
                                               static_cast<std::uint32_t>(c), 0};
  auto* place = low_page() + 4096;
  std::memcpy(place, arguments.data(), sizeof(arguments));
  return static_cast<int>(by_int80(102, what, reinterpret_cast<long>(place)));
}

using way = int (*)(operation what, long a, long b, long c);

class compat_socket : public testing::TestWithParam<way> {};

TEST_P(compat_socket, has_every_argument) {
  capture kernel_events{{.events = {created::kind, bound::kind, listening::kind,
                                    connected::kind, accepted::kind}}};
  const auto call = GetParam();
  const auto pid = run_child([&] {
    enter_new_network();
    const auto here = any_address::v6("::1", 40123);
    std::memcpy(low_page(), &here.content, here.length);
    const auto address = reinterpret_cast<long>(low_page());
    close(3); // Descriptors are known.
    close(4);
    close(5);
    const int server = call(SOCKET, AF_INET6, SOCK_STREAM, 0);
    call(BIND, server, address, here.length);
    call(LISTEN, server, 3, 0);
    const int client = call(SOCKET, AF_INET6, SOCK_STREAM, 0);
    call(CONNECT, client, address, here.length);
    return call(ACCEPT, server, 0, 0) == 5 && call(ACCEPT4, client, 0, 0) < 0 ? 0 : 1;
  });
  auto all = kernel_events.take();
  std::erase_if(all, [&](const captured& one) {
    return one.header().host_tgid != static_cast<__u32>(pid)
           || (one.header().flags & RECORD_COMPAT) == 0;
  });
  ASSERT_EQ(all.size(), 6U);
  for (const auto& one : all)
    EXPECT_EQ(one.header().syscall == 102, call == through_socketcall);
  EXPECT_EQ(all[0].event.get<created::family>(), AF_INET6);
  EXPECT_EQ(all[0].event.get<created::protocol>(), 0);
  EXPECT_EQ(all[0].header().return_value, 3);
  EXPECT_EQ(all[1].event.get<bound::sockfd>(), 3);
  EXPECT_EQ(address_in<bound::local_addr>(all[1]), "[::1]:40123");
  EXPECT_EQ(all[2].event.get<listening::sockfd>(), 3);
  EXPECT_EQ(all[2].event.get<listening::backlog>(), 3);
  EXPECT_EQ(address_in<listening::local_addr>(all[2]), "[::1]:40123");
  EXPECT_EQ(all[4].event.get<connected::sockfd>(), 4);
  EXPECT_EQ(address_in<connected::remote_addr>(all[4]), "[::1]:40123");
  EXPECT_EQ(all[5].event.get<accepted::sockfd>(), 3);
  EXPECT_EQ(address_in<accepted::local_addr>(all[5]), "[::1]:40123");
  EXPECT_EQ(all[5].header().return_value, 5);
}

INSTANTIATE_TEST_SUITE_P(ways, compat_socket, testing::Values(directly, through_socketcall),
                         [](const auto& test) {
                           return test.param == directly ? "directly" : "socketcall";
                         });

} // namespace

} // namespace vedette
