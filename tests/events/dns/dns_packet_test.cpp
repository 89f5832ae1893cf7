#include "events/dns/dns_codes.hpp"
#include "events/dns/dns_wire.hpp"
#include "tests/support/dns_bytes.hpp"

#include <gmock/gmock.h>

#include <string>
#include <vector>

namespace vedette {

namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

dns_message parsed(const dns_bytes& packet, dns_flaw expected = dns_flaw::none) {
  dns_message message;
  EXPECT_EQ(parse_dns(packet.content(), message), expected);
  return message;
}

std::vector<std::string> hints_of(const dns_message& message, const dns_record& one) {
  std::vector<std::string> result;
  for (const auto& hint : message.hints(one))
    result.push_back(to_string(hint));
  return result;
}

TEST(DnsPacket, HeaderBitsAreTold) {
  auto message = parsed(dns_bytes{}.header(0xAF5B, {0, 0, 0, 0}, 0xBEEF));
  EXPECT_EQ(message.header.id, 0xBEEF);
  EXPECT_TRUE(message.header.response);
  EXPECT_EQ(message.header.opcode, 5);
  EXPECT_TRUE(message.header.authoritative);
  EXPECT_TRUE(message.header.truncated);
  EXPECT_TRUE(message.header.recursion_desired);
  EXPECT_FALSE(message.header.recursion_available);
  EXPECT_EQ(message.header.z, 5);
  EXPECT_EQ(message.header.rcode, 11);
  message = parsed(dns_bytes{}.header(0x0080, {0, 0, 0, 0}));
  EXPECT_FALSE(message.header.response);
  EXPECT_TRUE(message.header.recursion_available);
}

TEST(DnsPacket, EveryTypeIsDecoded) {
  const auto message = parsed(varied_dns_bytes());
  const auto text = [&](dns_text where) { return std::string{message.text(where)}; };
  ASSERT_THAT(message.questions, SizeIs(1));
  EXPECT_EQ(text(message.questions[0].name), "www.example.com");
  ASSERT_THAT(message.answers, SizeIs(8));
  const auto& answers = message.answers;
  EXPECT_EQ(text(answers[0].owner), "www.example.com");
  EXPECT_EQ(answers[0].ttl, 300U);
  EXPECT_EQ(text(answers[0].target), "web.example.com");
  EXPECT_TRUE(answers[1].has_address);
  EXPECT_TRUE(answers[1].address.is_v4());
  EXPECT_EQ(to_string(answers[1].address), "192.0.2.80");
  EXPECT_EQ(to_string(answers[2].address), "2001:db8::1");
  EXPECT_EQ(answers[3].priority, 10);
  EXPECT_EQ(text(answers[3].target), "mail.example.com");
  EXPECT_EQ(text(answers[4].owner), "_dns._udp.example.com");
  EXPECT_EQ(answers[4].priority, 1);
  EXPECT_EQ(answers[4].weight, 2);
  EXPECT_EQ(answers[4].port, 53);
  EXPECT_EQ(text(answers[4].target), "ns.example.com");
  ASSERT_THAT(message.texts(answers[5]), SizeIs(3));
  EXPECT_EQ(text(message.texts(answers[5])[0]), "v=one");
  EXPECT_EQ(text(message.texts(answers[5])[1]), "");
  EXPECT_EQ(text(message.texts(answers[5])[2]), "\"\n");
  EXPECT_EQ(text(answers[7].target), "www.example.com");
  ASSERT_THAT(message.authorities, SizeIs(1));
  const auto& soa = message.authorities[0];
  EXPECT_EQ(text(soa.target), "ns.example.com");
  EXPECT_EQ(text(soa.mailbox), "root.example.com");
  EXPECT_THAT(
      (std::vector{soa.serial, soa.refresh, soa.retry, soa.expire, soa.minimum}),
      ElementsAre(2024U, 7200U, 600U, 86400U, 30U));
  ASSERT_THAT(message.additionals, SizeIs(3));
  EXPECT_EQ(message.additionals[0].klass, 1232);
  EXPECT_EQ(text(message.additionals[1].target), "ns.example.com");
  EXPECT_EQ(message.additionals[2].raw.length, 17U);
}

TEST(DnsPacket, AddressHintsOfServicesAreAddresses) {
  const auto message = parsed(varied_dns_bytes());
  const auto& https = message.answers[6];
  EXPECT_EQ(https.type, dns_type::https);
  EXPECT_EQ(https.priority, 1);
  EXPECT_EQ(message.text(https.target), "");
  EXPECT_THAT(hints_of(message, https),
              ElementsAre("192.0.2.1", "192.0.2.2", "2001:db8::2"));
}

TEST(DnsPacket, RecordsOfOtherTypesNeverInventAnEmptyName) {
  dns_bytes packet;
  packet.header(0x8180, {0, 1, 0, 0}).name("example.com").record(999);
  const auto message = parsed(packet.all({1, 2, 3}).end());
  ASSERT_THAT(message.answers, SizeIs(1));
  EXPECT_EQ(message.text(message.answers[0].raw), "\1\2\3");
  EXPECT_EQ(message.answers[0].target.length, 0U);
  EXPECT_FALSE(message.answers[0].has_address);
}

TEST(DnsPacket, ALabelCannotForgeADot) {
  dns_bytes packet;
  packet.header(0x0100, {1, 0, 0, 0}).u8(6).text("www.a\\");
  packet.u8(3).all({0, ' ', 0xff}).labels("Com").u8(0).u16(1).u16(1);
  const auto message = parsed(packet);
  ASSERT_THAT(message.questions, SizeIs(1));
  EXPECT_EQ(message.text(message.questions[0].name), R"(www\.a\\.\000\032\255.com)");
}

TEST(DnsPacket, TheRootIsTheEmptyName) {
  const auto message = parsed(dns_bytes{}.header(0, {1, 0, 0, 0}).u8(0).u16(2).u16(1));
  ASSERT_THAT(message.questions, SizeIs(1));
  EXPECT_EQ(message.questions[0].name.length, 0U);
}

TEST(DnsPacket, AnUpdatesRecordWithoutDataIsKept) {
  dns_bytes packet;
  packet.header(0x2800, {0, 0, 1, 0}).name("example.com").record(1, 0, 255).end();
  const auto message = parsed(packet);
  ASSERT_THAT(message.authorities, SizeIs(1));
  EXPECT_FALSE(message.authorities[0].has_address);
}

TEST(DnsPacket, AMessageIsUsedAgainWithoutALeftover) {
  dns_message message;
  EXPECT_EQ(parse_dns(varied_dns_bytes().content(), message), dns_flaw::none);
  EXPECT_EQ(parse_dns(dns_bytes{}.header(0, {0, 0, 0, 0}).content(), message),
            dns_flaw::none);
  EXPECT_FALSE(message.header.response);
  EXPECT_THAT(message.questions, IsEmpty());
  EXPECT_THAT(message.answers, IsEmpty());
  EXPECT_THAT(message.authorities, IsEmpty());
  EXPECT_THAT(message.additionals, IsEmpty());
  EXPECT_THAT(message.addresses, IsEmpty());
  EXPECT_THAT(message.strings, IsEmpty());
}

} // namespace

} // namespace vedette
