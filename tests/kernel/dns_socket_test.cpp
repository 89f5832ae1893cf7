// DNS by way of sockets that do what dig does not.

#include "tests/kernel/support/capture.hpp"
#include "tests/kernel/support/child.hpp"
#include "tests/kernel/support/dns_records.hpp"
#include "tests/kernel/support/dns_server.hpp"
#include "tests/support/dns_bytes.hpp"

#include <arpa/inet.h>
#include <map>
#include <netinet/in.h>
#include <netinet/tcp.h>

namespace vedette {

namespace {

namespace packet = events::net_packet_dns;

using bytes = std::vector<std::uint8_t>;

/// A query for `name` with so many bytes of additional text behind it.
bytes query(std::string_view name, std::size_t more = 0) {
  dns_bytes made;
  made.header(0x0100, {1, 0, 0, more > 0 ? 1U : 0U}).name(name).u16(1).u16(1);
  if (more > 0) // A record of a type that nobody knows.
    made.u8(0).u16(65280).u16(1).u32(0).u16(static_cast<unsigned>(more)).text(
        std::string(more, 'x'));
  return made.content();
}

/// With its length before it, as TCP has it.
bytes framed(const bytes& message) {
  bytes result{static_cast<std::uint8_t>(message.size() >> 8U),
               static_cast<std::uint8_t>(message.size())};
  result.insert(result.end(), message.begin(), message.end());
  return result;
}

sockaddr_in at_port(std::uint16_t port) {
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  to.sin_port = htons(port);
  return to;
}

const sockaddr* any(const sockaddr_in& one) {
  return reinterpret_cast<const sockaddr*>(&one);
}

void send_to(int socket, const bytes& message, std::uint16_t port = 53) {
  const auto to = at_port(port);
  EXPECT_EQ(sendto(socket, message.data(), message.size(), 0, any(to), sizeof(to)),
            static_cast<ssize_t>(message.size()));
}

void write_all(int socket, const bytes& what) {
  EXPECT_EQ(send(socket, what.data(), what.size(), 0), static_cast<ssize_t>(what.size()));
}

/// A TCP connection to ourselves.
struct connection {
  explicit connection(std::uint16_t port = 53) {
    const int one = 1;
    const auto to = at_port(port);
    const int listener = socket(AF_INET, SOCK_STREAM, 0);
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
    EXPECT_EQ(bind(listener, any(to), sizeof(to)), 0);
    EXPECT_EQ(listen(listener, 1), 0);
    client = socket(AF_INET, SOCK_STREAM, 0);
    setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
    EXPECT_EQ(connect(client, any(to), sizeof(to)), 0);
    server = accept(listener, nullptr, nullptr);
    close(listener);
  }
  ~connection() {
    close(client);
    close(server);
  }
  connection(const connection&) = delete;
  connection& operator=(const connection&) = delete;

  int client = -1, server = -1;
};

std::string wire(const captured& one) {
  const auto payload = one.event.get<packet::proto_dns>();
  EXPECT_TRUE(payload && payload->is_native);
  return std::string{payload ? payload->bytes : ""};
}

std::string text(const bytes& message) {
  return {message.begin(), message.end()};
}

std::vector<captured> in_direction(std::vector<captured> all, native_direction which) {
  const auto begin = R"({"direction":)" + std::to_string(which) + ",";
  std::erase_if(all, [&](const captured& one) {
    return !dns_metadata(one).starts_with(begin);
  });
  return all;
}

/// Everything happens in a network of its own, hence in a child; what it did is there when
/// it has ended.
class dns_socket : public testing::Test {
protected:
  template <class Body>
  std::vector<captured> in_new_network(Body body) {
    held_child child{[&] {
      enter_new_network();
      body();
      return HasFailure() ? 1 : 0;
    }};
    EXPECT_EQ(child.finish(), 0);
    pid_ = child.pid();
    return kernel_events.take();
  }

  capture kernel_events{{.events = {packet::kind}, .dns_ports = {53, 5300}}};
  pid_t pid_ = 0;
};

TEST_F(dns_socket, speaks_dns_at_the_configured_ports_only) {
  const auto all = in_new_network([] {
    const int client = socket(AF_INET, SOCK_DGRAM, 0);
    send_to(client, query("one.test"), 53);
    send_to(client, query("two.test"), 5300);
    send_to(client, query("three.test"), 5353);
    const auto other = at_port(5354);
    ASSERT_EQ(connect(client, any(other), sizeof(other)), 0);
    write_all(client, query("four.test"));
    const auto at = at_port(5300);
    ASSERT_EQ(connect(client, any(at), sizeof(at)), 0); // Again: as one may.
    close(client);
  });
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].event.get<packet::dst_port>(), 53);
  EXPECT_EQ(all[1].event.get<packet::dst_port>(), 5300);
}

