#include "tests/kernel/support/capture.hpp"
#include "tests/kernel/support/child.hpp"
#include "tests/kernel/support/int80.hpp"
#include "tests/kernel/support/socket_calls.hpp"

#include <fcntl.h>
#include <sys/syscall.h>

namespace vedette {

namespace {

namespace duplicated = events::socket_dup;

class socket_dup_event : public testing::Test {
protected:
  capture kernel_events{{.events = {duplicated::kind}}};
};

TEST_F(socket_dup_event, has_every_argument_whichever_call_it_was) {
  const context self{getpid()};
  const int client = socket(AF_INET, SOCK_DGRAM, 0);
  const auto to = any_address::v4("127.0.0.1", 4444);
  ASSERT_EQ(connect(client, to.get(), to.length), 0);
  constexpr int high = 200;
  const std::array<std::pair<long, long>, 8> made{{
      {dup(client), SYS_dup},
      {dup2(client, high), SYS_dup2},
      {dup3(client, high + 1, O_CLOEXEC), SYS_dup3},
      {fcntl(client, F_DUPFD, high + 2), SYS_fcntl},
      {fcntl(client, F_DUPFD_CLOEXEC, high + 3), SYS_fcntl},
      {by_int80(41, client, 0), 41},
      {by_int80(63, client, high + 5), 63},
      {by_int80(221, client, F_DUPFD, high + 6), 221},
  }};
  const auto records = kernel_events.take(duplicated::kind, getpid());
  ASSERT_EQ(records.size(), made.size());
  for (std::size_t i = 0; i < made.size(); ++i) {
    const auto event = records[i].event;
    self.expect_in(event.header());
    EXPECT_EQ(event.header().syscall, made[i].second);
    EXPECT_EQ(event.get<duplicated::oldfd>(), client);
    EXPECT_EQ(event.get<duplicated::newfd>(), made[i].first);
    EXPECT_EQ(event.header().return_value, made[i].first);
    EXPECT_EQ(address_in<duplicated::remote_addr>(records[i]), "127.0.0.1:4444");
    close(static_cast<int>(made[i].first));
  }
  close(client);
}

TEST_F(socket_dup_event, has_the_peer_of_any_family) {
  const int v6 = socket(AF_INET6, SOCK_DGRAM, 0);
  const auto to = any_address::v6("::1", 5555);
  ASSERT_EQ(connect(v6, to.get(), to.length), 0);
  const int server = socket(AF_UNIX, SOCK_DGRAM, 0), local = socket(AF_UNIX, SOCK_DGRAM, 0);
  const auto path = any_address::local({"\0vedette dup", 12});
  ASSERT_EQ(bind(server, path.get(), path.length), 0);
  ASSERT_EQ(connect(local, path.get(), path.length), 0);
  const int nowhere = socket(AF_INET, SOCK_STREAM, 0);
  const int netlink = socket(AF_NETLINK, SOCK_RAW, 0);
  for (const auto one : {v6, local, server, nowhere, netlink})
    close(dup(one));
  const auto records = kernel_events.take(duplicated::kind, getpid());
  ASSERT_EQ(records.size(), 5U);
  const std::array<const char*, 5> expected{"[::1]:5555", "@vedette dup", "", "0.0.0.0:0",
                                            "family 16"};
  for (std::size_t i = 0; i < records.size(); ++i)
    EXPECT_EQ(address_in<duplicated::remote_addr>(records[i]), expected[i]);
  for (const auto one : {v6, local, server, nowhere, netlink})
    close(one);
}

TEST_F(socket_dup_event, is_not_of_files_and_not_of_other_calls) {
  const int file = open("/dev/null", O_RDONLY), client = socket(AF_INET, SOCK_DGRAM, 0);
  close(dup(file));
  EXPECT_EQ(dup(-1), -1);
  EXPECT_GE(fcntl(client, F_GETFD), 0);
  EXPECT_GE(fcntl(client, F_GETFL), 0);
  close(file);
  close(client);
  EXPECT_TRUE(kernel_events.take(duplicated::kind, getpid()).empty());
}

} // namespace

} // namespace vedette
