// What is related to a name or address as of a time: spec/data-sources.md section 4,
// "Related, exactly", sentence by sentence.

#include "tests/datasources/dns/dns_story.hpp"

namespace vedette::stories {

namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

class dns_relation_test : public dns_story {};

TEST_F(dns_relation_test, EdgesGoFromTheOwnerToTheValue) {
  look_up(
      10,
      answer_to("a.example").a("a.example", "192.0.2.1").a("a.example", "2001:db8::1"));
  look_up(11, answer_to("c.example", dns_type::cname).cname("c.example", "a.example"));
  look_up(12, answer_to("m.example", dns_type::mx).mx("m.example", "a.example"));
  look_up(13, answer_to("s.example", dns_type::srv)
                  .named("s.example", dns_type::srv, "a.example"));
  look_up(14, answer_to("b.example", dns_type::svcb)
                  .named("b.example", dns_type::svcb, "a.example"));
  look_up(15, answer_to("h.example", dns_type::https)
                  .https("h.example", "a.example", {"192.0.2.9"}));
  for (const auto* name : {"c.example", "m.example", "s.example", "b.example"}) {
    EXPECT_THAT(addresses(name, 16), ElementsAre("192.0.2.1", "2001:db8::1")) << name;
    EXPECT_EQ(queries(name, 16).size(), 2U) << name;
  }
  EXPECT_THAT(addresses("h.example", 16),
              ElementsAre("192.0.2.1", "2001:db8::1", "192.0.2.9"));
  EXPECT_THAT(queries("192.0.2.9", 16), ElementsAre("h.example"));
  EXPECT_THAT(queries("192.0.2.1", 16),
              ElementsAre("a.example", "c.example", "m.example", "s.example",
                          "b.example", "h.example"));
}

TEST_F(dns_relation_test, AnEdgeIsValidFromItsSightingForItsTtl) {
  look_up(10, answer_to("example.com").a("example.com", "192.0.2.1", 20));
  EXPECT_THAT(addresses("example.com", 9.999), ElementsAre("data_not_found"));
  EXPECT_THAT(addresses("example.com", 10), ElementsAre("192.0.2.1"));
  EXPECT_THAT(addresses("example.com", 29.999), ElementsAre("192.0.2.1"));
  EXPECT_THAT(addresses("example.com", 30), ElementsAre("expired"));
}

TEST_F(dns_relation_test, TtlsCountAsAtLeastTheLeast) {
  reset({.min_ttl = 3s});
  look_up(10, answer_to("example.com").a("example.com", "192.0.2.1", 0));
  EXPECT_THAT(addresses("example.com", 12.9), ElementsAre("192.0.2.1"));
  EXPECT_THAT(addresses("example.com", 13), ElementsAre("expired"));
}

TEST_F(dns_relation_test, ATtlWithTheHighestBitIsNone) {
  look_up(10, answer_to("example.com").a("example.com", "192.0.2.1", 0x8000'0001));
  EXPECT_THAT(addresses("example.com", 10.9), ElementsAre("192.0.2.1"));
  EXPECT_THAT(addresses("example.com", 11), ElementsAre("expired")) << "RFC 2181 8";
}

TEST_F(dns_relation_test, NoTtlIsLongerThanAWeek) {
  look_up(10, answer_to("example.com").a("example.com", "192.0.2.1", 0x7fff'ffff));
  constexpr double week = 7.0 * 24 * 3600;
  EXPECT_THAT(addresses("example.com", week + 9), ElementsAre("192.0.2.1"));
  EXPECT_THAT(addresses("example.com", week + 10), ElementsAre("expired"));
}

TEST_F(dns_relation_test, SeenAgainItIsValidByEitherSighting) {
  look_up(10, answer_to("example.com").a("example.com", "192.0.2.1", 20));
  look_up(20, answer_to("example.com").a("example.com", "192.0.2.1", 5));
  EXPECT_THAT(addresses("example.com", 29), ElementsAre("192.0.2.1"));
  look_up(40, answer_to("example.com").a("example.com", "192.0.2.1", 5));
  EXPECT_THAT(addresses("example.com", 29), ElementsAre("192.0.2.1"));
  EXPECT_THAT(addresses("example.com", 35), ElementsAre("expired"));
  EXPECT_THAT(addresses("example.com", 44), ElementsAre("192.0.2.1"));
}

TEST_F(dns_relation_test, SiblingsOfAnAddressAreNotRelated) {
  look_up(10, answer_to("example.com")
                  .a("example.com", "192.0.2.1")
                  .a("example.com", "192.0.2.2"));
  EXPECT_THAT(addresses("192.0.2.1", 11), ElementsAre("192.0.2.1"));
  EXPECT_THAT(queries("192.0.2.1", 11), ElementsAre("example.com"));
}

TEST_F(dns_relation_test, NamesAboveTheKeyBringNoAddressesOfTheirOwn) {
  look_up(10, answer_to("top.example")
                  .cname("top.example", "mid.example")
                  .a("mid.example", "192.0.2.1")
                  .a("top.example", "192.0.2.7"));
  EXPECT_THAT(addresses("mid.example", 11), ElementsAre("192.0.2.1"));
  EXPECT_THAT(queries("mid.example", 11), ElementsAre("top.example", "mid.example"));
}

TEST_F(dns_relation_test, ChainsOfCnamesComeInAnyOrder) {
  look_up(10, answer_to("a.example")
                  .a("c.example", "192.0.2.1")
                  .cname("b.example", "c.example")
                  .cname("a.example", "b.example"));
  EXPECT_THAT(addresses("a.example", 11), ElementsAre("192.0.2.1"));
  EXPECT_EQ(root("192.0.2.1", 11), "a.example");
  EXPECT_EQ(root("c.example", 11), "a.example");
}

TEST_F(dns_relation_test, APtrIsOneStepBothWaysAndFollowedNoFurther) {
  look_up(10, answer_to("www.example").a("www.example", "192.0.2.1"));
  look_up(11, answer_to("1.2.0.192.in-addr.arpa", dns_type::ptr)
                  .ptr("1.2.0.192.in-addr.arpa", "host.example"));
  look_up(12, answer_to("alias.example").cname("alias.example", "host.example"));
  EXPECT_THAT(queries("192.0.2.1", 13), ElementsAre("www.example", "host.example"));
  EXPECT_THAT(addresses("host.example", 13), ElementsAre("192.0.2.1"));
  EXPECT_THAT(queries("host.example", 13),
              ElementsAre("alias.example", "host.example"));
  EXPECT_THAT(queries("www.example", 13), ElementsAre("www.example"))
      << "its address's pointer is two steps away";
  EXPECT_THAT(addresses("alias.example", 13), IsEmpty());
  EXPECT_EQ(root("host.example", 13), "alias.example");
}

TEST_F(dns_relation_test, APtrOfNoAddressRelatesNothing) {
  look_up(10, answer_to("_http._tcp.example", dns_type::ptr)
                  .ptr("_http._tcp.example", "printer.example"));
  EXPECT_THAT(queries("_http._tcp.example", 11), ElementsAre("_http._tcp.example"));
  EXPECT_THAT(queries("printer.example", 11), ElementsAre("data_not_found"));
}

TEST_F(dns_relation_test, QueriesComeFirstTheOldestFirstThenTheOthers) {
  look_up(10, answer_to("first.example")
                  .cname("first.example", "z.example")
                  .cname("z.example", "y.example")
                  .a("y.example", "192.0.2.1"));
  look_up(11, answer_to("second.example").a("second.example", "192.0.2.1"));
  look_up(12, answer_to("y.example").a("y.example", "192.0.2.1"));
  EXPECT_THAT(queries("192.0.2.1", 13),
              ElementsAre("first.example", "second.example", "y.example", "z.example"));
  EXPECT_THAT(queries("192.0.2.1", 11),
              ElementsAre("first.example", "second.example", "z.example", "y.example"))
      << "as of a time when y.example had not been asked for";
  EXPECT_EQ(root("192.0.2.1", 13), "first.example");
}

TEST_F(dns_relation_test, TheRootIsTheOldestQueryWhoseRecordsAreStillValid) {
  look_up(10, answer_to("old.example").a("old.example", "192.0.2.1", 5));
  look_up(11, answer_to("new.example").a("new.example", "192.0.2.1"));
  EXPECT_EQ(root("192.0.2.1", 12), "old.example");
  EXPECT_EQ(root("192.0.2.1", 16), "new.example");
}

TEST_F(dns_relation_test, ThereIsNoRootWhereNobodyAsked) {
  look_up(10, answer_to("example.com", dns_type::mx)
                  .mx("example.com", "mail.example")
                  .additional()
                  .a("other.example", "192.0.2.1"));
  EXPECT_EQ(root("192.0.2.1", 11), "");
  EXPECT_THAT(queries("192.0.2.1", 11), ElementsAre("other.example"));
}

TEST_F(dns_relation_test, AskedWithoutAnAnswerANameIsNotKnown) {
  see(10, query("example.com"));
  EXPECT_THAT(addresses("example.com", 11), ElementsAre("data_not_found"));
}

TEST_F(dns_relation_test, NegativeAnswersAreRememberedForTheirTtl) {
  look_up(10, nxdomain("no.example", 30));
  look_up(11, no_data("empty.example", 30));
  EXPECT_EQ(negative("no.example", 12), "NXDOMAIN");
  EXPECT_THAT(addresses("no.example", 12), IsEmpty());
  EXPECT_THAT(queries("no.example", 12), IsEmpty());
  EXPECT_EQ(negative("empty.example", 12), "NODATA");
  EXPECT_EQ(negative("no.example", 9), "data_not_found");
  EXPECT_EQ(negative("no.example", 40), "expired");
}

TEST_F(dns_relation_test, ANegativeTtlIsTheLesserOfTwo) {
  look_up(10,
          answer_to("a.example").rcode(dns_rcode::nxdomain).soa("example", 900, 20));
  look_up(10,
          answer_to("b.example").rcode(dns_rcode::nxdomain).soa("example", 20, 900));
  for (const auto* name : {"a.example", "b.example"}) {
    EXPECT_EQ(negative(name, 29), "NXDOMAIN");
    EXPECT_EQ(negative(name, 30), "expired") << "RFC 2308 5";
  }
}

TEST_F(dns_relation_test, OneTypeWithoutDataDoesNotDenyTheName) {
  look_up(10, answer_to("example.com").a("example.com", "192.0.2.1"));
  auto none = answer_to("example.com", dns_type::aaaa).soa("example.com", 60, 60);
  look_up(11, none);
  EXPECT_EQ(negative("example.com", 12), "");
  EXPECT_THAT(addresses("example.com", 12), ElementsAre("192.0.2.1"));
}

TEST_F(dns_relation_test, WhatIsDeniedIsTheEndOfTheChain) {
  look_up(10, answer_to("www.example")
                  .rcode(dns_rcode::nxdomain)
                  .cname("www.example", "gone.example")
                  .soa("example", 60, 60));
  EXPECT_THAT(queries("www.example", 11), ElementsAre("www.example", "gone.example"));
  EXPECT_EQ(negative("www.example", 11), "");
}

TEST_F(dns_relation_test, AReferralDeniesNothingNorDoesWhatIsTruncatedOrFails) {
  look_up(
      10,
      answer_to("a.example").authority().named("example", dns_type::ns, "ns.example"));
  look_up(11, answer_to("b.example").truncated());
  look_up(12, answer_to("c.example").rcode(dns_rcode::server_failure));
  for (const auto* name : {"a.example", "b.example", "c.example"})
    EXPECT_EQ(negative(name, 13), "data_not_found") << name;
}

} // namespace

} // namespace vedette::stories
