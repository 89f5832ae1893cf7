#include "events/dns/dns_name.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>

namespace vedette {

namespace {

std::optional<std::string> canonical(std::string_view name) {
  std::string out = "before:";
  if (!append_canonical_name(out, name)) {
    EXPECT_EQ(out, "before:") << name;
    return {};
  }
  return out.substr(7);
}

TEST(DnsName, CaseAndTheLastDotDoNotMatter) {
  EXPECT_EQ(canonical("example.com"), "example.com");
  EXPECT_EQ(canonical("EXAMPLE.Com."), "example.com");
  EXPECT_EQ(canonical("com"), "com");
}

TEST(DnsName, TheRootIsEmpty) {
  EXPECT_EQ(canonical("."), "");
  EXPECT_EQ(canonical(""), "");
}

TEST(DnsName, EmptyLabelsAreNone) {
  for (const auto* name : {"..", ".com", "a..b", "a.."})
    EXPECT_EQ(canonical(name), std::nullopt) << name;
}

TEST(DnsName, EscapesHaveOneSpelling) {
  EXPECT_EQ(canonical(R"(a\.b.c)"), R"(a\.b.c)");
  EXPECT_EQ(canonical(R"(a\046b.c)"), R"(a\.b.c)");
  EXPECT_EQ(canonical(R"(a\092b)"), R"(a\\b)");
  EXPECT_EQ(canonical(R"(\065\b)"), "ab");
  EXPECT_EQ(canonical("a b\x01"), R"(a\032b\001)");
  EXPECT_EQ(canonical(R"(a\999)"), "a999");
  EXPECT_EQ(canonical("a\\"), R"(a\\)");
}

TEST(DnsName, ACanonicalNameIsItsOwnCanonicalForm) {
  for (int byte = 0; byte < 256; ++byte) {
    const std::string escape{'\\', static_cast<char>('0' + byte / 100),
                             static_cast<char>('0' + byte / 10 % 10),
                             static_cast<char>('0' + byte % 10)};
    const auto once = canonical("a" + escape + "." + escape);
    ASSERT_TRUE(once.has_value()) << byte;
    EXPECT_EQ(canonical(*once), once);
  }
}

TEST(DnsName, LimitsCountBytesNotTheirEscapes) {
  std::string label;
  for (int i = 0; i < 63; ++i)
    label += R"(\000)";
  EXPECT_EQ(canonical(label), label);
  EXPECT_EQ(canonical(label + "a"), std::nullopt);
  const auto three = label + '.' + label + '.' + label + '.';
  EXPECT_TRUE(canonical(three + std::string(61, 'a')).has_value());
  EXPECT_FALSE(canonical(three + std::string(62, 'a')).has_value());
}

} // namespace

} // namespace vedette
