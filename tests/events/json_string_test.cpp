#include "events/base64.hpp"
#include "events/json_string.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace vedette {

namespace {

std::string json_of(std::string_view text) {
  std::string out;
  append_json_string(out, text);
  return out;
}

TEST(JsonString, EscapesWhatMustBe) {
  EXPECT_EQ(json_of(""), "\"\"");
  EXPECT_EQ(json_of("plain text that is longer than a word"),
            "\"plain text that is longer than a word\"");
  EXPECT_EQ(json_of("\"\\\n\r\t\x01\x1F\x7F/"),
            "\"\\\"\\\\\\n\\r\\t\\u0001\\u001f\x7F/\"");
  EXPECT_EQ(json_of({"a\0b", 3}), "\"a\\u0000b\"");
}

TEST(JsonString, EscapesAtEveryPlace) {
  for (std::size_t place = 0; place < 40; ++place)
    for (const auto& [byte, escaped] :
         {std::pair{"\"", "\\\""}, std::pair{"\x1F", "\\u001f"}, std::pair{"\x80", "�"},
          std::pair{" ", " "}, std::pair{"!", "!"}, std::pair{"]", "]"}}) {
      std::string text(40, 'x');
      auto expected = text;
      text.replace(place, 1, byte);
      expected.replace(place, 1, escaped);
      EXPECT_EQ(json_of(text), "\"" + expected + "\"") << place;
    }
}

TEST(JsonString, KeepsUtf8AndReplacesTheRest) {
  const std::pair<std::string_view, std::string_view> cases[]{
      {"é日𐍈\xF4\x8F\xBF\xBF", "é日𐍈\xF4\x8F\xBF\xBF"},
      {"\xC3", "�"},
      {"\xC3(", "�("},
      {"\xC0\xAF", "��"},           // Overlong
      {"\xE0\x80\xAF", "���"},      // Overlong
      {"\xF0\x80\x80\xAF", "����"}, // Overlong
      {"\xED\xA0\x80", "���"},      // A surrogate
      {"\xF4\x90\x80\x80", "����"}, // Above U+10FFFF
      {"\xF5\x80", "��"},           // No such lead
      {"\xE6\x97", "��"},           // Cut
      {"\xF0\x90\x8D", "���"},      // Cut
      {"a\x80z", "a�z"},            // No lead
  };
  for (const auto& [text, shown] : cases) {
    std::string out;
    EXPECT_EQ(append_json_string(out, text), text == shown);
    EXPECT_EQ(out, "\"" + std::string{shown} + "\"");
  }
}

TEST(JsonString, IsWholeAcrossItsParts) {
  // Longer than what is encoded at once, with what grows most and what must not be cut.
  std::string text, expected;
  for (auto i = 0; i < 5000; ++i) {
    text += "\x01日";
    expected += "\\u0001日";
  }
  EXPECT_EQ(json_of(text), "\"" + expected + "\"");
  EXPECT_EQ(json_of(std::string(100'000, 'x')),
            "\"" + std::string(100'000, 'x') + "\"");
}

TEST(JsonNumbers, AreShortAndExact) {
  std::string out;
  append_json_integer(out, std::numeric_limits<std::int64_t>::min());
  out += ' ';
  append_json_integer(out, std::numeric_limits<std::uint64_t>::max());
  for (const auto number : {0.1, 1.0, -0.0, 1e300, 123456789.0})
    append_json_double(out += ' ', number);
  append_json_double(out += ' ', std::numeric_limits<double>::quiet_NaN());
  EXPECT_EQ(out, "-9223372036854775808 18446744073709551615 "
                 "0.1 1.0 -0.0 1e+300 123456789.0 null");
}

TEST(Base64, IsThatOfTheRfc) {
  const std::pair<std::string_view, std::string_view> cases[]{
      {"", ""},
      {"f", "Zg=="},
      {"fo", "Zm8="},
      {"foo", "Zm9v"},
      {"foob", "Zm9vYg=="},
      {"fooba", "Zm9vYmE="},
      {"foobar", "Zm9vYmFy"},
      {"\xFB\xFF", "+/8="},
  };
  for (const auto& [bytes, text] : cases) {
    std::string encoded, decoded = "kept";
    append_base64(encoded, bytes);
    EXPECT_EQ(encoded, text);
    EXPECT_TRUE(decode_base64(decoded, text));
    EXPECT_EQ(decoded, "kept" + std::string{bytes});
  }
}

TEST(Base64, RefusesTheRest) {
  for (const std::string_view text : {"Z", "Zg", "Zg=", "Z===", "====", "Zg==Zg==",
                                      "Zm9*", "Zm 9", "Zm9v\n", "Z=9v"}) {
    std::string decoded = "kept";
    EXPECT_FALSE(decode_base64(decoded, text)) << text;
    EXPECT_EQ(decoded, "kept");
  }
}

} // namespace

} // namespace vedette
