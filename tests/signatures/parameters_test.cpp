#include "signatures/parameters.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

namespace vedette {

namespace {

using testing::HasSubstr;
using namespace std::chrono_literals;

auto duration(value given) {
  return duration_parameter(value::object{{"wait", std::move(given)}}, "wait");
}

TEST(duration_parameter, is_written_as_everywhere) {
  EXPECT_EQ(duration("5m"), std::chrono::nanoseconds{5min});
  EXPECT_EQ(duration("100us"), std::chrono::nanoseconds{100us});
  EXPECT_EQ(duration("0"), 0ns);
  EXPECT_EQ(duration(0), 0ns);
  EXPECT_EQ(duration_parameter(value::object{{"other", 1}}, "wait").value(),
            std::nullopt);
  EXPECT_EQ(duration_parameter({}, "wait").value(), std::nullopt);
}

TEST(duration_parameter, is_nothing_else) {
  EXPECT_EQ(duration("5 minutes").error().code, ec::invalid_config);
  EXPECT_EQ(duration("5 minutes").error().detail,
            "parameter wait is to be a duration such as 30s or 5m, not \"5 minutes\"");
  EXPECT_THAT(duration("-5m").error().detail, HasSubstr("\"-5m\""));
  EXPECT_EQ(
      duration(5).error().detail,
      "parameter wait is to be a duration such as 30s or 5m, but 5 is of type int");
  EXPECT_THAT(duration(value::list{}).error().detail, HasSubstr("type list"));
}

} // namespace

} // namespace vedette
