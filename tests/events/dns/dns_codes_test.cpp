#include "events/dns/dns_codes.hpp"

#include <gtest/gtest.h>

#include <string>

namespace vedette {

namespace {

template <class Append, class Code>
std::string name_of(Append append, Code code) {
  std::string name;
  append(name, code);
  return name;
}

TEST(DnsCodes, EveryTypeIsFoundByItsName) {
  for (unsigned code = 0; code <= 0xffff; ++code) {
    const auto type = static_cast<std::uint16_t>(code);
    ASSERT_EQ(find_dns_type(name_of(append_dns_type, type)), type);
  }
}

TEST(DnsCodes, EveryClassIsFoundByItsName) {
  for (unsigned code = 0; code <= 0xffff; ++code) {
    const auto number = static_cast<std::uint16_t>(code);
    ASSERT_EQ(find_dns_class(name_of(append_dns_class, number)), number);
  }
}

TEST(DnsCodes, EveryOpcodeAndResponseCodeIsFoundByItsName) {
  for (unsigned number = 0; number < 256; ++number) {
    const auto code = static_cast<std::uint8_t>(number);
    EXPECT_EQ(find_dns_opcode(name_of(append_dns_opcode, code)), code);
    EXPECT_EQ(find_dns_rcode(name_of(append_dns_rcode, code)), code);
  }
}

TEST(DnsCodes, NamesAreThoseOfTheInterface) {
  EXPECT_EQ(name_of(append_dns_type, dns_type::aaaa), "AAAA");
  EXPECT_EQ(name_of(append_dns_type, dns_type::https), "HTTPS");
  EXPECT_EQ(name_of(append_dns_type, std::uint16_t{65280}), "TYPE65280");
  EXPECT_EQ(name_of(append_dns_class, dns_class_in), "IN");
  EXPECT_EQ(name_of(append_dns_class, std::uint16_t{1232}), "CLASS1232");
  EXPECT_EQ(name_of(append_dns_opcode, dns_opcode_query), "query");
  EXPECT_EQ(name_of(append_dns_rcode, dns_rcode::no_error), "no error");
  EXPECT_EQ(name_of(append_dns_rcode, dns_rcode::nxdomain), "non-existent domain");
}

TEST(DnsCodes, WhatIsNoNameIsNone) {
  for (const std::string_view name :
       {"", "TYPE", "TYPE70000", "TYPE-1", "A B", "AA", "TYPE1x"})
    EXPECT_EQ(find_dns_type(name), std::nullopt) << name;
  EXPECT_EQ(find_dns_rcode("  "), std::nullopt);
  EXPECT_EQ(find_dns_rcode("256"), std::nullopt);
}

} // namespace

} // namespace vedette
