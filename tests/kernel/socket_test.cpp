// Sockets made, bound, listening, connected, accepted from.

#include "tests/kernel/support/capture.hpp"
#include "tests/kernel/support/child.hpp"
#include "tests/kernel/support/dns_server.hpp"
#include "tests/kernel/support/scratch_dir.hpp"
#include "tests/kernel/support/sleeping.hpp"
#include "tests/kernel/support/socket_calls.hpp"

#include <fcntl.h>
#include <fstream>
#include <thread>

namespace vedette {

namespace {

namespace created = events::security_socket_create;
namespace bound = events::security_socket_bind;
namespace listening = events::security_socket_listen;
namespace connected = events::security_socket_connect;
namespace accepted = events::security_socket_accept;

class socket_event : public testing::Test {
protected:
  /// Those of this process so far.
  std::vector<captured> of(event_kind kind) {
    for (const auto& one : kernel_events.take())
      if (one.header().host_tgid == static_cast<__u32>(getpid()))
        all_.push_back(one);
    auto some = all_;
    std::erase_if(some, [&](const captured& one) { return one.event.kind() != kind; });
    return some;
  }
  /// Filtered so far, of all processes.
  std::uint64_t filtered(event_kind kind) {
    std::uint64_t sum = 0;
    for (unsigned shard = 0; shard < kernel_events.kernel().shards(); ++shard)
      sum += kernel_events.kernel().counts(kind, shard).reasons[FILTERED_FAILED];
    return sum;
  }

  capture kernel_events{{.events = {created::kind, bound::kind, listening::kind,
                                    connected::kind, accepted::kind}}};
  scratch_dir dir_;
  std::vector<captured> all_;
};

TEST_F(socket_event, is_told_of_each_that_is_made) {
  const context self{getpid()};
  const int datagram = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_UDP);
  const int stream = socket(AF_INET6, SOCK_STREAM, 0);
  const int local = socket(AF_UNIX, SOCK_SEQPACKET, 0);
  ASSERT_EQ(socket(AF_INET, SOCK_STREAM, 99), -1);
  const auto records = of(created::kind);
  ASSERT_EQ(records.size(), 4U);
  const std::array<std::array<int, 4>, 4> expected{
      {{AF_INET, SOCK_DGRAM, IPPROTO_UDP, datagram},
       {AF_INET6, SOCK_STREAM, 0, stream},
       {AF_UNIX, SOCK_SEQPACKET, 0, local},
       {AF_INET, SOCK_STREAM, 99, -EPROTONOSUPPORT}}};
  for (std::size_t i = 0; i < records.size(); ++i) {
    const auto event = records[i].event;
    self.expect_in(event.header());
    EXPECT_EQ(event.get<created::family>(), expected[i][0]);
    EXPECT_EQ(event.get<created::type>(), expected[i][1]);
    EXPECT_EQ(event.get<created::protocol>(), expected[i][2]);
    EXPECT_EQ(event.get<created::kern>(), 0);
    EXPECT_EQ(event.header().return_value, expected[i][3]);
  }
  for (const auto one : {datagram, stream, local})
    close(one);
}

TEST_F(socket_event, is_told_of_both_of_a_pair) {
  std::array<int, 2> pair{};
  ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, pair.data()), 0);
  EXPECT_EQ(of(created::kind).size(), 2U);
  close(pair[0]);
  close(pair[1]);
}

TEST_F(socket_event, is_no_event_when_it_is_nonsense) {
  const auto before = filtered(created::kind);
  EXPECT_EQ(socket(99, SOCK_STREAM, 0), -1);
  EXPECT_EQ(socket(AF_INET, 12, 0), -1);
  EXPECT_EQ(socket(AF_INET, SOCK_STREAM | 0x100000, 0), -1);
  const auto address = any_address::v4("127.0.0.1", 5);
  EXPECT_EQ(connect(-1, address.get(), address.length), -1);
  const int null = open("/dev/null", O_RDONLY);
  EXPECT_EQ(bind(null, address.get(), address.length), -1);
  EXPECT_EQ(listen(null, 5), -1);
  close(null);
  const int stream = socket(AF_INET, SOCK_STREAM, 0);
  EXPECT_EQ(connect(stream, nullptr, 16), -1);
  EXPECT_EQ(connect(stream, address.get(), 129), -1);
  close(stream);
  EXPECT_GE(filtered(created::kind), before + 3);
  EXPECT_EQ(of(created::kind).size(), 1U);
  EXPECT_TRUE(of(connected::kind).empty());
  EXPECT_EQ(filtered(connected::kind), 3U);
  EXPECT_EQ(filtered(bound::kind), 1U);
  EXPECT_EQ(filtered(listening::kind), 1U);
}

