// Signatures whose state is the host's: what one process does matters to what another one
// does, whichever shards they are in.

#include "events/dns/proto_dns.hpp"
#include "events/socket_address.hpp"
#include "tests/e2e/json.hpp"
#include "tests/e2e/recorded.hpp"
#include "tests/e2e/vedette.hpp"
#include "tests/support/dns_messages.hpp"

#include <gmock/gmock.h>

namespace vedette::e2e {

namespace {

using testing::ElementsAre;

constexpr std::int64_t second = 1'000'000'000, minute = 60 * second,
                       start = 1'700'000'000 * second;

std::string in_container(const std::string& id, std::string line) {
  const auto added = R"("containerId":")" + id
                     + R"(","contextFlags":{"containerStarted":true,"isCompat":false},)";
  return line.insert(line.find(R"("eventName")"), added);
}

std::string text_argument(const std::string& name, const std::string& text) {
  return R"({"name":")" + name + R"(","type":"string","value":")" + text + R"("})";
}

std::string connect_line(std::int64_t time, int pid, std::string_view ip) {
  socket_address to;
  to.family = AF_INET;
  to.port = 443;
  to.ip = parse_address(ip).value();
  std::string argument = R"({"name":"remote_addr","type":"SockAddr","value":)";
  append_socket_address(argument, to);
  return event_line("security_socket_connect", time, pid, argument + "}");
}

std::string dns_line(std::int64_t time, int pid, const dns_builder& what) {
  const bool response = what.message().header.response;
  std::string arguments =
      text_argument("src", response ? "192.0.2.53" : "192.0.2.10") + ","
      + text_argument("dst", response ? "192.0.2.10" : "192.0.2.53")
      + R"(,{"name":"src_port","type":"uint16","value":)" + (response ? "53" : "40112")
      + R"(},{"name":"dst_port","type":"uint16","value":)" + (response ? "40112" : "53")
      + R"(},{"name":"proto_dns","type":"trace.ProtoDNS","value":)";
  append_proto_dns(arguments, what.message());
  return event_line("net_packet_dns", time, pid, arguments + "}");
}

/// A question for a name, and an address as its answer a millisecond later.
std::string resolve_lines(std::int64_t time, int pid, std::string_view name,
                          std::string_view address, std::uint32_t ttl) {
  constexpr std::int64_t millisecond = 1'000'000;
  return dns_line(time, pid, dns_query(name))
         + dns_line(time + millisecond, pid, dns_answer(name).a(name, address, ttl));
}

/// By shards.
class HostSignatures : public testing::TestWithParam<unsigned> {
protected:
  /// Of each finding its process and its data, but for the cause.
  static std::vector<std::string> findings_of(const std::string& id,
                                              const std::string& input) {
    const auto result =
        vedette({"replay", "-", "--output", "json", "--signatures", id, "--set",
                 "pipeline.shards=" + std::to_string(GetParam())},
                {.input = all_of(input)});
    EXPECT_EQ(result.code, 0) << result.err;
    std::vector<std::string> found;
    for (const auto& one : findings_in(parse_lines(result), id)) {
      found.push_back(std::to_string(number(one, "hostProcessId")));
      for (const auto& entry : *member(one, "args").as_list())
        if (text(entry, "name") != "triggeredBy")
          found.back() += " " + text(entry, "name") + "=" + text(entry, "value");
    }
    return found;
  }
};

TEST_P(HostSignatures, know_where_a_containers_cluster_is) {
  const auto exec = event_line(
      "sched_process_exec", 1'000, 5,
      R"({"name":"env","type":"[]string","value":["KUBERNETES_SERVICE_HOST=10.96.0.1"]})");
  const auto removed = event_line("container_remove", 5'000, 1,
                                  text_argument("container_id", "c1"));
  EXPECT_THAT(findings_of("TRC-1013",
                          in_container("c1", exec)
                              + in_container("c1", connect_line(2'000, 6, "10.96.0.1"))
                              + in_container("c2", connect_line(3'000, 7, "10.96.0.1"))
                              + in_container("c1", connect_line(4'000, 8, "10.96.0.2"))
                              + removed
                              + in_container("c1", connect_line(6'000, 9, "10.96.0.1"))),
              ElementsAre("6 ip=10.96.0.1"));
}

TEST_P(HostSignatures, know_what_anybody_has_resolved_in_the_last_hour) {
  EXPECT_THAT(
      findings_of("VED-2",
                  resolve_lines(start, 5, "example.com", "8.8.4.4", 60)
                      + connect_line(start + second, 6, "8.8.4.4")
                      + connect_line(start + 2 * second, 7, "8.8.8.8")
                      + connect_line(start + 3 * second, 7, "192.168.0.1")
                      + connect_line(start + 50 * minute, 8, "8.8.4.4")
                      + connect_line(start + 70 * minute, 9, "8.8.4.4")),
      ElementsAre("7 address=8.8.8.8 port=443", "9 address=8.8.4.4 port=443"));
}

TEST_P(HostSignatures, know_what_a_name_was_before) {
  EXPECT_THAT(
      findings_of("VED-5",
                  resolve_lines(start, 5, "evil.com", "8.8.4.4", 1)
                      + connect_line(start + second, 5, "8.8.4.4")
                      + resolve_lines(start + 10 * second, 5, "evil.com", "10.0.0.1", 60)
                      + connect_line(start + 11 * second, 6, "10.0.0.1")
                      + connect_line(start + 12 * second, 5, "10.0.0.1")
                      + connect_line(start + 90 * second, 5, "10.0.0.1")),
      ElementsAre("5 name=evil.com address=10.0.0.1 was=8.8.4.4"));
}

INSTANTIATE_TEST_SUITE_P(Shards, HostSignatures, testing::Values(1, 2, 4));

} // namespace

} // namespace vedette::e2e
