#include "events/dns/dns_derived.hpp"

#include "events/json_writer.hpp"
#include "events/record_check.hpp"
#include "tests/support/dns_bytes.hpp"

#include <gmock/gmock.h>

#include <netinet/in.h>
#include <string>

namespace vedette {

namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr unsigned a = 1, cname = 5, mx = 15, txt = 16, srv = 33, unknown = 999;

class DnsDerived : public testing::Test {
protected:
  DnsDerived() {
    facts_.src[10] = facts_.src[11] = facts_.dst[10] = facts_.dst[11] = 0xff;
    facts_.src[12] = facts_.dst[12] = 127;
    facts_.src[15] = 1;
    facts_.dst[15] = 2;
    facts_.src_port = 40000;
    facts_.dst_port = 53;
    facts_.protocol = IPPROTO_UDP;
    from_.kind = RECORD_net_packet_dns;
    from_.flags = RECORD_NATIVE | RECORD_CONTAINER_STARTED;
    from_.arg_count = 6;
    from_.present = 63;
    from_.detail[0] = RECORD_DNS_PACKET;
    from_.host_tid = from_.host_tgid = 812;
    from_.time_ns = 5;
  }

  /// The arguments of what is made of a message, as JSON.
  std::vector<std::string> made_of(const dns_bytes::bytes& message, bool cut = false) {
    batch_builder builder{0};
    tested_.add(from_, facts_, message, cut, builder);
    std::vector<std::string> result;
    if (builder.empty())
      return result;
    last_ = builder.take();
    for (const auto event : last_->events()) {
      const auto& header = event.header();
      EXPECT_EQ(check_record({reinterpret_cast<const std::byte*>(&header), header.size}),
                corruption::none);
      append_arguments(result.emplace_back(), event);
    }
    return result;
  }

  static dns_bytes query() {
    return dns_bytes{}.header(0x0100, {1, 0, 0, 0}).name("www.example.com").u16(a).u16(1);
  }

  record_header from_{};
  native_packet facts_{};
  dns_derived tested_{{.requests = true, .responses = true}};
  raw_batch_ptr last_;
};

TEST_F(DnsDerived, MakesARequestOfAQuestion) {
  const auto message = query().content();
  EXPECT_THAT(
      made_of(message),
      ElementsAre(
          R"({"name":"metadata","type":"trace.PktMeta","value":{"src_ip":"127.0.0.1",)"
          R"("dst_ip":"127.0.0.2","src_port":40000,"dst_port":53,"protocol":17,)"
          R"("packet_len":61,"iface":"any"}},)"
          R"({"name":"dns_questions","type":"[]trace.DnsQueryData","value":)"
          R"([{"query":"www.example.com","query_type":"A","query_class":"IN"}]})"));
  const auto event = (*last_)[0];
  EXPECT_EQ(event.kind(), event_kind::net_packet_dns_request);
  EXPECT_EQ(event.header().host_tgid, 812U);
  EXPECT_EQ(event.header().time_ns, 5U);
  EXPECT_EQ(event.header().flags, RECORD_CONTAINER_STARTED);
  EXPECT_EQ(event.header().detail[0], 0U);
  EXPECT_EQ(tested_.made(), 1U);
}

TEST_F(DnsDerived, MakesAResponseOfAnswers) {
  const auto message = dns_bytes{}
                           .header(0x8180, {1, 6, 0, 0})
                           .name("www.example.com")
                           .u16(a)
                           .u16(1)
                           .pointer(12)
                           .record(cname, 60)
                           .name("web.example.com")
                           .end()
                           .name("web.example.com")
                           .record(a, 300)
                           .all({192, 0, 2, 80})
                           .end()
                           .name("example.com")
                           .record(mx, 1)
                           .u16(10)
                           .name("mail.example.com")
                           .end()
                           .name("example.com")
                           .record(txt, 2)
                           .u8(5)
                           .text("v=\"1\"")
                           .u8(1)
                           .text("x")
                           .end()
                           .name("example.com")
                           .record(srv, 3)
                           .u16(1)
                           .u16(2)
                           .u16(3)
                           .name("srv.example.com")
                           .end()
                           .name("example.com")
                           .record(unknown, 4)
                           .u8(7)
                           .end()
                           .content();
  const auto made = made_of(message);
  ASSERT_EQ(made.size(), 1U);
  EXPECT_THAT(
      made[0],
      HasSubstr(
          R"({"name":"dns_response","type":"[]trace.DnsResponseData","value":)"
          R"([{"query_data":{"query":"www.example.com","query_type":"A","query_class":"IN"},)"
          R"("dns_answer":[{"answer_type":"CNAME","ttl":60,"answer":"web.example.com"},)"
          R"({"answer_type":"A","ttl":300,"answer":"192.0.2.80"},)"
          R"({"answer_type":"MX","ttl":1,"answer":"mail.example.com"},)"
          R"({"answer_type":"TXT","ttl":2,"answer":"v=\"1\""},)"
          R"({"answer_type":"SRV","ttl":3,"answer":"srv.example.com"},)"
          R"({"answer_type":"TYPE999","ttl":4,"answer":""}]}]})"));
  EXPECT_EQ((*last_)[0].kind(), event_kind::net_packet_dns_response);
  EXPECT_EQ((*last_)[0].header().truncated, 0U);
}

