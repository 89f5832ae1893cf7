#include "events/dns/dns_codes.hpp"
#include "events/dns/dns_wire.hpp"
#include "events/dns/proto_dns.hpp"
#include "tests/support/dns_bytes.hpp"
#include "tests/support/dns_equality.hpp"

#include <gmock/gmock.h>

#include <string>

namespace vedette {

namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

/// The value of `proto_dns` in the event of spec/events.md.
constexpr std::string_view example =
    R"({"ID":7,"QR":1,"opCode":"query","AA":0,"TC":0,"RD":1,"RA":1,"Z":0,)"
    R"("responseCode":"no error","QDCount":1,"ANCount":1,"NSCount":0,"ARCount":0,)"
    R"("questions":[{"name":"example.com","type":"A","class":"IN"}],)"
    R"("answers":[{"name":"example.com","type":"A","class":"IN","TTL":300,)"
    R"("IP":"192.0.2.80","NS":"","CNAME":"","PTR":"","TXTs":[],"SOA":{"MName":"",)"
    R"("RName":"","serial":0,"refresh":0,"retry":0,"expire":0,"minimum":0},)"
    R"("SRV":{"priority":0,"weight":0,"port":0,"name":""},)"
    R"("MX":{"preference":0,"name":""},"OPT":[],)"
    R"("URI":{"priority":0,"weight":0,"target":""},"TXT":""}],)"
    R"("authorities":[],"additionals":[]})";

dns_message read(std::string_view json, std::size_t skipped = 0) {
  proto_dns_reader reader;
  dns_message message;
  const auto result = reader.read(json, message);
  EXPECT_TRUE(result.has_value()) << result.error();
  EXPECT_EQ(reader.skipped(), skipped) << json;
  return message;
}

std::string written(const dns_message& message) {
  std::string out;
  append_proto_dns(out, message);
  return out;
}

dns_message parsed(const dns_bytes& packet) {
  dns_message message;
  EXPECT_EQ(parse_dns(packet.content(), message), dns_flaw::none);
  return message;
}

/// A message with one answer that has these keys.
std::string answer(std::string_view keys) {
  return R"({"answers":[{"name":"a.example",)" + std::string{keys} + "}]}";
}

TEST(ProtoDnsKeys, TheExampleOfTheSpecificationIsWrittenAsItIsRead) {
  EXPECT_EQ(written(read(example)), example);
}

TEST(ProtoDnsKeys, ThePacketOfTheExampleGivesTheExample) {
  dns_bytes packet;
  packet.header(0x8180, {1, 1, 0, 0}).name("Example.com").u16(1).u16(1);
  packet.pointer(12).record(1).all({192, 0, 2, 80}).end();
  EXPECT_EQ(written(parsed(packet)), example);
}

TEST(ProtoDnsKeys, EveryTypeComesBackAsItWas) {
  const auto message = parsed(varied_dns_bytes());
  const auto json = written(message);
  const auto again = read(json);
  EXPECT_TRUE(same_dns_message(message, again)) << json;
  EXPECT_EQ(written(again), json);
}

TEST(ProtoDnsKeys, EscapedNamesComeBackAsTheyWere) {
  dns_bytes packet;
  packet.header(0x0100, {2, 0, 0, 0}).u8(5).text("a.\\\"b").u8(2).all({0, 0xff}).u8(0);
  packet.u16(1).u16(1).u8(0).u16(0x4321).u16(3);
  const auto message = parsed(packet);
  EXPECT_THAT(written(message), HasSubstr(R"("name":"a\\.\\\\\"b.\\000\\255")"));
  EXPECT_THAT(written(message), HasSubstr(R"("type":"TYPE17185","class":"CH")"));
  EXPECT_TRUE(same_dns_message(message, read(written(message))));
}

TEST(ProtoDnsKeys, ARecordOfAnUpdateWithoutDataComesBack) {
  dns_bytes packet;
  packet.header(0x2800, {0, 0, 2, 0}).name("a.example").record(1, 0, 255).end();
  packet.name("a.example").record(5, 0, 254).end();
  const auto message = parsed(packet);
  EXPECT_TRUE(same_dns_message(message, read(written(message))));
}

TEST(ProtoDnsKeys, MissingKeysAreEmpty) {
  const auto message = read("{}");
  EXPECT_TRUE(same_dns_message(message, dns_message{}));
  const auto txt = read(answer(R"("type":"TXT","TXT":"one")"));
  ASSERT_THAT(txt.answers, SizeIs(1));
  ASSERT_THAT(txt.texts(txt.answers[0]), SizeIs(1));
  EXPECT_EQ(txt.text(txt.texts(txt.answers[0])[0]), "one");
  EXPECT_EQ(txt.answers[0].klass, dns_class_in);
}

TEST(ProtoDnsKeys, BlanksAtTheEndOfAResponseCodeDoNotCount) {
  EXPECT_EQ(read(R"({"responseCode":"non-existent domain  "})").header.rcode,
            dns_rcode::nxdomain);
  EXPECT_EQ(read(R"({"responseCode":"Server Failure "})").header.rcode,
            dns_rcode::server_failure);
}

TEST(ProtoDnsKeys, AnUnknownResponseCodeDoesNotPassForAnEmptyAnswer) {
  EXPECT_EQ(read(R"({"responseCode":"odd"})").header.rcode, dns_rcode::server_failure);
  EXPECT_EQ(read(R"({"responseCode":3})").header.rcode, 3);
  EXPECT_EQ(read("{}").header.rcode, dns_rcode::no_error);
}

TEST(ProtoDnsKeys, TypesMayComeByNumberOrAsTypeAndNumber) {
  const auto type_of = [](std::string_view type) {
    return read(answer(R"("type":)" + std::string{type} + R"(,"IP":"::1")"))
        .answers.at(0)
        .type;
  };
  EXPECT_EQ(type_of(R"("TYPE65")"), dns_type::https);
  EXPECT_EQ(type_of(R"("https")"), dns_type::https);
  EXPECT_EQ(type_of("28"), dns_type::aaaa);
  EXPECT_EQ(type_of(R"("Unknown")"), 0);
  EXPECT_EQ(type_of("70000"), 0);
}

TEST(ProtoDnsKeys, AServiceByNameAloneHasNoTargetAndNoHints) {
  const auto message = read(answer(R"("type":"HTTPS","TTL":60,"IP":"")"));
  ASSERT_THAT(message.answers, SizeIs(1));
  EXPECT_EQ(message.answers[0].type, dns_type::https);
  EXPECT_EQ(message.answers[0].target.length, 0U);
  EXPECT_THAT(message.hints(message.answers[0]), IsEmpty());
}

TEST(ProtoDnsKeys, RecordsThatMakeNoSenseAreLeftOutAndCounted) {
  for (const auto* keys : {R"("type":"A","IP":"")", R"("type":"A","IP":"example")",
                           R"("type":"CNAME","CNAME":"a..b")"})
    EXPECT_THAT(read(answer(keys), 1).answers, IsEmpty()) << keys;
  const auto message =
      read(R"({"answers":[7,{"name":"a..b"},{"name":"a","type":"A","IP":"::1"}]})", 2);
  EXPECT_THAT(message.answers, SizeIs(1));
}

TEST(ProtoDnsKeys, ValuesOfOtherTypesAreNotTaken) {
  const auto message =
      read(R"({"ID":"x","QR":true,"RD":-1,"Z":300,"ANCount":99999,"questions":{},)"
           R"("answers":null})");
  EXPECT_EQ(message.header.id, 0);
  EXPECT_TRUE(message.header.response);
  EXPECT_FALSE(message.header.recursion_desired);
  EXPECT_EQ(message.header.counts[1], 0xffff);
}

TEST(ProtoDnsKeys, MembersThatATypeDoesNotHaveAreNotTaken) {
  const auto message = read(
      answer(R"("type":"MX","MX":{"preference":7,"weight":5,"port":6,"name":"b"})"));
  ASSERT_THAT(message.answers, SizeIs(1));
  const auto& one = message.answers.front();
  EXPECT_EQ(one.priority, 7);
  EXPECT_EQ(one.weight, 0);
  EXPECT_EQ(one.port, 0);
  EXPECT_TRUE(same_dns_message(message, read(written(message))));
}

TEST(ProtoDnsKeys, WhatIsNoObjectIsAnErrorAndLeavesNothing) {
  proto_dns_reader reader;
  dns_message message;
  for (const std::string_view json :
       {"", "[]", "7", "{", R"({"ID":)", "{\"a\":\"\xff\"}"}) {
    ASSERT_TRUE(reader.read(example, message).has_value());
    const auto result = reader.read(json, message);
    ASSERT_FALSE(result.has_value()) << json;
    EXPECT_FALSE(result.error().empty());
    EXPECT_TRUE(same_dns_message(message, dns_message{}));
  }
}

} // namespace

} // namespace vedette
