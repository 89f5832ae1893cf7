#include "tests/datasources/dns/dns_fixture.hpp"

namespace vedette {

namespace {

using namespace dns_type;

class dns_validity_test : public dns_test {};

TEST_F(dns_validity_test, AnExpiredAddressIsNotReturnedThroughItsRoot) {
  see(10, dns_answer("a.com").a("a.com", "192.0.2.1", 5).a("a.com", "192.0.2.2", 60));
  EXPECT_EQ(known("a.com", 14.9).ip_addresses, (texts{"192.0.2.1", "192.0.2.2"}));
  EXPECT_EQ(known("a.com", 15).ip_addresses, texts{"192.0.2.2"});
  EXPECT_EQ(error("192.0.2.1", 15), ec::expired);
  EXPECT_EQ(error("a.com", 9), ec::data_not_found);
  EXPECT_EQ(error("a.com", 70), ec::expired);
  EXPECT_EQ(error("b.com", 70), ec::data_not_found);
}

TEST_F(dns_validity_test, SeenAgainItIsValidByEitherSighting) {
  see(10, dns_answer("a.com").a("a.com", "192.0.2.1", 100));
  see(20, dns_answer("a.com").a("a.com", "192.0.2.1", 1));
  EXPECT_EQ(known("a.com", 109).ip_addresses.size(), 1U);
  see(160, dns_answer("a.com").a("a.com", "192.0.2.1", 0));
  EXPECT_EQ(error("a.com", 150), ec::expired);
  EXPECT_EQ(known("a.com", 160.9).ip_addresses.size(), 1U); // min_ttl
  EXPECT_EQ(error("a.com", 161), ec::expired);
  EXPECT_EQ(known("a.com", 50).records.front().seen_at, at(10));
}

TEST_F(dns_validity_test, ATtlWithTheHighestBitIsZero) {
  see(10, dns_answer("a.com").a("a.com", "192.0.2.1", 0x8000'0001U));
  EXPECT_EQ(error("a.com", 12), ec::expired);
}

TEST_F(dns_validity_test, LateMessagesAreInsertedWhereTheyBelong) {
  see(20, dns_answer("a.com").a("a.com", "192.0.2.2", 60));
  see(10, dns_answer("a.com").a("a.com", "192.0.2.1", 60));
  EXPECT_EQ(known("a.com", 30).ip_addresses, (texts{"192.0.2.1", "192.0.2.2"}));
  EXPECT_EQ(known("a.com", 15).ip_addresses, texts{"192.0.2.1"});
}

TEST_F(dns_validity_test, RemembersNegativeAnswersForTheirTtl) {
  see(10, dns_answer("no.com").rcode(3).soa("com", 900, 30));
  const auto found = known("no.com", 39);
  EXPECT_EQ(found.negative, "NXDOMAIN");
  EXPECT_EQ(found.ip_addresses, texts{});
  EXPECT_EQ(found.dns_queries, texts{});
  EXPECT_EQ(error("no.com", 40), ec::expired);
  EXPECT_EQ(error("com", 20), ec::data_not_found);
  see(50, dns_answer("no.com", aaaa).soa("no.com", 20, 300));
  EXPECT_EQ(known("no.com", 60).negative, "NODATA");
  see(51, dns_answer("no.com").a("no.com", "192.0.2.1", 5));
  EXPECT_EQ(known("no.com", 52).negative, "");
  EXPECT_EQ(known("no.com", 56).negative, "NODATA");
}

TEST_F(dns_validity_test, TheEndOfAChainIsWhatThereIsNot) {
  see(10,
      dns_answer("a.com").to(cname, "a.com", "b.com", 60).rcode(3).soa("com", 60, 60));
  EXPECT_EQ(known("a.com", 11).negative, "");
  EXPECT_EQ(known("b.com", 11).dns_queries, (texts{"a.com", "b.com"}));
  see(10, dns_answer("ref.com").to(cname, "ref.com", "else.net", 60));
  EXPECT_EQ(known("else.net", 11).negative, "");
  EXPECT_EQ(dns_.refused().malformed, 0U);
}

TEST_F(dns_validity_test, TellsAnswersThatNobodyAskedFor) {
  see(1, dns_query("a.com").id(9));
  see(2, dns_answer("a.com").id(9).a("a.com", "192.0.2.1", 60));
  see(3, dns_answer("a.com").id(10).a("a.com", "192.0.2.66", 60));
  see(3, dns_answer("evil.com").id(9).a("evil.com", "192.0.2.1", 60));
  EXPECT_EQ(known("a.com", 4).ip_addresses, (texts{"192.0.2.1", "192.0.2.66"}));
  EXPECT_EQ(known("a.com", 4, dns_parts::solicited_only).ip_addresses,
            texts{"192.0.2.1"});
  EXPECT_EQ(known("192.0.2.1", 4, dns_parts::solicited_only).dns_queries,
            texts{"a.com"});
  EXPECT_EQ(error("evil.com", 4, dns_parts::solicited_only), ec::expired);
  dns_ = dns_state{{.unsolicited = dns_unsolicited::ignore}};
  see(3, dns_answer("evil.com").id(9).a("evil.com", "192.0.2.1", 60));
  EXPECT_EQ(error("evil.com", 4), ec::data_not_found);
  EXPECT_EQ(dns_.refused().unsolicited, 1U);
}

TEST_F(dns_validity_test, TheAskerIsWhoSentTheQueryNotTheServerThatGotIt) {
  const auto query = dns_query("a.com").id(9);
  auto server = seen(1.0001, true);
  server.process = entity_id{53};
  see(1, query);
  dns_.apply_message(query.message(), server);
  see(1.1, dns_answer("a.com").id(9).a("a.com", "192.0.2.1", 600));
  EXPECT_EQ(known("a.com", 2).records.at(0).asked_by, entity_id{812});
  // Ids and ports are used again.
  server.time = at(8);
  dns_.apply_message(query.message(), server);
  see(8.1, dns_answer("a.com").id(9).a("a.com", "192.0.2.2", 600));
  EXPECT_EQ(known("192.0.2.2", 9).records.at(0).asked_by, entity_id{53});
}

TEST_F(dns_validity_test, WhatIsMissedAfterALossIsIncomplete) {
  namespace lost = events::lost_events;
  see(1, dns_answer("old.com").a("old.com", "192.0.2.1", 2));
  see(1, dns_answer("a.com").a("a.com", "192.0.2.1", 600));
  const auto batch =
      make_batch({event_builder{event_kind::lost_events}
                      .at(at(20))
                      .arg<lost::event>("net_packet_dns")
                      .arg<lost::since>(at(10).time_since_epoch().count())
                      .arg<lost::until>(at(20).time_since_epoch().count())});
  dns_.apply((*batch)[0]);
  see(30, dns_answer("new.com").a("new.com", "192.0.2.2", 2));
  EXPECT_FALSE(ask("unknown.com", 21).complete);
  EXPECT_FALSE(ask("old.com", 21).complete);
  EXPECT_TRUE(ask("old.com", 9).complete);
  EXPECT_TRUE(ask("new.com", 40).complete);
  EXPECT_FALSE(ask("a.com", 21).complete) << "it may have got another address";
  EXPECT_TRUE(ask("a.com", 9).complete);
  EXPECT_TRUE(ask("unknown.com", 20 + 3600).complete);
}

TEST_F(dns_validity_test, GivesAKeptAnswerOnlyWhereItHolds) {
  see(10, dns_answer("a.com").a("a.com", "192.0.2.1", 10).a("a.com", "192.0.2.2", 20));
  const auto first = ask("a.com", 11);
  EXPECT_EQ(ask("a.com", 19).shared(), first.shared());
  EXPECT_NE(ask("a.com", 20).shared(), first.shared());
  EXPECT_EQ(known("a.com", 20).ip_addresses, texts{"192.0.2.2"});
  see(21, dns_answer("b.com").to(cname, "b.com", "a.com", 9));
  EXPECT_EQ(known("a.com", 22).dns_queries, (texts{"a.com", "b.com"}));
  EXPECT_EQ(known("a.com", 20).dns_queries, texts{"a.com"});
}

} // namespace

} // namespace vedette