TEST_F(DnsDerived, MakesAResponseOfARefusal) {
  const auto message =
      dns_bytes{}.header(0x8183, {1, 0, 0, 0}).name("no.example").u16(a).u16(1).content();
  EXPECT_THAT(made_of(message),
              ElementsAre(HasSubstr(R"("query":"no.example","query_type":"A",)"
                                    R"("query_class":"IN"},"dns_answer":[]}])")));
  const auto nothing_asked = dns_bytes{}.header(0x8180, {0, 0, 0, 0}).content();
  EXPECT_THAT(made_of(nothing_asked),
              ElementsAre(HasSubstr(
                  R"([{"query_data":{"query":"","query_type":"","query_class":""},)")));
}

TEST_F(DnsDerived, MakesNothingOfWhatIsNoMessageOrAsksNothing) {
  EXPECT_THAT(made_of({}), IsEmpty());
  EXPECT_THAT(made_of({1, 2, 3}), IsEmpty());
  EXPECT_THAT(made_of(dns_bytes{}.header(0x0100, {0, 0, 0, 0}).content()), IsEmpty());
  EXPECT_EQ(tested_.made(), 0U);
}

TEST_F(DnsDerived, MarksWhatWasCut) {
  auto message = query().content();
  EXPECT_THAT(made_of(message, true), ElementsAre(HasSubstr(R"("truncated":true)")));
  message = dns_bytes{}
                .header(0x8180, {1, 2, 0, 0})
                .name("x.example")
                .u16(a)
                .u16(1)
                .pointer(12)
                .record(a)
                .all({192, 0, 2, 1})
                .end()
                .content();
  EXPECT_THAT(made_of(message), ElementsAre(testing::AllOf(HasSubstr("192.0.2.1"),
                                                           HasSubstr(R"("truncated":true)"))));
}

TEST_F(DnsDerived, TellsAddressesAndLengthsOfEachKindOfPacket) {
  facts_.protocol = IPPROTO_TCP;
  const auto message = query().content();
  EXPECT_THAT(made_of(message), ElementsAre(HasSubstr(R"("protocol":6,"packet_len":33,)")));
  facts_.protocol = IPPROTO_UDP;
  facts_.src[0] = facts_.dst[0] = 0x20;
  EXPECT_THAT(made_of(message), ElementsAre(HasSubstr(R"("packet_len":41,)")));
}

TEST_F(DnsDerived, MakesOnlyWhatIsWanted) {
  const auto request = query().content();
  const auto response =
      dns_bytes{}.header(0x8183, {1, 0, 0, 0}).name("no.example").u16(a).u16(1).content();
  tested_ = dns_derived{{.requests = true, .responses = false}};
  EXPECT_EQ(made_of(request).size(), 1U);
  EXPECT_THAT(made_of(response), IsEmpty());
  tested_ = dns_derived{{.requests = false, .responses = true}};
  EXPECT_THAT(made_of(request), IsEmpty());
  EXPECT_EQ(made_of(response).size(), 1U);
  tested_ = dns_derived{};
  EXPECT_THAT(made_of(response), IsEmpty());
}

} // namespace

} // namespace vedette
