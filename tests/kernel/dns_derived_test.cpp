// Requests and responses, of DNS as dnsmasq and dig speak it.

#include "tests/kernel/support/capture.hpp"
#include "tests/kernel/support/child.hpp"
#include "tests/kernel/support/dns_server.hpp"
#include "tests/kernel/support/only.hpp"

#include <gmock/gmock.h>

namespace vedette {

namespace {

namespace packet = events::net_packet_dns;
namespace request = events::net_packet_dns_request;
namespace response = events::net_packet_dns_response;

using testing::MatchesRegex;

struct way {
  const char* name;
  const char* how;
  const char* server;
  const char* protocol;
};

class dns_derived_event : public testing::TestWithParam<way> {};

TEST_P(dns_derived_event, is_made_of_what_was_asked_and_answered) {
  capture kernel_events{{.events = {request::kind, response::kind}}};
  const dns_server server;
  held_child child{[&] {
    return server.dig({"www.vedette.test", "A", GetParam().how,
                       "@" + std::string{GetParam().server}});
  }};
  const context self{child.pid()};
  ASSERT_EQ(child.finish(), 0);
  const auto all = kernel_events.take();
  const auto own = [&](event_kind kind) {
    std::vector<captured> result;
    for (const auto& one : all)
      if (one.event.kind() == kind
          && one.header().host_tgid == static_cast<__u32>(child.pid()))
        result.push_back(one);
    return result;
  };
  const auto requests = own(request::kind), responses = own(response::kind);
  ASSERT_EQ(requests.size(), 1U);
  ASSERT_EQ(responses.size(), 1U);
  EXPECT_EQ(own(packet::kind).size(), 2U) << "what they are made of";
  self.expect_in(requests[0].header());
  self.expect_in(responses[0].header());
  const std::string address = GetParam().server;
  const auto metadata = [&](const char* from, const char* to) {
    return R"(\{"src_ip":")" + address + R"(","dst_ip":")" + address + R"(","src_port":)"
           + from + R"(,"dst_port":)" + to + R"(,"protocol":)" + GetParam().protocol
           + R"(,"packet_len":[0-9]+,"iface":"any"\})";
  };
  EXPECT_THAT(json_of<request::metadata>(requests[0]),
              MatchesRegex(metadata("[0-9]+", "53")));
  EXPECT_THAT(json_of<response::metadata>(responses[0]),
              MatchesRegex(metadata("53", "[0-9]+")));
  EXPECT_EQ(json_of<request::dns_questions>(requests[0]),
            R"([{"query":"www.vedette.test","query_type":"A","query_class":"IN"}])");
  EXPECT_THAT(
      json_of<response::dns_response>(responses[0]),
      MatchesRegex(
          R"(\[\{"query_data":\{"query":"www.vedette.test","query_type":"A",)"
          R"("query_class":"IN"\},"dns_answer":\[\{"answer_type":"CNAME","ttl":[0-9]+,)"
          R"("answer":"web.vedette.test"\},\{"answer_type":"A","ttl":[0-9]+,)"
          R"("answer":"192.0.2.80"\}\]\}\])"));
}

INSTANTIATE_TEST_SUITE_P(dig, dns_derived_event,
                         testing::Values(way{"udp4", "+notcp", "127.0.0.1", "17"},
                                         way{"udp6", "+notcp", "::1", "17"},
                                         way{"tcp4", "+tcp", "127.0.0.1", "6"}),
                         [](const auto& test) { return test.param.name; });

TEST(dns_derived_events, are_made_only_if_wanted) {
  capture kernel_events{{.events = {packet::kind}}};
  const dns_server server;
  held_child child{[&] { return server.dig({"web.vedette.test", "@127.0.0.1"}); }};
  ASSERT_EQ(child.finish(), 0);
  const auto all = kernel_events.take();
  EXPECT_GT(all.size(), 0U);
  for (const auto& one : all)
    EXPECT_EQ(one.event.kind(), packet::kind);
}

} // namespace

} // namespace vedette