TEST_F(dns_socket, shows_the_largest_datagram_whole) {
  const auto large = query("large.test", 60'000);
  const auto all = in_new_network([&] {
    const int server = socket(AF_INET, SOCK_DGRAM, 0);
    const auto here = at_port(53);
    ASSERT_EQ(bind(server, any(here), sizeof(here)), 0);
    send_to(socket(AF_INET, SOCK_DGRAM, 0), large);
  });
  ASSERT_EQ(all.size(), 2U); // Out and in.
  for (const auto& one : all) {
    EXPECT_EQ(wire(one), text(large));
    EXPECT_EQ(one.header().truncated, 0U);
    EXPECT_EQ(one.header().host_tgid, static_cast<__u32>(pid_));
  }
}

TEST_F(dns_socket, is_seen_behind_ipv6_extension_headers) {
  const auto all = in_new_network([] {
    const int client = socket(AF_INET6, SOCK_DGRAM, 0);
    const std::uint8_t options[16] = {0, 1, 1, 12}; // Padding.
    ASSERT_EQ(setsockopt(client, IPPROTO_IPV6, IPV6_DSTOPTS, options, 16), 0);
    ASSERT_EQ(setsockopt(client, IPPROTO_IPV6, IPV6_HOPOPTS, options, 16), 0);
    sockaddr_in6 to{};
    to.sin6_family = AF_INET6;
    to.sin6_addr = in6addr_loopback;
    to.sin6_port = htons(53);
    const auto message = query("behind.test");
    EXPECT_EQ(sendto(client, message.data(), message.size(), 0,
                     reinterpret_cast<sockaddr*>(&to), sizeof(to)),
              static_cast<ssize_t>(message.size()));
  });
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0].event.get<packet::dst>(), "::1");
  EXPECT_EQ(wire(all[0]), text(query("behind.test")));
}

TEST_F(dns_socket, of_ipv6_may_speak_ipv4) {
  const auto all = in_new_network([] {
    const int client = socket(AF_INET6, SOCK_DGRAM, 0);
    sockaddr_in6 to{};
    to.sin6_family = AF_INET6;
    inet_pton(AF_INET6, "::ffff:127.0.0.1", &to.sin6_addr);
    to.sin6_port = htons(53);
    const auto message = query("mapped.test");
    EXPECT_EQ(sendto(client, message.data(), message.size(), 0,
                     reinterpret_cast<sockaddr*>(&to), sizeof(to)),
              static_cast<ssize_t>(message.size()));
  });
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0].event.get<packet::src>(), "127.0.0.1");
}

TEST_F(dns_socket, may_be_raw) {
  const auto message = query("raw.test");
  const auto all = in_new_network([&] {
    dns_bytes datagram;
    datagram.u16(40000).u16(53).u16(static_cast<unsigned>(8 + message.size())).u16(0).text(
        text(message));
    const auto to = at_port(5354); // Of no meaning to it.
    const int client = socket(AF_INET, SOCK_RAW, IPPROTO_UDP);
    ASSERT_EQ(connect(client, any(to), sizeof(to)), 0);
    write_all(client, datagram.content());
  });
  const auto out = in_direction(all, NATIVE_EGRESS);
  ASSERT_EQ(out.size(), 1U);
  EXPECT_EQ(out[0].event.get<packet::src_port>(), 40000);
  EXPECT_EQ(wire(out[0]), text(message));
  EXPECT_EQ(out[0].header().host_tgid, static_cast<__u32>(pid_));
}

