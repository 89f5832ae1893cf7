// DNS as dnsmasq and dig speak it.

#include "bpf/proc_files.hpp"
#include "events/dns/dns_codes.hpp"
#include "tests/kernel/support/capture.hpp"
#include "tests/kernel/support/child.hpp"
#include "tests/kernel/support/dns_records.hpp"
#include "tests/kernel/support/dns_server.hpp"

#include <filesystem>
#include <fstream>
#include <optional>

namespace vedette {

namespace {

namespace packet = events::net_packet_dns;

/// A message that was seen, and what it says.
struct seen_message {
  explicit seen_message(const captured& from) : record{from} {
    sound = read_dns(from, message);
  }

  [[nodiscard]] std::string metadata() const {
    return dns_metadata(record);
  }
  [[nodiscard]] std::string question() const {
    return std::string{message.text(message.questions.at(0).name)};
  }

  captured record;
  dns_message message;
  bool sound = false;
};

std::vector<seen_message> messages_of(const std::vector<captured>& records) {
  return {records.begin(), records.end()};
}

struct lookup {
  const char* name;
  std::vector<std::string> asked; ///< For dig.
  const char* question;
  std::uint16_t type;
  std::uint8_t rcode;
  std::vector<std::string> answers;
};

void PrintTo(const lookup& tested, std::ostream* out) {
  *out << tested.name;
}

const std::vector<lookup> lookups{
    {"A", {"web.vedette.test", "A"}, "web.vedette.test", dns_type::a, 0, {"192.0.2.80"}},
    {"AAAA",
     {"web.vedette.test", "AAAA"},
     "web.vedette.test",
     dns_type::aaaa,
     0,
     {"2001:db8::80"}},
    {"CNAME",
     {"www.vedette.test", "A"},
     "www.vedette.test",
     dns_type::a,
     0,
     {"web.vedette.test", "192.0.2.80"}},
    {"PTR",
     {"-x", "192.0.2.80"},
     "80.2.0.192.in-addr.arpa",
     dns_type::ptr,
     0,
     {"web.vedette.test"}},
    {"NXDOMAIN",
     {"nobody.vedette.test", "A"},
     "nobody.vedette.test",
     dns_type::a,
     dns_rcode::nxdomain,
     {}}};

struct way {
  const char* name;
  bool tcp;
  const char* address;
};

void PrintTo(const way& tested, std::ostream* out) {
  *out << tested.name;
}

class dns_event : public testing::TestWithParam<std::tuple<lookup, way>> {
protected:
  [[nodiscard]] static const lookup& asked() { return std::get<0>(GetParam()); }
  [[nodiscard]] static const way& by() { return std::get<1>(GetParam()); }
  static std::string metadata(int direction) {
    return R"({"direction":)" + std::to_string(direction) + R"(,"protocol":)"
           + (by().tcp ? "6" : "17") + "}";
  }
  static std::vector<std::string> arguments() {
    auto all = asked().asked;
    all.push_back(std::string{"@"} + by().address);
    all.emplace_back(by().tcp ? "+tcp" : "+notcp");
    return all;
  }

