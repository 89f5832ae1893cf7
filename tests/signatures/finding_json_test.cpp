#include "signatures/finding_json.hpp"
#include "tests/support/events.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

namespace vedette {

namespace {

using testing::ElementsAre;

finding sample(finding_data data = {}) {
  signature_metadata about;
  about.id = "TRC-105";
  about.version = "1.0.0";
  about.name = "Fileless \"execution\"";
  about.event_name = "fileless_execution";
  about.description = "why";
  about.tags = {"linux", "container"};
  about.severity = 3;
  about.properties = {{"Category", "defense-evasion"}, {"external_id", "T1620"}};
  about.event_id = 6004;
  const auto events = make_batch({event_builder{event_kind::kill}
                                      .at(1'700)
                                      .by({12, 5})
                                      .user(1000, 0, 0)
                                      .executable("/bin/kill")
                                      .returned(-3)
                                      .arg<events::kill::pid>(7)
                                      .arg<events::kill::sig>(9)});
  return {std::make_shared<const signature_metadata>(std::move(about)),
          {events, 0},
          std::move(data)};
}

value parsed(const finding& found) {
  std::string line;
  append_finding_line(line, found, {"host"});
  EXPECT_EQ(line.back(), '\n');
  EXPECT_EQ(line.find('\n'), line.size() - 1);
  return parse_json(line).value();
}

TEST(finding_json, has_the_context_of_the_cause_under_its_own_name) {
  const auto line = parsed(sample());
  EXPECT_EQ(*line.find("timestamp"), value{1'700});
  EXPECT_EQ(*line.find("hostProcessId"), value{12});
  EXPECT_EQ(*line.find("userId"), value{1000});
  EXPECT_EQ(*line.find("executable"), (value::object{{"path", "/bin/kill"}}));
  EXPECT_EQ(*line.find("hostName"), value{"host"});
  EXPECT_EQ(*line.find("eventId"), value{"6004"});
  EXPECT_EQ(*line.find("eventName"), value{"fileless_execution"});
  EXPECT_EQ(*line.find("argsNum"), value{1});
  EXPECT_EQ(*line.find("returnValue"), value{-3});
  EXPECT_EQ(*line.find("processEntityId"),
            value{static_cast<std::uint64_t>(entity_of(12, 5))});
}

TEST(finding_json, has_its_data_and_at_last_the_cause_as_arguments) {
  const auto line = parsed(sample({{"path", "/x"}, {"File descriptor", 2}}));
  EXPECT_EQ(*line.find("argsNum"), value{3});
  EXPECT_EQ(
      to_json(*line.find("args")),
      R"([{"name":"path","type":"string","value":"/x"},)"
      R"({"name":"File descriptor","type":"int32","value":2},)"
      R"({"name":"triggeredBy","type":"unknown","value":{"id":62,"name":"kill","args":[)"
      R"({"name":"pid","type":"int32","value":7},)"
      R"({"name":"sig","type":"int32","value":9}],"returnValue":-3}}])");
}

TEST(finding_json, has_the_signature_as_metadata) {
  EXPECT_EQ(to_json(*parsed(sample()).find("metadata")),
            R"({"Version":"1.0.0","Description":"why","Tags":["linux","container"],)"
            R"("Properties":{"Severity":3,"Category":"defense-evasion",)"
            R"("external_id":"T1620","signatureID":"TRC-105",)"
            R"("signatureName":"Fileless \"execution\""}})");
}

TEST(finding_json, names_the_type_of_each_value) {
  const std::vector<std::pair<value, std::string>> types{
      {nullptr, "unknown"},
      {true, "bool"},
      {0, "int32"},
      {std::numeric_limits<std::int32_t>::min(), "int32"},
      {std::int64_t{std::numeric_limits<std::int32_t>::max()} + 1, "int64"},
      {std::numeric_limits<std::uint64_t>::max(), "uint64"},
      {1.5, "float64"},
      {"text", "string"},
      {value::object{{"a", 1}}, "object"},
      {value::list{}, "[]unknown"},
      {value::list{"a", "b"}, "[]string"},
      {value::list{"a", 1}, "[]unknown"},
      {value::list{value::object{}, value::object{}}, "[]object"},
  };
  for (const auto& [what, type] : types) {
    const auto line = parsed(sample({{"x", what}}));
    const auto& shown = line.find("args")->as_list()->front();
    EXPECT_EQ(*shown.find("type"), value{type}) << to_json(what);
    EXPECT_EQ(*shown.find("value"), what);
  }
}

TEST(finding_json, escapes_what_came_from_the_host) {
  const auto line = parsed(sample({{"path\n\"", "\x1b[2J\"\\\n"}}));
  const auto& shown = line.find("args")->as_list()->front();
  EXPECT_EQ(*shown.find("name"), value{"path\n\""});
  EXPECT_EQ(*shown.find("value"), value{"\x1b[2J\"\\\n"});
}

TEST(finding_json, names_a_cause_that_is_not_in_the_table) {
  auto found = sample();
  found.cause = {
      make_batch({event_builder{event_kind::unknown}.at(1).named("elsewhere")}), 0};
  const auto line = parsed(found);
  const auto& cause = *line.find("args")->as_list()->back().find("value");
  EXPECT_EQ(*cause.find("name"), value{"elsewhere"});
}

} // namespace

} // namespace vedette