TEST_F(dns_socket, shows_tcp_messages_one_by_one) {
  const auto first = query("first.test"), second = query("second.test"),
             large = query("large.test", 65'000);
  const auto all = in_new_network([&] {
    const connection tcp;
    auto two = framed(first);
    const auto next = framed(second);
    two.insert(two.end(), next.begin(), next.end());
    write_all(tcp.client, two); // Two at once,
    for (const auto one : framed(first)) // one in many pieces,
      write_all(tcp.client, {one});
    write_all(tcp.client, framed(large)); // one in large ones.
  });
  for (const auto direction : {NATIVE_EGRESS, NATIVE_INGRESS}) {
    const auto seen = in_direction(all, direction);
    ASSERT_EQ(seen.size(), 4U) << direction;
    EXPECT_EQ(wire(seen[0]), text(first));
    EXPECT_EQ(wire(seen[1]), text(second));
    EXPECT_EQ(wire(seen[2]), text(first));
    EXPECT_EQ(wire(seen[3]), text(large));
  }
}

/// A child sends with what its parent has opened: the answer is the child's.
TEST_F(dns_socket, belongs_to_who_sent_last) {
  const auto all = in_new_network([&] {
    const int server = socket(AF_INET, SOCK_DGRAM, 0);
    const int client = socket(AF_INET, SOCK_DGRAM, 0);
    const auto here = at_port(53), from = at_port(40000);
    ASSERT_EQ(bind(server, any(here), sizeof(here)), 0);
    ASSERT_EQ(bind(client, any(from), sizeof(from)), 0);
    ASSERT_EQ(connect(client, any(here), sizeof(here)), 0);
    write_all(client, query("parent.test"));
    run_child([&] { return write_all(client, query("child.test")), 0; });
    const auto back = query("answer.test");
    sendto(server, back.data(), back.size(), 0, any(from), sizeof(from));
  });
  ASSERT_EQ(all.size(), 6U);
  std::map<std::string, std::pair<__u32, __u32>> whose; // Out, in.
  for (const auto& one : all) {
    dns_message message;
    ASSERT_TRUE(read_dns(one, message));
    const auto name = std::string{message.text(message.questions.at(0).name)};
    const bool out = dns_metadata(one).contains("\"direction\":2");
    (out ? whose[name].first : whose[name].second) = one.header().host_tgid;
  }
  const auto parent = static_cast<__u32>(pid_);
  EXPECT_EQ(whose["parent.test"], (std::pair{parent, parent}));
  const auto sender = whose["child.test"].first;
  EXPECT_NE(sender, parent);
  EXPECT_NE(sender, 0U);
  EXPECT_EQ(whose["child.test"].second, parent) << "the server bound its socket";
  EXPECT_EQ(whose["answer.test"].first, parent);
  EXPECT_EQ(whose["answer.test"].second, sender);
}

TEST(dns_of_before_the_start, is_nobodys_until_somebody_sends) {
  int to_child[2]{}, to_parent[2]{};
  ASSERT_EQ(pipe(to_child), 0);
  ASSERT_EQ(pipe(to_parent), 0);
  const auto pid = fork();
  if (pid == 0) {
    enter_new_network();
    const connection tcp;
    char go = 0;
    const bool told = write(to_parent[1], "r", 1) == 1 && read(to_child[0], &go, 1) == 1;
    write_all(tcp.client, framed(query("early.test")));
    write_all(tcp.server, framed(query("answer.test")));
    write_all(tcp.client, framed(query("late.test")));
    _exit(told ? 0 : 1);
  }
  char ready = 0;
  ASSERT_EQ(read(to_parent[0], &ready, 1), 1);
  capture kernel_events{{.events = {packet::kind}}};
  ASSERT_EQ(write(to_child[1], "g", 1), 1);
  int status = 0;
  ASSERT_EQ(waitpid(pid, &status, 0), pid);
  ASSERT_EQ(status, 0);

  const auto all = kernel_events.take();

  ASSERT_EQ(all.size(), 6U);
  std::vector<captured> nobodys;
  for (const auto& one : all)
    if (one.header().host_tgid != static_cast<__u32>(pid))
      nobodys.push_back(one);
  ASSERT_EQ(nobodys.size(), 1U);
  EXPECT_EQ(nobodys[0].header().host_tgid, 0U);
  EXPECT_EQ(wire(nobodys[0]), text(query("early.test")));
  EXPECT_EQ(dns_metadata(nobodys[0]),
            R"({"direction":1,"protocol":6,"processUnknown":true})");
  EXPECT_EQ(nobodys[0].header().cgroup_id, cgroup_id(getpid())) << "the socket's";
}

class dns_balance : public testing::TestWithParam<bool> {};

TEST_P(dns_balance, is_exact_when_rings_overflow) {
  constexpr auto floods = 4, messages = 2'000;
  constexpr auto tiny_ring = 4096;
  capture kernel_events{
      {.ring_bytes = tiny_ring, .events = {packet::kind}, .allow_dynptr = GetParam()}};
  std::vector<pid_t> children;
  for (auto i = 0; i < floods; ++i) {
    children.push_back(fork());
    if (children.back() != 0)
      continue;
    enter_new_network();
    const connection tcp;
    const int client = socket(AF_INET, SOCK_DGRAM, 0);
    for (auto n = 0; n < messages; ++n) {
      send_to(client, query("flood.test", static_cast<std::size_t>(n % 500)));
      write_all(tcp.client, framed(query("stream.test")));
    }
    _exit(0);
  }
  for (auto left = floods; left > 0;) { // Read now and then, so that rings wrap.
    left -= waitpid(-1, nullptr, WNOHANG) > 0 ? 1 : 0;
    kernel_events.take();
  }
  kernel_events.kernel().detach();
  kernel_events.take();

  std::uint64_t seen = 0, lost = 0, delivered = 0;
  for (unsigned shard = 0; shard < kernel_events.kernel().shards(); ++shard) {
    const auto counts = kernel_events.kernel().counts(packet::kind, shard);
    EXPECT_EQ(counts.seen, counts.filtered + counts.lost + counts.written);
    seen += counts.seen;
    lost += counts.lost;
    delivered += counts.written;
  }
  EXPECT_GE(seen, std::uint64_t{floods * messages}); // TCP may put messages together.
  EXPECT_GT(lost, 0U);
  EXPECT_EQ(kernel_events.decoded().delivered(packet::kind), delivered);
  EXPECT_EQ(kernel_events.decoded().corrupt(), 0U);
}

INSTANTIATE_TEST_SUITE_P(writers, dns_balance, testing::Bool(), [](const auto& test) {
  return test.param ? "dynptr" : "output";
});

} // namespace

} // namespace vedette
