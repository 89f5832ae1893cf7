// The sieve beside the parser: what it keeps of any JSON is what the parser finds
// there.

#include "datasources/containers/runtimes/json_sieve.hpp"
#include "events/value.hpp"

#include <gtest/gtest.h>

#include <rapidcheck.h>
#include <string>
#include <string_view>
#include <utility>

namespace vedette {

namespace {

/// Half of them such as matter at this depth, the others make it hard to see where a
/// string ends, or are out of place.
std::string any_name(int depth) {
  if (depth == 1 && *rc::gen::arbitrary<bool>())
    return *rc::gen::element<std::string>("Name", "State", "Config");
  if (depth == 2 && *rc::gen::arbitrary<bool>())
    return *rc::gen::element<std::string>("Pid", "Labels");
  return *rc::gen::element<std::string>("Name", "State", "Pid", "Labels", "pod", "a/b",
                                        "", "\\", "\"", "}\",{", "[\"", "\\\"");
}

/// `depth`: of its members' names.
value any_value(int depth) {
  switch (*rc::gen::inRange(0, depth < 5 ? 7 : 4)) {
  case 0:
    return value{nullptr};
  case 1:
    return value{*rc::gen::inRange(-9, 99)};
  case 2:
    return value{true};
  case 3:
    return value{any_name(0)};
  case 4: {
    value::list items;
    for (auto n = *rc::gen::inRange(0, 4); n > 0; --n)
      items.push_back(any_value(depth + 1));
    return value{std::move(items)};
  }
  default: {
    value::object members;
    for (auto n = *rc::gen::inRange(0, 5); n > 0; --n)
      members.emplace_back(any_name(depth), any_value(depth + 1));
    return value{std::move(members)};
  }
  }
}

void keep_members(const value& of, const std::string& path, int depth,
                  value::object& kept) {
  if (!of.as_object() || depth > 3)
    return;
  for (const auto& [name, member] : *of.as_object()) {
    const auto here = path.empty() && depth == 1 ? name : path + "/" + name;
    const bool label = depth == 3 && here.starts_with("Config/Labels/");
    if (here == "Name" || here == "State/Pid" || here == "Config/Labels/pod" || label)
      kept.emplace_back(here, member);
    else
      keep_members(member, here, depth + 1, kept);
  }
}

TEST(json_sieve_model, keeps_what_the_parser_finds_of_any_json_in_any_pieces) {
  int labels = 0;
  const bool held = rc::check([&labels] {
    value::object members;
    for (auto n = *rc::gen::inRange(0, 5); n > 0; --n)
      members.emplace_back(any_name(1), any_value(2));
    auto some_labels = any_value(3);
    if (*rc::gen::arbitrary<bool>()) // Else a hundred cases now and then have none.
      some_labels = value{value::object{{any_name(3), any_value(4)}}};
    members.emplace_back("Config", value::object{{"Labels", std::move(some_labels)}});
    const value whole{std::move(members)};
    const auto text = to_json(whole);

    json_sieve sieve{
        {"Name", "State/Pid", "Config/Labels/pod"}, "Config/Labels", 100'000};
    for (std::size_t at = 0; at < text.size();) {
      const auto piece = *rc::gen::inRange<std::size_t>(1, 40);
      sieve.feed(std::string_view{text}.substr(at, piece));
      at += piece;
    }
    RC_ASSERT(sieve.complete());
    const auto kept = parse_json(sieve.json());
    RC_ASSERT(kept.has_value());
    value::object expected;
    keep_members(whole, "", 1, expected);
    labels += sieve.json().find("Config/Labels/") != std::string::npos;
    RC_ASSERT(to_json(*kept) == to_json(value{std::move(expected)}));
  });
  EXPECT_TRUE(held);
  EXPECT_GT(labels, 0);
}

} // namespace

} // namespace vedette
