#include "signatures/builtin.hpp"
#include "signatures/finding_json.hpp"
#include "signatures/signature.hpp"
#include "tests/support/events.hpp"
#include "tests/support/json_schema.hpp"
#include "tests/support/places.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>

namespace vedette {

namespace {

TEST(finding_schema, is_satisfied_by_what_each_signature_finds) {
  std::ifstream file{source_path("docs/finding.schema.json")};
  const std::string text{std::istreambuf_iterator<char>{file}, {}};
  const auto schema = parse_json(text);
  ASSERT_TRUE(schema) << schema.error().detail;
  const auto events = make_batch({event_builder{event_kind::sched_process_exec}
                                      .at(1700000000000000000)
                                      .by({7, 1})
                                      .comm("x\x01\"")
                                      .in_container(std::string(64, 'a'))
                                      .arg<events::sched_process_exec::pathname>("/bin/\xff")
                                      .arg<events::sched_process_exec::argv>({"sh", "-c"})});
  value::list cases;
  for (const auto& factory : builtin_signatures()) {
    finding_data data;
    data.emplace_back("text", "t");
    data.emplace_back("list", value::list{value::object{{"pid", 7}}});
    const finding found{
        std::make_shared<const signature_metadata>(factory.make()->metadata()),
        {events, 0},
        std::move(data)};
    std::string line;
    append_finding_line(line, found, {"host"});
    auto answer = parse_json(line);
    ASSERT_TRUE(answer) << line;
    const auto* const args = answer->find("args");
    ASSERT_NE(args, nullptr);
    EXPECT_EQ(args->as_list()->back().find("name")->as_string(), "triggeredBy");
    cases.push_back(value::object{{"schema", *schema}, {"answer", std::move(*answer)}});
  }
  EXPECT_TRUE(satisfy_schemas(cases));
}

} // namespace

} // namespace vedette
