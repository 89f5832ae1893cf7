#include "events/value.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace vedette {

namespace {

TEST(Value, IsBuiltFromLiterals) {
  const value data =
      value::object{{"pid", 5},    {"path", "/bin/sh"},
                    {"ok", true},  {"none", nullptr},
                    {"load", 1.5}, {"list", value::list{1, "two", value::list{}}}};
  EXPECT_EQ(to_json(data), R"({"pid":5,"path":"/bin/sh","ok":true,"none":null,)"
                           R"("load":1.5,"list":[1,"two",[]]})");
}

TEST(Value, KnowsWhatItHolds) {
  EXPECT_TRUE(value{}.is_null());
  EXPECT_EQ(value{true}.as_bool(), true);
  EXPECT_EQ(value{-3}.as_int(), -3);
  EXPECT_EQ(value{-3}.as_uint(), std::nullopt);
  EXPECT_EQ(value{3}.as_uint(), 3U);
  EXPECT_EQ(value{3}.as_double(), 3.0);
  EXPECT_EQ(value{std::numeric_limits<std::uint64_t>::max()}.as_int(), std::nullopt);
  EXPECT_EQ(value{"x"}.as_string(), "x");
  EXPECT_EQ(value{"x"}.as_int(), std::nullopt);
  EXPECT_EQ(value{true}.as_double(), std::nullopt);
  EXPECT_EQ(value{value::list{}}.kind_name(), "list");
  EXPECT_EQ(value{1.0}.kind_name(), "float");
}

TEST(Value, IntegersAreEqualWhateverTheirType) {
  EXPECT_EQ(value{5}, value{std::uint64_t{5}});
  EXPECT_NE(value{5}, value{5.0});
  EXPECT_NE(value{5}, value{"5"});
  EXPECT_EQ((value::object{{"a", 1}}), (value::object{{"a", 1U}}));
}

TEST(Value, FindsMembers) {
  const value data = value::object{{"a", 1}, {"b", 2}};
  ASSERT_NE(data.find("b"), nullptr);
  EXPECT_EQ(*data.find("b"), value{2});
  EXPECT_EQ(data.find("c"), nullptr);
  EXPECT_EQ(value{1}.find("a"), nullptr);
  EXPECT_EQ(data.at("c").error().detail, "'c' is missing");
  EXPECT_EQ(**data.at("a"), value{1});
  EXPECT_EQ(value{1}.at("a").error().detail,
            "'a' is missing: expected an object, found a value of kind int");
}

TEST(Value, SurvivesItsText) {
  for (const std::string_view text :
       {"null", "true", "-9223372036854775808", "18446744073709551615", "1.0",
        "-2.5e-10", R"("a\"\\\n\u0001é")", R"({"a":[{"b":{}},[]],"a":1})", "1e+300"}) {
    const auto parsed = parse_json(text);
    ASSERT_TRUE(parsed) << text << ": " << parsed.error().detail;
    EXPECT_EQ(to_json(*parsed), text);
    EXPECT_EQ(parse_json(to_json(*parsed)).value(), *parsed);
  }
}

TEST(Value, RefusesWhatIsNotJson) {
  for (const std::string_view text : {"", "{", "{\"a\":}", "1 2", "\"\xFF\"", "nul"}) {
    const auto parsed = parse_json(text);
    ASSERT_FALSE(parsed) << text;
    EXPECT_EQ(parsed.error().code, ec::bad_input);
    EXPECT_TRUE(parsed.error().detail.starts_with("not valid JSON: "));
  }
}

TEST(Value, HasNoTextForInfinity) {
  EXPECT_EQ(to_json(std::numeric_limits<double>::infinity()), "null");
}

} // namespace

} // namespace vedette