  void expect_addresses(const seen_message& seen) {
    EXPECT_EQ(seen.record.event.get<packet::src>(), by().address);
    EXPECT_EQ(seen.record.event.get<packet::dst>(), by().address);
    EXPECT_EQ(seen.record.header().truncated, 0U);
    EXPECT_TRUE(seen.sound);
  }
  void expect_query(const seen_message& seen) {
    expect_addresses(seen);
    EXPECT_EQ(seen.record.event.get<packet::dst_port>(), 53);
    EXPECT_GT(seen.record.event.get<packet::src_port>(), 0);
    EXPECT_FALSE(seen.message.header.response);
    ASSERT_EQ(seen.message.questions.size(), 1U);
    EXPECT_EQ(seen.question(), asked().question);
    EXPECT_EQ(seen.message.questions[0].type, asked().type);
  }
  void expect_response(const seen_message& seen, const seen_message& query) {
    expect_addresses(seen);
    EXPECT_EQ(seen.record.event.get<packet::src_port>(), 53);
    EXPECT_EQ(seen.record.event.get<packet::dst_port>(),
              query.record.event.get<packet::src_port>());
    EXPECT_TRUE(seen.message.header.response);
    EXPECT_EQ(seen.message.header.id, query.message.header.id);
    EXPECT_EQ(seen.message.header.rcode, asked().rcode);
    ASSERT_EQ(seen.message.questions.size(), 1U);
    EXPECT_EQ(seen.question(), asked().question);
    std::vector<std::string> answers;
    for (const auto& one : seen.message.answers)
      answers.push_back(one.has_address ? to_string(one.address)
                                        : std::string{seen.message.text(one.target)});
    EXPECT_EQ(answers, asked().answers);
  }
};

TEST_P(dns_event, is_what_was_said_and_whose_it_is) {
  capture kernel_events{{.events = {packet::kind}}};
  const dns_server server;
  held_child child{[&] { return server.dig(arguments()); }};
  const context self{child.pid()};
  ASSERT_EQ(child.finish(), 0);
  const auto all = kernel_events.take();
  std::vector<captured> own, servers;
  for (const auto& one : all)
    (one.header().host_tgid == static_cast<__u32>(child.pid()) ? own : servers)
        .push_back(one);

  // Its own query on its way out, the answer on its way in.
  const auto asked = messages_of(own);
  ASSERT_EQ(asked.size(), 2U);
  for (const auto& one : asked) {
    self.expect_in(one.record.header());
    EXPECT_EQ(one.record.event.process_name(), "isc-net-0000") << "its thread's name";
    EXPECT_EQ(one.record.header().uid, getuid());
  }
  EXPECT_EQ(asked[0].metadata(), metadata(NATIVE_EGRESS));
  expect_query(asked[0]);
  EXPECT_EQ(asked[1].metadata(), metadata(NATIVE_INGRESS));
  expect_response(asked[1], asked[0]);

  // The same as the server sees it: it bound the socket, or (TCP) its child answers.
  auto answered = messages_of(servers);
  ASSERT_EQ(answered.size(), 2U);
  std::ranges::sort(answered, {}, [](const auto& one) { return one.record.header().time_ns; });
  EXPECT_EQ(answered[0].metadata(), metadata(NATIVE_INGRESS));
  EXPECT_EQ(answered[0].record.header().host_tgid, static_cast<__u32>(server.pid()));
  expect_query(answered[0]);
  EXPECT_EQ(answered[1].metadata(), metadata(NATIVE_EGRESS));
  EXPECT_EQ(answered[1].record.event.process_name(), "dnsmasq");
  EXPECT_TRUE(by().tcp || answered[1].record.header().host_tgid == answered[0].record.header().host_tgid);
  expect_response(answered[1], asked[0]);
}

INSTANTIATE_TEST_SUITE_P(
    dig, dns_event,
    testing::Combine(testing::ValuesIn(lookups),
                     testing::Values(way{"udp4", false, "127.0.0.1"},
                                     way{"udp6", false, "::1"},
                                     way{"tcp4", true, "127.0.0.1"},
                                     way{"tcp6", true, "::1"})),
    [](const auto& test) {
      return std::string{std::get<0>(test.param).name} + "_"
             + std::get<1>(test.param).name;
    });

/// A cgroup like a container's.
class container_cgroup {
public:
  container_cgroup() {
    std::filesystem::create_directories(path_);
  }
  ~container_cgroup() {
    std::filesystem::remove(path_);
    std::filesystem::remove(path_.parent_path()); // Unless somebody else is in there.
  }
  container_cgroup(const container_cgroup&) = delete;
  container_cgroup& operator=(const container_cgroup&) = delete;

  [[nodiscard]] std::uint64_t id() const { return stat_of(path_).st_ino; }
  [[nodiscard]] bool enter() const {
    std::ofstream file{path_ / "cgroup.procs"};
    return static_cast<bool>(file << getpid() << std::flush);
  }

private:
  std::filesystem::path path_ = std::filesystem::path{proc::cgroup_mount()}
                                / ("vedette" + std::to_string(getpid()))
                                / std::string(64, 'd');
};

TEST(dns_event_of_a_container, has_its_cgroup_in_both_directions) {
  const dns_server server;
  const container_cgroup container;
  capture kernel_events{{.events = {packet::kind}}};
  for (const auto* how : {"+notcp", "+tcp"}) {
    held_child child{[&] {
      return container.enter() ? server.dig({"web.vedette.test", "@127.0.0.1", how}) : 96;
    }};
    ASSERT_EQ(child.finish(), 0);
    const auto own = kernel_events.take(packet::kind, child.pid());
    ASSERT_EQ(own.size(), 2U) << how;
    EXPECT_EQ(own[0].header().cgroup_id, container.id());
    EXPECT_EQ(own[1].header().cgroup_id, container.id());
  }
}

} // namespace

} // namespace vedette