/// One kind of address, and how it is shown.
struct place {
  const char* name;
  int family;
  any_address (*at)(const std::string& directory);
  std::string (*shown)(const std::string& directory);
};

void PrintTo(const place& tested, std::ostream* out) {
  *out << tested.name;
}

constexpr std::uint16_t port = 40123;

const place places[]{
    {"v4", AF_INET, [](const std::string&) { return any_address::v4("127.0.0.1", port); },
     [](const std::string&) { return std::string{"127.0.0.1:40123"}; }},
    {"v6", AF_INET6, [](const std::string&) { return any_address::v6("::1", port); },
     [](const std::string&) { return std::string{"[::1]:40123"}; }},
    {"path", AF_UNIX,
     [](const std::string& directory) { return any_address::local(directory + "/socket"); },
     [](const std::string& directory) { return directory + "/socket"; }},
    {"abstract", AF_UNIX,
     [](const std::string&) { return any_address::local({"\0vedette test", 13}); },
     [](const std::string&) { return std::string{"@vedette test"}; }}};

class socket_at : public socket_event, public testing::WithParamInterface<place> {
protected:
  any_address here() { return GetParam().at(dir_.path()); }
  std::string shown() { return GetParam().shown(dir_.path()); }

  /// In a network of its own, from listening to an accepted connection; → descriptors:
  /// server, client, accepted one.
  static std::array<int, 3> talk(const place& where, const std::string& directory) {
    enter_new_network();
    const auto here = where.at(directory);
    const int server = socket(where.family, SOCK_STREAM, 0);
    const int client = socket(where.family, SOCK_STREAM, 0);
    EXPECT_EQ(bind(server, here.get(), here.length), 0);
    EXPECT_EQ(listen(server, 7), 0);
    EXPECT_EQ(connect(client, here.get(), here.length), 0);
    return {server, client, accept4(server, nullptr, nullptr, SOCK_CLOEXEC)};
  }
};

TEST_P(socket_at, has_every_argument_of_its_life) {
  std::array<int, 2> told{};
  ASSERT_EQ(pipe(told.data()), 0);
  held_child child{[&] {
    const auto all = talk(GetParam(), dir_.path());
    return write(told[1], all.data(), sizeof(all)) == sizeof(all) ? 0 : 1;
  }};
  const context self{child.pid()};
  ASSERT_EQ(child.finish(), 0);
  std::array<int, 3> descriptors{};
  ASSERT_EQ(read(told[0], descriptors.data(), sizeof(descriptors)), 12);
  const auto [server, client, taken] = descriptors;
  std::vector<captured> all = kernel_events.take();
  std::erase_if(all, [&](const captured& one) {
    return one.header().host_tgid != self.pid || one.event.kind() == created::kind;
  });
  ASSERT_EQ(all.size(), 4U);
  for (const auto& one : all) {
    self.expect_in(one.header());
    EXPECT_EQ(one.header().unresolved, 0U);
    EXPECT_EQ(one.header().truncated, 0U);
  }

  ASSERT_EQ(all[0].event.kind(), bound::kind);
  EXPECT_EQ(all[0].event.get<bound::sockfd>(), server);
  EXPECT_EQ(address_in<bound::local_addr>(all[0]), shown());
  EXPECT_EQ(all[0].header().return_value, 0);

  ASSERT_EQ(all[1].event.kind(), listening::kind);
  EXPECT_EQ(all[1].event.get<listening::sockfd>(), server);
  EXPECT_EQ(all[1].event.get<listening::backlog>(), 7);
  EXPECT_EQ(address_in<listening::local_addr>(all[1]), shown());

  ASSERT_EQ(all[2].event.kind(), connected::kind);
  EXPECT_EQ(all[2].event.get<connected::sockfd>(), client);
  EXPECT_EQ(all[2].event.get<connected::type>(), SOCK_STREAM);
  EXPECT_EQ(address_in<connected::remote_addr>(all[2]), shown());
  EXPECT_EQ(all[2].header().return_value, 0);

  ASSERT_EQ(all[3].event.kind(), accepted::kind);
  EXPECT_EQ(all[3].event.get<accepted::sockfd>(), server);
  EXPECT_EQ(address_in<accepted::local_addr>(all[3]), shown());
  EXPECT_EQ(all[3].header().return_value, taken);
}

TEST_P(socket_at, shows_where_an_attempt_went_that_was_refused) {
  const int client = socket(GetParam().family, SOCK_STREAM, 0);
  const auto nobody = here();
  ASSERT_EQ(connect(client, nobody.get(), nobody.length), -1);
  const auto why = -errno;
  close(client);
  const auto records = of(connected::kind);
  ASSERT_EQ(records.size(), 1U);
  EXPECT_EQ(address_in<connected::remote_addr>(records[0]), shown());
  EXPECT_EQ(records[0].header().return_value, why);
}

