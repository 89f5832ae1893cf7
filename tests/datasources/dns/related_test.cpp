#include "tests/datasources/dns/dns_fixture.hpp"

namespace vedette {

namespace {

using namespace dns_type;

class dns_related_test : public dns_test {};

TEST_F(dns_related_test, FollowsAChainInAnyOrderOfRecords) {
  see(10, dns_answer("www.example.com")
              .a("edge.cdn.net", "192.0.2.2", 60)
              .to(cname, "mid.example.com", "edge.cdn.net", 60)
              .to(cname, "www.example.com", "mid.example.com", 60)
              .a("edge.cdn.net", "2001:DB8::1", 60));
  const texts addresses{"192.0.2.2", "2001:db8::1"};
  const texts names{"www.example.com", "edge.cdn.net", "mid.example.com"};
  for (const auto* key : {"WWW.example.com.", "192.0.2.2", "mid.example.com"}) {
    const auto found = known(key, 11);
    EXPECT_EQ(found.dns_root, "www.example.com") << key;
    EXPECT_EQ(found.dns_queries, names) << key;
  }
  EXPECT_EQ(known("www.example.com", 11).ip_addresses, addresses);
  EXPECT_EQ(known("192.0.2.2", 11).ip_addresses, texts{"192.0.2.2"});
  EXPECT_EQ(known("2001:0db8:0:0::1", 11).dns_root, "www.example.com");
}

TEST_F(dns_related_test, AnAddressSharedByTwoNamesIsReturnedForBoth) {
  see(1, dns_answer("a.com").a("a.com", "192.0.2.1", 60));
  see(2, dns_answer("b.com").a("b.com", "192.0.2.1", 60).a("b.com", "192.0.2.2", 60));
  EXPECT_EQ(known("a.com", 3).ip_addresses, texts{"192.0.2.1"});
  EXPECT_EQ(known("b.com", 3).ip_addresses, (texts{"192.0.2.1", "192.0.2.2"}));
  EXPECT_EQ(known("192.0.2.1", 3).dns_queries, (texts{"a.com", "b.com"}));
  EXPECT_EQ(known("192.0.2.1", 3).dns_root, "a.com");
  EXPECT_EQ(known("192.0.2.1", 1.5).dns_queries, texts{"a.com"});
  // Siblings of an address are not related.
  EXPECT_EQ(known("a.com", 3).dns_queries, texts{"a.com"});
  EXPECT_EQ(known("192.0.2.2", 3).dns_queries, texts{"b.com"});
}

TEST_F(dns_related_test, ANameReachedFromTwoQueriesBelongsToBoth) {
  see(1, dns_answer("a.com")
             .to(cname, "a.com", "cdn.net", 60)
             .a("cdn.net", "192.0.2.1", 60));
  see(2, dns_answer("b.com")
             .to(cname, "b.com", "cdn.net", 60)
             .a("cdn.net", "192.0.2.1", 60));
  EXPECT_EQ(known("cdn.net", 3).dns_queries, (texts{"a.com", "b.com", "cdn.net"}));
  EXPECT_EQ(known("b.com", 3).ip_addresses, texts{"192.0.2.1"});
  EXPECT_EQ(known("b.com", 3).dns_root, "b.com");
}

TEST_F(dns_related_test, CyclesTerminate) {
  see(1, dns_answer("self.com", mx).to(mx, "self.com", "self.com", 60));
  see(1, dns_answer("x.com")
             .to(cname, "x.com", "y.com", 60)
             .to(cname, "y.com", "x.com", 60));
  EXPECT_EQ(known("self.com", 2).dns_queries, texts{"self.com"});
  EXPECT_EQ(known("self.com", 2).records.size(), 1U);
  EXPECT_EQ(known("y.com", 2).dns_queries, (texts{"x.com", "y.com"}));
  EXPECT_EQ(known("y.com", 2).dns_root, "x.com");
}

TEST_F(dns_related_test, APtrQuestionsAddressIsInReadingOrder) {
  see(1, dns_answer("80.2.0.192.in-addr.arpa", ptr)
             .to(ptr, "80.2.0.192.in-addr.arpa", "host.example.com", 60));
  for (const auto* key :
       {"192.0.2.80", "80.2.0.192.IN-ADDR.arpa.", "::ffff:192.0.2.80"}) {
    const auto found = known(key, 2);
    EXPECT_EQ(found.ip_addresses, texts{"192.0.2.80"});
    EXPECT_EQ(found.dns_queries, texts{"host.example.com"});
    EXPECT_EQ(found.dns_root, "192.0.2.80");
  }
  EXPECT_EQ(known("host.example.com", 2).ip_addresses, texts{"192.0.2.80"});
  EXPECT_EQ(known("host.example.com", 2).dns_root, "");
}

TEST_F(dns_related_test, PtrIsOneStepAndFollowedNoFurther) {
  see(1, dns_answer("a.com").to(cname, "a.com", "host.com", 60));
  see(2, dns_answer("1.2.0.192.in-addr.arpa", ptr)
             .to(ptr, "1.2.0.192.in-addr.arpa", "host.com", 60));
  EXPECT_EQ(known("host.com", 3).ip_addresses, texts{"192.0.2.1"});
  EXPECT_EQ(known("a.com", 3).ip_addresses, texts{});
  EXPECT_EQ(known("192.0.2.1", 3).dns_queries, texts{"host.com"});
}

TEST_F(dns_related_test, OtherTypesAreDetailAndNeverAnEmptyName) {
  see(1, dns_answer("t.com", txt)
             .txt("t.com", "v=spf1", 60)
             .to(mx, "t.com", ".", 60)
             .to(ns, "t.com", "ns.t.com", 60)
             .to(https, "t.com", "", 60));
  const auto found = known("t.com", 2);
  EXPECT_EQ(found.dns_queries, texts{"t.com"});
  ASSERT_EQ(found.records.size(), 4U);
  EXPECT_EQ(found.records[3].type, "TXT");
  EXPECT_EQ(found.records[3].value, "v=spf1");
  EXPECT_EQ(found.records[1].value, ".");
  EXPECT_EQ(error("ns.t.com", 2), ec::data_not_found);
}

TEST_F(dns_related_test, HintsOfHttpsAreAddresses) {
  see(1,
      dns_answer("h.com", https).to(https, "h.com", "svc.h.com", 60).hint("192.0.2.9"));
  EXPECT_EQ(known("h.com", 2).ip_addresses, texts{"192.0.2.9"});
  EXPECT_EQ(known("h.com", 2).dns_queries, (texts{"h.com", "svc.h.com"}));
  EXPECT_EQ(known("svc.h.com", 2).ip_addresses, texts{});
}

TEST_F(dns_related_test, NamesAskedForComeFirstOldestFirst) {
  see(1,
      dns_answer("a.com").to(cname, "a.com", "m.com", 60).a("m.com", "192.0.2.1", 60));
  EXPECT_EQ(known("192.0.2.1", 2).dns_queries, (texts{"a.com", "m.com"}));
  see(3, dns_answer("z.com").to(cname, "z.com", "a.com", 60));
  EXPECT_EQ(known("192.0.2.1", 4).dns_queries, (texts{"a.com", "z.com", "m.com"}));
  see(5, dns_query("m.com"));
  EXPECT_EQ(known("192.0.2.1", 6).dns_queries, (texts{"a.com", "z.com", "m.com"}));
  EXPECT_EQ(known("m.com", 6).dns_root, "a.com");
  EXPECT_EQ(known("z.com", 6).dns_root, "z.com");
}

TEST_F(dns_related_test, ReadsEventsAndSaysWhoAsked) {
  const auto answer =
      R"({"ID":7,"QR":1,"opCode":"query","responseCode":"no error  ",)"
      R"("questions":[{"name":"Example.com","type":"A","class":"IN"}],)"
      R"("answers":[{"name":"example.com","type":"A","class":"IN","TTL":300,"IP":"192.0.2.80"}]})";
  namespace packet = events::net_packet_dns;
  const auto batch = make_batch(
      {event_builder{event_kind::net_packet_dns}
           .at(at(1))
           .by({812, 5})
           .container("c1")
           .arg<packet::src_port>(40112)
           .arg<packet::dst_port>(53)
           .arg<packet::proto_dns>(
               R"({"ID":7,"QR":0,"questions":[{"name":"example.com","type":"A"}]})"),
       event_builder{event_kind::net_packet_dns}
           .at(at(2))
           .by({900, 6})
           .arg<packet::src_port>(53)
           .arg<packet::dst_port>(40112)
           .arg<packet::proto_dns>(answer)});
  for (const auto event : batch->events()) {
    EXPECT_TRUE(dns_state::learns_from(event));
    dns_.apply(event);
  }
  const auto found = known("example.com", 3);
  EXPECT_EQ(found.ip_addresses, texts{"192.0.2.80"});
  ASSERT_EQ(found.records.size(), 1U);
  EXPECT_EQ(found.records[0].asked_by, entity_of(812, 5));
  EXPECT_EQ(found.records[0].container_id, "c1");
  EXPECT_TRUE(found.records[0].solicited);
  EXPECT_EQ(found.records[0].seen_at, at(2));
}

} // namespace

} // namespace vedette
