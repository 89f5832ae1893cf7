#include "events/dns/ip_address.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>

namespace vedette {

namespace {

std::optional<std::string> respelled(std::string_view text) {
  const auto address = parse_address(text);
  return address ? std::optional{to_string(*address)} : std::nullopt;
}

std::optional<std::string> reversed(std::string_view name) {
  const auto address = parse_reverse_name(name);
  return address ? std::optional{to_string(*address)} : std::nullopt;
}

TEST(IpAddress, EverySpellingIsOneAddress) {
  EXPECT_EQ(respelled("192.0.2.80"), "192.0.2.80");
  EXPECT_EQ(respelled("::ffff:192.0.2.80"), "192.0.2.80");
  EXPECT_EQ(respelled("::FFFF:C000:0250"), "192.0.2.80");
  EXPECT_EQ(respelled("2001:DB8:0:0:0:0:0:1"), "2001:db8::1");
  EXPECT_EQ(respelled("2001:0db8::0001"), "2001:db8::1");
  EXPECT_EQ(respelled("::"), "::");
  EXPECT_EQ(respelled("::1"), "::1");
}

TEST(IpAddress, WhatIsNoneIsNone) {
  for (const std::string_view text :
       {"", "example.com", "192.0.2", "192.0.2.256", "192.0.2.1 ", "1:2",
        "fe80::1%eth0", "1.2.3.4.in-addr.arpa", ":::"})
    EXPECT_EQ(respelled(text), std::nullopt) << text;
  EXPECT_EQ(respelled({"1.2.3.4\0", 8}), std::nullopt);
  EXPECT_EQ(respelled(std::string(100, '1')), std::nullopt);
}

TEST(IpAddress, AReverseNameIsTheAddressInReadingOrder) {
  EXPECT_EQ(reversed("80.2.0.192.in-addr.arpa"), "192.0.2.80");
  EXPECT_EQ(reversed("1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0."
                     "8.b.d.0.1.0.0.2.ip6.arpa"),
            "2001:db8::1");
}

TEST(IpAddress, PartsOfAReverseNameAreNoAddress) {
  const std::string half = "0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.";
  for (const std::string& name :
       {std::string{"2.0.192.in-addr.arpa"}, std::string{"in-addr.arpa"},
        std::string{".in-addr.arpa"}, std::string{"1.80.2.0.192.in-addr.arpa"},
        std::string{"080.2.0.192.in-addr.arpa"},
        std::string{"256.2.0.192.in-addr.arpa"}, std::string{"-1.2.0.192.in-addr.arpa"},
        std::string{"80.2.0.192.in-addr.arpa.example"},
        std::string{R"(80\.2.0.192.1.in-addr.arpa)"}, half + "0.ip6.arpa",
        half + half + "0.ip6.arpa", half + half + "0.g.ip6.arpa",
        half + half + "0.0.0.ip6.arpa", half + half + "000.ip6.arpa"})
    EXPECT_EQ(reversed(name), std::nullopt) << name;
}

} // namespace

} // namespace vedette
