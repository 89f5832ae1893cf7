#include "events/dns/dns_codes.hpp"
#include "events/dns/dns_rdata.hpp"
#include "events/dns/dns_wire.hpp"
#include "tests/events/dns/dns_packets.hpp"

#include <gtest/gtest.h>

#include <span>
#include <string>

namespace vedette {

namespace {

class dns_wire_test : public testing::Test {
protected:
  dns_flaw parse(const dns_packet& packet) {
    return parse_dns(packet.bytes(), message_);
  }
  std::string data(const dns_record& record) const {
    std::string text;
    append_dns_rdata(text, message_, record);
    return text;
  }
  std::string name(dns_text text) const { return std::string{message_.text(text)}; }

  dns_message message_;
};

TEST_F(dns_wire_test, ReadsAWholeMessage) {
  ASSERT_EQ(parse(web_answer()), dns_flaw::none);
  const auto& header = message_.header;
  EXPECT_EQ(header.id, 7);
  EXPECT_TRUE(header.response && header.recursion_desired
              && header.recursion_available);
  EXPECT_FALSE(header.truncated || header.authoritative);
  ASSERT_EQ(message_.questions.size(), 1U);
  EXPECT_EQ(name(message_.questions[0].name), "www.example.com");
  ASSERT_EQ(message_.answers.size(), 4U);
  EXPECT_EQ(name(message_.answers[0].target), "edge.example.com");
  EXPECT_EQ(message_.answers[0].ttl, 300U);
  EXPECT_EQ(name(message_.answers[1].owner), "edge.example.com");
  EXPECT_EQ(to_string(message_.answers[1].address), "192.0.2.80");
  EXPECT_EQ(to_string(message_.answers[2].address), "2001:db8::1");
  const auto hints = message_.hints(message_.answers[3]);
  ASSERT_EQ(hints.size(), 2U);
  EXPECT_EQ(to_string(hints[0]), "192.0.2.81");
  EXPECT_EQ(to_string(hints[1]), "2001:db8::2");
  EXPECT_EQ(data(message_.authorities.at(0)), "example.com. h.example.com. 1 2 3 4 30");
  EXPECT_EQ(message_.additionals.at(0).type, dns_type::opt);
}

TEST_F(dns_wire_test, ReadsServicesTextsAndWhatItDoesNotKnow) {
  dns_packet packet{true, {0, 5, 0, 0}};
  packet.label("a").end().record(15, 1, 5).u16(10).label("m").end();
  packet.pointer(12).record(33, 1, 9).u16(1).u16(2).u16(443).label("s").end();
  packet.pointer(12).record(16, 1, 6).label("x\"").label("yz");
  packet.pointer(12).record(99, 1, 2).u8(0xab).u8(0);
  packet.pointer(12).record(2, 1, 1).end();
  ASSERT_EQ(parse(packet), dns_flaw::none);
  EXPECT_EQ(message_.answers[0].priority, 10);
  EXPECT_EQ(data(message_.answers[0]), "m");
  EXPECT_EQ(message_.answers[1].port, 443);
  EXPECT_EQ(data(message_.answers[1]), "s");
  EXPECT_EQ(data(message_.answers[2]), "x\"yz");
  EXPECT_EQ(data(message_.answers[3]), R"(\# 2 ab00)");
  EXPECT_EQ(data(message_.answers[4]), ".");
}

TEST_F(dns_wire_test, ACutAnywhereIsNoticedAndHarmless) {
  const auto whole = web_answer();
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const std::vector<std::uint8_t> part{whole.bytes().begin(),
                                         whole.bytes().begin()
                                             + static_cast<std::ptrdiff_t>(size)};
    EXPECT_EQ(parse_dns(part, message_), dns_flaw::truncated) << size;
  }
  auto more = whole;
  EXPECT_EQ(parse(more.u8(0)), dns_flaw::trailing_data);
  EXPECT_EQ(message_.answers.size(), 4U);
}

TEST_F(dns_wire_test, CompressionOnlyPointsBack) {
  EXPECT_EQ(parse(dns_packet{false, {1, 0, 0, 0}}.pointer(12).u16(1).u16(1)),
            dns_flaw::bad_pointer); // To itself.
  EXPECT_EQ(parse(dns_packet{false, {1, 0, 0, 0}}.pointer(14).end().u16(1).u16(1)),
            dns_flaw::bad_pointer); // Forward.
  EXPECT_EQ(parse(dns_packet{false, {1, 0, 0, 0}}.label("a").pointer(12).u16(1).u16(1)),
            dns_flaw::bad_pointer); // Round.
  dns_packet twice{false, {2, 0, 0, 0}};
  twice.label("a").end().u16(1).u16(1).label("b").pointer(12).u16(1).u16(1);
  EXPECT_EQ(parse(twice), dns_flaw::none);
  EXPECT_EQ(name(message_.questions[1].name), "b.a");
}

TEST_F(dns_wire_test, SaysWhatIsWrong) {
  EXPECT_EQ(parse(dns_packet{false, {1, 0, 0, 0}}.u8(0x41).u16(0).u16(0)),
            dns_flaw::bad_label);
  dns_packet longest{false, {1, 0, 0, 0}};
  for (int i = 0; i < 128; ++i)
    longest.label("x");
  EXPECT_EQ(parse(longest.end().u16(1).u16(1)), dns_flaw::long_name);
  const auto answer = [](int type, int length) {
    dns_packet packet{true, {0, 1, 0, 0}};
    packet.end().record(type, 1, length);
    for (int i = 0; i < length; ++i)
      packet.u8(1);
    return packet;
  };
  EXPECT_EQ(parse(answer(1, 3)), dns_flaw::bad_data);
  EXPECT_EQ(parse(answer(1, 5)), dns_flaw::bad_data);
  EXPECT_EQ(parse(answer(28, 4)), dns_flaw::bad_data);
  EXPECT_EQ(parse(answer(5, 1)), dns_flaw::bad_data);
  EXPECT_EQ(parse(answer(16, 1)), dns_flaw::bad_data);
  EXPECT_EQ(parse(answer(6, 21)), dns_flaw::bad_data);
  dns_packet hints{true, {0, 1, 0, 0}};
  hints.end().record(65, 1, 10).u16(1).end().u16(4).u16(3).u8(1).u8(1).u8(1);
  EXPECT_EQ(parse(hints), dns_flaw::bad_data);
  EXPECT_EQ(to_string(dns_flaw::bad_data).empty(), false);
}

} // namespace

} // namespace vedette