INSTANTIATE_TEST_SUITE_P(places, socket_at, testing::ValuesIn(places),
                         [](const auto& test) { return test.param.name; });

TEST_F(socket_event, has_the_backlog_that_the_kernel_makes_of_it) {
  int most = 0;
  std::ifstream{"/proc/sys/net/core/somaxconn"} >> most;
  const int server = socket(AF_INET, SOCK_STREAM, 0);
  ASSERT_EQ(listen(server, 1'000'000), 0);
  ASSERT_EQ(listen(server, -1), 0);
  close(server);
  const auto records = of(listening::kind);
  ASSERT_EQ(records.size(), 2U);
  EXPECT_EQ(records[0].event.get<listening::backlog>(), most);
  EXPECT_EQ(records[1].event.get<listening::backlog>(), most);
}

TEST_F(socket_event, of_an_accept_is_one_that_gave_a_connection) {
  const int server = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  ASSERT_EQ(listen(server, 1), 0);
  EXPECT_EQ(accept(server, nullptr, nullptr), -1);
  close(server);
  EXPECT_TRUE(of(accepted::kind).empty());
  EXPECT_GE(filtered(accepted::kind), 1U);
}

TEST_F(socket_event, of_a_datagram_socket_says_so) {
  const int client = socket(AF_INET, SOCK_DGRAM, 0);
  const auto to = any_address::v4("127.0.0.1", 9);
  ASSERT_EQ(connect(client, to.get(), to.length), 0);
  any_address nowhere;
  nowhere.length = sizeof(sa_family_t); // AF_UNSPEC: no longer connected.
  ASSERT_EQ(connect(client, nowhere.get(), nowhere.length), 0);
  close(client);
  const auto records = of(connected::kind);
  ASSERT_EQ(records.size(), 2U);
  EXPECT_EQ(records[0].event.get<connected::type>(), SOCK_DGRAM);
  EXPECT_EQ(address_in<connected::remote_addr>(records[0]), "127.0.0.1:9");
  EXPECT_EQ(address_in<connected::remote_addr>(records[1]), "family 0");
}

/// A connect() that waits, as nobody can be taken; meanwhile its address is overwritten.
TEST_F(socket_event, shows_the_address_that_the_kernel_used) {
  const int server = socket(AF_INET, SOCK_STREAM, 0);
  auto where = any_address::v4("127.0.0.1", 0);
  ASSERT_EQ(bind(server, where.get(), where.length), 0);
  ASSERT_EQ(listen(server, 0), 0);
  where.length = sizeof(where.content);
  getsockname(server, reinterpret_cast<sockaddr*>(&where.content), &where.length);
  const int first = socket(AF_INET, SOCK_STREAM, 0); // Takes the only place.
  ASSERT_EQ(connect(first, where.get(), where.length), 0);
  const auto real = address_in<connected::remote_addr>(of(connected::kind).at(0));
  auto passed = where;
  std::atomic<pid_t> tid = 0;
  int result = -1;
  std::jthread second{[&] {
    const int client = socket(AF_INET, SOCK_STREAM, 0);
    tid = gettid();
    result = connect(client, passed.get(), passed.length);
    close(client);
  }};
  while (tid == 0 || !sleeps(tid)) {
  }
  passed = any_address::v4("192.0.2.66", 66);
  close(accept(server, nullptr, nullptr));
  second.join();
  ASSERT_EQ(result, 0);
  close(first);
  close(server);
  const auto records = of(connected::kind);
  ASSERT_EQ(records.size(), 2U);
  EXPECT_EQ(address_in<connected::remote_addr>(records[1]), real);
  EXPECT_TRUE(is_unresolved<connected::remote_addr>(records[1]));
}

TEST_F(socket_event, is_not_in_doubt_just_because_there_are_threads) {
  const int server = socket(AF_INET, SOCK_STREAM, 0);
  auto where = any_address::v4("127.0.0.1", port);
  std::jthread{[&] {
    const int client = socket(AF_INET, SOCK_DGRAM, 0);
    EXPECT_EQ(bind(server, where.get(), where.length), 0);
    EXPECT_EQ(connect(client, where.get(), where.length), 0);
    close(client);
  }}.join();
  close(server);
  const auto binds = of(bound::kind), connects = of(connected::kind);
  ASSERT_EQ(binds.size(), 1U);
  ASSERT_EQ(connects.size(), 1U);
  EXPECT_FALSE(is_unresolved<bound::local_addr>(binds[0]));
  EXPECT_FALSE(is_unresolved<connected::remote_addr>(connects[0]));
}

} // namespace

} // namespace vedette
