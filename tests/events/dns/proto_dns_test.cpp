#include "events/dns/dns_codes.hpp"
#include "events/dns/dns_wire.hpp"
#include "events/dns/proto_dns.hpp"
#include "tests/events/dns/dns_packets.hpp"

#include <gtest/gtest.h>

#include <string>

namespace vedette {

namespace {

class proto_dns_test : public testing::Test {
protected:
  std::string written() const {
    std::string text;
    append_proto_dns(text, message_);
    return text;
  }

  dns_message message_;
  proto_dns_reader reader_;
};

TEST_F(proto_dns_test, WritesWhatItReadsAsTraceeHasIt) {
  const std::string json =
      R"({"ID":7,"QR":1,"opCode":"query","AA":0,"TC":0,"RD":1,"RA":1,"Z":0,"responseCode":"no error","QDCount":1,"ANCount":1,"NSCount":0,"ARCount":0,"questions":[{"name":"example.com","type":"A","class":"IN"}],"answers":[{"name":"example.com","type":"A","class":"IN","TTL":300,"IP":"192.0.2.80","NS":"","CNAME":"","PTR":"","TXTs":[],"SOA":{"MName":"","RName":"","serial":0,"refresh":0,"retry":0,"expire":0,"minimum":0},"SRV":{"priority":0,"weight":0,"port":0,"name":""},"MX":{"preference":0,"name":""},"OPT":[],"URI":{"priority":0,"weight":0,"target":""},"TXT":""}],"authorities":[],"additionals":[]})";
  ASSERT_TRUE(reader_.read(json, message_));
  EXPECT_EQ(written(), json);
  EXPECT_EQ(reader_.skipped(), 0U);
}

TEST_F(proto_dns_test, APacketsJsonReadsAsThePacket) {
  ASSERT_EQ(parse_dns(web_answer().bytes(), message_), dns_flaw::none);
  const auto json = written();
  dns_message again;
  ASSERT_TRUE(reader_.read(json, again));
  EXPECT_EQ(again.answers.size(), 4U);
  EXPECT_EQ(again.hints(again.answers[3]).size(), 2U);
  EXPECT_EQ(again.authorities[0].minimum, 30U);
  message_ = again;
  EXPECT_EQ(written(), json);
}

TEST_F(proto_dns_test, ToleratesWhatIsMissingOrSpeltOtherwise) {
  ASSERT_TRUE(reader_.read(
      R"({"QR":true,"responseCode":"Non-Existent Domain  ",)"
      R"("questions":[{"name":"EXAMPLE.com.","type":"AAAA"}],)"
      R"("answers":[{"name":"a.com","type":"Unknown"},{"name":"b.com","type":"TXT","TXT":"t"},)"
      R"({"name":"c.com","type":"MX"}],"authorities":null})",
      message_));
  EXPECT_TRUE(message_.header.response);
  EXPECT_EQ(message_.header.rcode, dns_rcode::nxdomain);
  EXPECT_EQ(message_.text(message_.questions[0].name), "example.com");
  EXPECT_EQ(message_.questions[0].klass, dns_class_in);
  ASSERT_EQ(message_.answers.size(), 3U);
  EXPECT_EQ(message_.answers[0].type, 0);
  EXPECT_EQ(message_.text(message_.texts(message_.answers[1])[0]), "t");
  EXPECT_EQ(message_.text(message_.answers[2].target), "");
  ASSERT_TRUE(reader_.read(R"({"responseCode":"who knows"})", message_));
  EXPECT_EQ(message_.header.rcode, dns_rcode::server_failure);
}

TEST_F(proto_dns_test, SkipsAndCountsWhatMakesNoSense) {
  ASSERT_TRUE(reader_.read(R"({"questions":[5,{"name":"a..b","type":"A"}],)"
                           R"("answers":[{"name":"a.com","type":"A","IP":"nonsense"},)"
                           R"({"name":"a.com","type":"A","IP":"192.0.2.1","TTL":-1}]})",
                           message_));
  EXPECT_EQ(message_.questions.size(), 0U);
  ASSERT_EQ(message_.answers.size(), 1U);
  EXPECT_EQ(message_.answers[0].ttl, 0U);
  EXPECT_EQ(reader_.skipped(), 3U);
  EXPECT_FALSE(reader_.read("[]", message_));
  EXPECT_FALSE(reader_.read("{", message_));
  EXPECT_TRUE(message_.answers.empty());
}

} // namespace

} // namespace vedette
