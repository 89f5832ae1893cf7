// Each test rules out a defect that spec/data-sources.md section 4 names (there: ▲).

#include "tests/datasources/dns/dns_story.hpp"

namespace vedette::stories {

namespace {

using namespace std::chrono_literals;
using testing::Contains;
using testing::Each;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;
using testing::UnorderedElementsAre;

class dns_defects_test : public dns_story {};

TEST_F(dns_defects_test, ARecordOfAnotherTypeNeverInventsAnEmptyName) {
  look_up(10, answer_to("example.com", dns_type::txt)
                  .txt("example.com", "v=spf1 -all")
                  .named("example.com", dns_type::ns, "ns.example.com")
                  .named("example.com", dns_type::mx, ".")
                  .named("_x._tcp.example.com", dns_type::srv, ".")
                  .https("example.com", ".", {}));
  const auto found = get("example.com", 11, dns_parts::records);
  ASSERT_TRUE(found);
  EXPECT_THAT(found->dns_queries, ElementsAre("example.com"));
  EXPECT_THAT(found->ip_addresses, IsEmpty());
  std::vector<std::string> types;
  for (const auto& record : found->records) {
    EXPECT_THAT(record.owner, Not(IsEmpty()));
    EXPECT_THAT(record.value, Not(IsEmpty()));
    types.push_back(record.type);
  }
  EXPECT_THAT(types, UnorderedElementsAre("TXT", "NS", "MX", "HTTPS"))
      << "kept as detail";
  EXPECT_THAT(queries("_x._tcp.example.com", 11), ElementsAre("_x._tcp.example.com"));
}

TEST_F(dns_defects_test, TheRootIsNoEmptyName) {
  look_up(10,
          answer_to(".", dns_type::ns).named(".", dns_type::ns, "a.root-servers.net"));
  EXPECT_FALSE(get(".", 11));
  look_up(20, answer_to("example.com").a("example.com", "192.0.2.1"));
  EXPECT_THAT(queries("192.0.2.1", 21), ElementsAre("example.com"));
}

TEST_F(dns_defects_test, AnAddressOfTwoNamesBelongsToBoth) {
  look_up(10, answer_to("one.example").a("one.example", "192.0.2.1"));
  look_up(11, answer_to("two.example").a("two.example", "192.0.2.1"));
  EXPECT_THAT(addresses("one.example", 12), ElementsAre("192.0.2.1"));
  EXPECT_THAT(addresses("two.example", 12), ElementsAre("192.0.2.1"));
  EXPECT_THAT(queries("192.0.2.1", 12), ElementsAre("one.example", "two.example"));
}

TEST_F(dns_defects_test, ANameReachedFromTwoQueriesBelongsToBoth) {
  look_up(10, answer_to("one.example")
                  .cname("one.example", "cdn.example")
                  .a("cdn.example", "192.0.2.1"));
  look_up(11, answer_to("two.example")
                  .cname("two.example", "cdn.example")
                  .a("cdn.example", "192.0.2.1"));
  for (const auto* name : {"one.example", "two.example"}) {
    EXPECT_THAT(addresses(name, 12), ElementsAre("192.0.2.1"));
    EXPECT_THAT(queries(name, 12), ElementsAre(name, "cdn.example"));
  }
  EXPECT_THAT(queries("cdn.example", 12),
              ElementsAre("one.example", "two.example", "cdn.example"));
}

TEST_F(dns_defects_test, AMailServerThatIsItsOwnDomainTerminates) {
  look_up(10, answer_to("example.com", dns_type::mx)
                  .mx("example.com", "example.com")
                  .a("example.com", "192.0.2.1"));
  EXPECT_THAT(queries("example.com", 11), ElementsAre("example.com"));
  EXPECT_THAT(addresses("example.com", 11), ElementsAre("192.0.2.1"));
  EXPECT_THAT(queries("192.0.2.1", 11), ElementsAre("example.com"));
}

TEST_F(dns_defects_test, ALoopOfCnamesTerminates) {
  look_up(10, answer_to("a.example")
                  .cname("a.example", "b.example")
                  .cname("b.example", "c.example")
                  .cname("c.example", "a.example"));
  for (const auto* name : {"a.example", "b.example", "c.example"}) {
    EXPECT_THAT(queries(name, 11), ElementsAre("a.example", "b.example", "c.example"));
    EXPECT_EQ(root(name, 11), "a.example");
  }
}

TEST_F(dns_defects_test, AChainOfThousandsOfCnamesDoesNotOverflowTheStack) {
  auto reply = answer_to("0.example");
  for (int i = 0; i < 900; ++i)
    reply.cname(std::to_string(i) + ".example", std::to_string(i + 1) + ".example");
  look_up(10, reply);
  for (int i = 900; i < 4500; i += 900) {
    auto more = answer_to(std::to_string(i) + ".example");
    for (int k = i; k < i + 900; ++k)
      more.cname(std::to_string(k) + ".example", std::to_string(k + 1) + ".example");
    look_up(11, more);
  }
  const auto found = get("0.example", 12);
  ASSERT_TRUE(found);
  EXPECT_GE(found->dns_queries.size(), 4000U);
  EXPECT_FALSE(found.complete) << "an answer is bounded, and says so";
}

TEST_F(dns_defects_test, AnExpiredAddressIsNotReturnedThroughItsRoot) {
  look_up(10, answer_to("example.com")
                  .cname("example.com", "www.example.com", 300)
                  .a("www.example.com", "192.0.2.1", 20));
  look_up(25, answer_to("example.com")
                  .cname("example.com", "www.example.com", 300)
                  .a("www.example.com", "192.0.2.2", 20));
  EXPECT_THAT(addresses("example.com", 29), ElementsAre("192.0.2.1", "192.0.2.2"));
  EXPECT_THAT(addresses("example.com", 30), ElementsAre("192.0.2.2"))
      << "valid until seen + ttl, and not at that moment";
  EXPECT_THAT(addresses("example.com", 50), IsEmpty());
  EXPECT_THAT(queries("example.com", 50),
              ElementsAre("example.com", "www.example.com"));
  EXPECT_THAT(addresses("example.com", 29), ElementsAre("192.0.2.1", "192.0.2.2"))
      << "as of the past";
}

TEST_F(dns_defects_test, ANameWithRotatingAddressesDoesNotGrow) {
  std::uint64_t most = 0;
  for (int i = 0; i < 5000; ++i) {
    const auto address =
        "10." + std::to_string(i / 200 % 200) + '.' + std::to_string(i % 200) + ".1";
    see(10 + i, answer_to("cdn.example").a("cdn.example", address, 5));
    state_.advance(at_s(10 + i));
    if (i == 1000)
      most = metrics().bytes;
  }
  EXPECT_LE(metrics().bytes, most);
  EXPECT_EQ(addresses("cdn.example", 5009).size(), 5U);
  EXPECT_GT(metrics().expired, 4000U);
}

TEST_F(dns_defects_test, ExpiredRecordsAnswerAboutTheRecentPastUntilKeepExpired) {
  reset({.keep_expired = 60s});
  look_up(10, answer_to("example.com").a("example.com", "192.0.2.1", 20));
  state_.advance(at_s(85));
  EXPECT_THAT(addresses("example.com", 29), ElementsAre("192.0.2.1"));
  EXPECT_THAT(addresses("example.com", 85), ElementsAre("expired"));
  state_.advance(at_s(95));
  EXPECT_EQ(metrics().items, 0U);
  EXPECT_THAT(addresses("example.com", 95), ElementsAre("expired"));
  EXPECT_FALSE(get("example.com", 29).complete) << "a past that is no longer kept";
}

TEST_F(dns_defects_test, EvictionNeverTakesRecordsThatAnotherNameStillUses) {
  reset({.names = 2});
  const auto shared = [](const char* name) {
    return answer_to(name).cname(name, "cdn.example").a("cdn.example", "192.0.2.1");
  };
  look_up(10, shared("one.example"));
  look_up(11, shared("two.example"));
  look_up(12, answer_to("three.example").a("three.example", "192.0.2.3"));
  EXPECT_THAT(addresses("one.example", 13), ElementsAre("expired"))
      << "the oldest went";
  EXPECT_THAT(addresses("two.example", 13), ElementsAre("192.0.2.1"));
  EXPECT_THAT(queries("192.0.2.1", 13), ElementsAre("two.example", "cdn.example"));
}

TEST_F(dns_defects_test, EvictionOfAQueryThatAnotherOneLeadsToKeepsItsRecords) {
  reset({.names = 2});
  look_up(10, answer_to("cdn.example").a("cdn.example", "192.0.2.1"));
  look_up(11, answer_to("www.example")
                  .cname("www.example", "cdn.example")
                  .a("cdn.example", "192.0.2.1"));
  look_up(12, answer_to("other.example").a("other.example", "192.0.2.3"));
  EXPECT_THAT(addresses("www.example", 13), ElementsAre("192.0.2.1"));
  EXPECT_EQ(root("192.0.2.1", 13), "www.example");
}

/// A name whose records lead to one target on several ways.
TEST_F(dns_defects_test, EvictionSurvivesATargetThatIsReachedTwice) {
  reset({.names = 2});
  for (int i = 0; i < 40; ++i) {
    const auto name = std::to_string(i) + ".example";
    const auto address = "192.0.2." + std::to_string(i % 5 + 1);
    look_up(10 + i, answer_to(name)
                        .cname(name, "cdn." + name)
                        .a(name, address)
                        .a("cdn." + name, address)
                        .https(name, "cdn." + name, {address}));
    EXPECT_THAT(addresses(name, 10 + i), ElementsAre(address));
    EXPECT_THAT(queries(name, 10 + i), ElementsAre(name, "cdn." + name));
  }
  EXPECT_THAT(queries("192.0.2.5", 49), ElementsAre("39.example", "cdn.39.example"));
  EXPECT_THAT(queries("192.0.2.4", 49), ElementsAre("38.example", "cdn.38.example"));
  EXPECT_THAT(addresses("192.0.2.3", 49), ElementsAre("expired"));
}

TEST_F(dns_defects_test, APtrQuestionsAddressIsInReadingOrder) {
  look_up(10, answer_to("4.3.2.1.in-addr.arpa", dns_type::ptr)
                  .ptr("4.3.2.1.in-addr.arpa", "host.example"));
  for (const auto* key : {"1.2.3.4", "4.3.2.1.in-addr.arpa", "4.3.2.1.IN-ADDR.ARPA."}) {
    EXPECT_THAT(queries(key, 11), ElementsAre("host.example"));
    EXPECT_THAT(addresses(key, 11), ElementsAre("1.2.3.4"));
    EXPECT_EQ(root(key, 11), "1.2.3.4");
  }
  EXPECT_THAT(addresses("host.example", 11), ElementsAre("1.2.3.4"));
  EXPECT_THAT(queries("4.3.2.1", 11), ElementsAre("data_not_found"));
}

TEST_F(dns_defects_test, APtrQuestionsIpv6AddressIsInReadingOrder) {
  std::string name = "1.";
  for (int i = 0; i < 23; ++i)
    name += "0.";
  name += "8.b.d.0.1.0.0.2.ip6.arpa";
  look_up(10, answer_to(name, dns_type::ptr).ptr(name, "host.example"));
  for (const auto& key :
       {std::string{"2001:db8::1"}, std::string{"2001:0DB8:0:0:0:0:0:1"}, name})
    EXPECT_THAT(addresses(key, 11), ElementsAre("2001:db8::1"));
}

TEST_F(dns_defects_test, AnAnswerAfterALossSaysThatItMayMissSomething) {
  look_up(10, answer_to("example.com").a("example.com", "192.0.2.1", 600));
  EXPECT_TRUE(get("example.com", 25).complete);
  lose(20, 21);
  EXPECT_FALSE(get("example.com", 25).complete)
      << "also where it had been asked before";
  EXPECT_FALSE(get("192.0.2.1", 25).complete);
  EXPECT_TRUE(get("example.com", 19).complete);
  look_up(30, answer_to("example.com").a("example.com", "192.0.2.1", 600));
  EXPECT_TRUE(get("example.com", 31).complete) << "it was told again";
  EXPECT_FALSE(get("192.0.2.1", 31).complete) << "nobody tells all names of an address";
  lose(40, 41, "execve");
  EXPECT_TRUE(get("example.com", 42).complete) << "that was something else";
}

} // namespace

} // namespace vedette::stories
