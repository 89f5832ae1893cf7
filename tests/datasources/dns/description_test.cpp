#include "tests/datasources/dns/dns_fixture.hpp"
#include "tests/support/json_schema.hpp"

#include <gmock/gmock.h>

#include <array>

namespace vedette {

namespace {

using testing::HasSubstr;

class dns_description_test : public dns_test {
protected:
  dns_description_test() {
    see(1,
        dns_answer("a.com").a("a.com", "192.0.2.1", 60).txt("a.com", "\xff\"\n", 60));
    see(1, dns_answer("no.com").rcode(3).soa("com", 60, 60));
  }

  value answer(const std::string& key) {
    const auto parsed = dns::parse_key(parse_json(key).value());
    EXPECT_TRUE(parsed) << key;
    const auto found = dns_.get(*parsed, at(2));
    EXPECT_TRUE(found) << key;
    return found ? dns::to_value(*found, at(2)) : value{};
  }
};

TEST_F(dns_description_test, WritesAnAnswerAsItIsSpecified) {
  const auto shown = answer(R"({"address":"192.0.2.1"})");
  EXPECT_EQ(
      to_json(shown),
      R"({"ip_addresses":["192.0.2.1"],"dns_queries":["a.com"],"dns_root":"a.com",)"
      R"("records":[{"owner":"a.com","type":"A","value":"192.0.2.1","ttl":60,)"
      R"("seen_at":1000000000,"asked_by":812,"container_id":"","solicited":false}]})");
  EXPECT_EQ(to_json(answer(R"("NO.com.")")),
            R"({"ip_addresses":[],"dns_queries":[],"dns_root":"no.com",)"
            R"("negative":"NXDOMAIN","records":[]})");
}

TEST_F(dns_description_test, SaysWhatIsWrongWithAKey) {
  const std::array<std::pair<const char*, const char*>, 8> wrong{{
      {R"(5)", "int is no key"},
      {R"("")", "'' is no domain name"},
      {R"(".")", "'.' is no domain name"},
      {R"("a..b")", "'a..b' is no domain name"},
      {R"({})", "must have the one member 'address'"},
      {R"({"address":5})", "'address' must be a string, not int"},
      {R"({"address":"a.com","time":1})", "must have the one member"},
      {R"(["a.com"])", "list is no key"},
  }};
  for (const auto& [key, why] : wrong) {
    const auto parsed = dns::parse_key(parse_json(key).value());
    ASSERT_FALSE(parsed) << key;
    EXPECT_EQ(parsed.error().code, ec::key_not_supported);
    EXPECT_THAT(parsed.error().detail, HasSubstr(why));
    EXPECT_THAT(parsed.error().detail, HasSubstr("expected a name, an address"));
  }
  EXPECT_EQ(dns_.get({}, at(2)).error(), ec::key_not_supported);
}

TEST_F(dns_description_test, GivesExamplesThatAreKeys) {
  const auto description = dns::description();
  EXPECT_EQ(description.identity.path(), "tracee/dns");
  EXPECT_EQ(description.identity.version, 1U);
  for (const auto& key : description.keys)
    EXPECT_TRUE(dns::parse_key(parse_json(key.example).value())) << key.type;
}

TEST_F(dns_description_test, DescribesEveryAnswerByASchemaThatIsOne) {
  value::list cases;
  for (const auto* key : {R"("a.com")", R"("192.0.2.1")", R"("no.com")"})
    for (const auto& one : dns::description().keys)
      cases.push_back(value::object{{"schema", one.schema}, {"answer", answer(key)}});
  EXPECT_TRUE(satisfy_schemas(cases));
}

} // namespace

} // namespace vedette
