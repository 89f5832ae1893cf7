#include "tests/datasources/dns/dns_fixture.hpp"

namespace vedette {

namespace {

using namespace dns_type;

class dns_bounds_test : public dns_test {
protected:
  static std::string nth(const char* prefix, int n) {
    return prefix + std::to_string(n) + ".com";
  }
  static std::string address(int n) {
    return "10." + std::to_string(n / 65536 % 256) + '.' + std::to_string(n / 256 % 256)
           + '.' + std::to_string(n % 256);
  }
};

TEST_F(dns_bounds_test, ANameWithRotatingAddressesDoesNotGrow) {
  for (int n = 0; n < 5000; ++n) {
    see(n, dns_answer("a.com").a("a.com", address(n), 10));
    dns_.advance(at(n));
  }
  EXPECT_LE(metrics().items, 75U);
  EXPECT_EQ(known("a.com", 4999).ip_addresses.size(), 10U);
  EXPECT_EQ(error(address(4900), 4999), ec::expired);
}

TEST_F(dns_bounds_test, ExpiredRecordsAnswerThePastForAWhile) {
  see(10, dns_answer("a.com").a("a.com", "192.0.2.1", 10));
  dns_.advance(at(79));
  EXPECT_EQ(known("a.com", 15).ip_addresses.size(), 1U);
  dns_.advance(at(80));
  EXPECT_EQ(error("a.com", 15), ec::expired);
  EXPECT_EQ(metrics().items, 0U);
  EXPECT_GT(metrics().expired, 0U);
}

TEST_F(dns_bounds_test, EvictionOfANameNeverTakesRecordsAnotherStillUses) {
  dns_ = dns_state{{.names = 2}};
  see(1, dns_answer("a.com")
             .to(cname, "a.com", "cdn.net", 600)
             .a("cdn.net", "192.0.2.1", 600)
             .a("a.com", "192.0.2.9", 600));
  see(2, dns_answer("b.com")
             .to(cname, "b.com", "cdn.net", 600)
             .a("cdn.net", "192.0.2.1", 600));
  see(3, dns_answer("c.com").a("c.com", "192.0.2.3", 600));
  EXPECT_EQ(error("a.com", 4), ec::expired);
  EXPECT_EQ(error("192.0.2.9", 4), ec::expired);
  EXPECT_EQ(known("b.com", 4).ip_addresses, texts{"192.0.2.1"});
  EXPECT_EQ(known("192.0.2.1", 4).dns_queries, (texts{"b.com", "cdn.net"}));
  EXPECT_EQ(metrics().evicted, 1U);
}

TEST_F(dns_bounds_test, ANameThatAnotherLeadsToKeepsItsRecords) {
  dns_ = dns_state{{.names = 2}};
  see(1, dns_answer("cdn.net").a("cdn.net", "192.0.2.1", 600));
  see(2, dns_answer("b.com").to(cname, "b.com", "cdn.net", 600));
  see(3, dns_answer("c.com").a("c.com", "192.0.2.3", 600));
  EXPECT_EQ(known("b.com", 4).ip_addresses, texts{"192.0.2.1"});
}

TEST_F(dns_bounds_test, LiveNamesAreNotEvictedBeforeDeadOnes) {
  dns_ = dns_state{{.names = 3}};
  see(1, dns_answer("live.com").a("live.com", "192.0.2.1", 600));
  see(2, dns_answer("dead.com").a("dead.com", "192.0.2.2", 5));
  see(3, dns_answer("used.com").a("used.com", "192.0.2.3", 600));
  see(10, dns_answer("new.com").a("new.com", "192.0.2.4", 600));
  EXPECT_EQ(known("dead.com", 4).ip_addresses.size(), 1U); // Who lags sees it.
  dns_.advance(at(10));
  EXPECT_EQ(error("dead.com", 4), ec::expired);
  EXPECT_EQ(known("live.com", 11).ip_addresses.size(), 1U);
  see(12, dns_answer("live.com").a("live.com", "192.0.2.1", 600));
  see(13, dns_answer("newer.com").a("newer.com", "192.0.2.5", 600));
  EXPECT_EQ(error("used.com", 14), ec::expired); // The oldest unused.
  EXPECT_EQ(known("live.com", 14).ip_addresses.size(), 1U);
}

TEST_F(dns_bounds_test, UnansweredQueriesPushNothingOut) {
  dns_ = dns_state{{.names = 3}};
  see(1, dns_answer("live.com").a("live.com", "192.0.2.1", 600));
  for (int n = 0; n < 100; ++n)
    see(2 + n, dns_query(nth("q", n)));
  EXPECT_EQ(known("live.com", 103).ip_addresses.size(), 1U);
  EXPECT_LE(metrics().items, 5U);
}

TEST_F(dns_bounds_test, AnAttackersAnswersAreBounded) {
  dns_ = dns_state{{.names = 4}};
  for (int n = 0; n < 300; ++n) {
    auto answer = dns_answer(nth("q", n));
    for (int i = 0; i < 40; ++i)
      answer.a(nth(("glue" + std::to_string(n) + '-').c_str(), i), address(n * 40 + i),
               0x7fff'ffffU);
    see(n, answer);
    EXPECT_LE(metrics().items, 16U * 4 + 64);
  }
  EXPECT_GT(metrics().evicted, 0U);
  auto huge = dns_answer("huge.com");
  for (int n = 0; n < 3000; ++n)
    huge.a("huge.com", address(n), 60);
  dns_ = dns_state{{}};
  see(1, huge);
  EXPECT_EQ(known("huge.com", 2).ip_addresses.size(), 1023U);
  EXPECT_EQ(dns_.refused().over_limit, 3000U - 1023);
}

TEST_F(dns_bounds_test, ManySightingsOfARecordBecomeOne) {
  for (int n = 0; n < 10'000; ++n)
    see(n, dns_answer("a.com").a("a.com", "192.0.2.1", 300));
  EXPECT_EQ(known("a.com", 5000).ip_addresses.size(), 1U);
  EXPECT_EQ(known("a.com", 10'298).ip_addresses.size(), 1U);
  EXPECT_TRUE(ask("a.com", 10'298).complete);
  EXPECT_EQ(error("a.com", 10'299), ec::expired);
}

TEST_F(dns_bounds_test, RefusesLimitsThatCannotBe) {
  EXPECT_TRUE(dns_config{}.validate());
  EXPECT_EQ(dns_config{.names = 0}.validate().error().code, ec::invalid_config);
  EXPECT_FALSE(dns_config{.keep_expired = std::chrono::seconds{-1}}.validate());
  EXPECT_FALSE(dns_config{.min_ttl = std::chrono::seconds{-1}}.validate());
  EXPECT_FALSE(dns_config{.ports = {}}.validate());
}

TEST_F(dns_bounds_test, LearnsFromConfiguredPortsOnly) {
  dns_context elsewhere = seen(1);
  elsewhere.src_port = 5353;
  const auto answer = dns_answer("a.com").a("a.com", "192.0.2.1", 60);
  dns_.apply_message(answer.message(), elsewhere);
  EXPECT_EQ(error("a.com", 2), ec::data_not_found);
  EXPECT_EQ(dns_.refused().other_ports, 1U);
  dns_ = dns_state{{.ports = {53, 5353}}};
  dns_.apply_message(answer.message(), elsewhere);
  EXPECT_EQ(known("a.com", 2).ip_addresses.size(), 1U);
}

TEST_F(dns_bounds_test, TellsWhatChanged) {
  dns_.changes().listen(true);
  see(1,
      dns_answer("a.com").to(cname, "a.com", "b.com", 60).a("b.com", "192.0.2.1", 60));
  const auto keys = dns_.changes().take();
  texts shown;
  for (const auto& key : keys)
    shown.push_back(std::string{dns_.show_key(key).as_string().value()});
  for (const auto* name : {"a.com", "b.com", "192.0.2.1"})
    EXPECT_NE(std::ranges::find(shown, name), shown.end()) << name;
}

} // namespace

} // namespace vedette
