#include "events/dns/dns_codes.hpp"
#include "events/dns/dns_name.hpp"
#include "events/dns/ip_address.hpp"

#include <gtest/gtest.h>

#include <string>

namespace vedette {

namespace {

std::string canonical(std::string_view name) {
  std::string text;
  return append_canonical_name(text, name) ? text : "refused";
}

TEST(dns_names_test, MakesOneTextOfANamesSpellings) {
  EXPECT_EQ(canonical("Example.COM."), "example.com");
  EXPECT_EQ(canonical("."), "");
  EXPECT_EQ(canonical(""), "");
  EXPECT_EQ(canonical("_Sip._tcp.x"), "_sip._tcp.x");
  EXPECT_EQ(canonical(R"(a\.b.c)"), R"(a\.b.c)");
  EXPECT_EQ(canonical(R"(\065\\.c)"), R"(a\\.c)");
  EXPECT_EQ(canonical("a b.\xff"), R"(a\032b.\255)");
  for (const auto* wrong : {"a..b", ".a", "a.."})
    EXPECT_EQ(canonical(wrong), "refused") << wrong;
  EXPECT_EQ(canonical(std::string(64, 'x')), "refused");
  EXPECT_NE(canonical(std::string(63, 'x')), "refused");
  std::string longest;
  for (int i = 0; i < 127; ++i)
    longest += "x.";
  EXPECT_NE(canonical(longest), "refused");
  EXPECT_EQ(canonical(longest + "x"), "refused");
}

TEST(dns_names_test, ALabelCannotForgeADot) {
  std::string text;
  const std::uint8_t label[] = {'a', '.', 'B', '\\', 0, '"'};
  append_label(text, 0, label);
  append_label(text, 0, std::span{label}.first(1));
  EXPECT_EQ(text, R"(a\.b\\\000".a)");
  EXPECT_EQ(canonical(text), text);
}

TEST(dns_names_test, ReadsAddressesInAnySpelling) {
  const auto shown = [](std::string_view text) {
    const auto address = parse_address(text);
    return address ? to_string(*address) : "none";
  };
  EXPECT_EQ(shown("192.0.2.1"), "192.0.2.1");
  EXPECT_EQ(shown("::FFFF:192.0.2.1"), "192.0.2.1");
  EXPECT_EQ(shown("2001:0DB8:0:0:0:0:0:1"), "2001:db8::1");
  for (const auto* wrong : {"", "1.2.3", "256.1.1.1", "a.com", ":", "1.2.3.4 "})
    EXPECT_EQ(shown(wrong), "none") << wrong;
}

TEST(dns_names_test, AReverseNameSpellsAnAddressInReadingOrder) {
  const auto shown = [](std::string_view name) {
    const auto address = parse_reverse_name(name);
    return address ? to_string(*address) : "none";
  };
  EXPECT_EQ(shown("4.3.2.1.in-addr.arpa"), "1.2.3.4");
  EXPECT_EQ(shown("1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2"
                  ".ip6.arpa"),
            "2001:db8::1");
  for (const auto* wrong :
       {"3.2.1.in-addr.arpa", "5.4.3.2.1.in-addr.arpa", "256.3.2.1.in-addr.arpa",
        "01.3.2.1.in-addr.arpa", "x.3.2.1.in-addr.arpa", "4.3.2.1.ip6.arpa",
        "in-addr.arpa", ".in-addr.arpa"})
    EXPECT_EQ(shown(wrong), "none") << wrong;
}

TEST(dns_names_test, NamesCodesAsTraceeDoes) {
  std::string text;
  append_dns_rcode(text, 3);
  append_dns_type(text, 65);
  append_dns_type(text, 4321);
  append_dns_class(text, 7);
  append_dns_opcode(text, 0);
  EXPECT_EQ(text, "non-existent domainHTTPSTYPE4321CLASS7query");
  EXPECT_EQ(find_dns_rcode("Server Failure  "), 2);
  EXPECT_EQ(find_dns_rcode("nonsense"), std::nullopt);
  EXPECT_EQ(find_dns_type("aaaa"), 28);
  EXPECT_EQ(find_dns_type("TYPE4321"), 4321);
  EXPECT_EQ(find_dns_type("TYPE70000"), std::nullopt);
  EXPECT_EQ(find_dns_class(""), std::nullopt);
}

} // namespace

} // namespace vedette
