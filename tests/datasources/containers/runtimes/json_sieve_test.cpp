#include "datasources/containers/runtimes/json_sieve.hpp"
#include "events/value.hpp"

#include <gtest/gtest.h>

namespace vedette {

namespace {

json_sieve make_sieve(std::size_t limit = 1000) {
  return {{"Name", "State/Pid", "Tags", "Config/Labels/pod"}, "Config/Labels", limit};
}

std::string sifted(std::string_view text, std::size_t limit = 1000) {
  auto sieve = make_sieve(limit);
  sieve.feed(text);
  return sieve.complete() ? sieve.json() : "incomplete";
}

constexpr std::string_view whole =
    R"({"Id": "x", "Args": ["Name", "{", "\"}"], "State": {"Pid" : 7, "Name": 1},
        "Name": "/a\"b\\", "Mounts": [{"Name": "no", "Tags": {"Name": 3}}],
        "Deep": {"State": {"Pid": 9, "x": {"Name": 4}}}, "Tags": ["a,b", {"c": [1]}],
        "Config": {"Env": ["A=}"], "Labels": {"k/1": "v\\", "pod": "p", "": ""}}})";

TEST(json_sieve, keeps_what_is_wanted_as_it_stood) {
  EXPECT_EQ(
      sifted(whole),
      R"({"State/Pid":7,"Name":"/a\"b\\","Tags":["a,b",{"c":[1]}],)"
      R"("Config/Labels/k/1":"v\\","Config/Labels/pod":"p","Config/Labels/":""})");
  EXPECT_TRUE(parse_json(sifted(whole)));
}

TEST(json_sieve, does_not_mind_where_pieces_end) {
  for (std::size_t cut = 0; cut < whole.size(); ++cut) {
    auto sieve = make_sieve();
    sieve.feed(whole.substr(0, cut));
    EXPECT_FALSE(sieve.complete()) << cut;
    sieve.feed(whole.substr(cut));
    EXPECT_EQ(sieve.json(), sifted(whole)) << cut;
  }
}

TEST(json_sieve, keeps_no_more_of_the_open_ones_than_its_limit_but_all_wanted_ones) {
  auto sieve = make_sieve(100);
  sieve.feed(R"({"Config":{"Labels":{"first":"1")");
  const std::string filler = R"(,"large":")" + std::string(1000, 'x') + '"';
  for (auto n = 0; n < 10'000; ++n)
    sieve.feed(filler);
  sieve.feed(R"(,"pod":"p"}},"Name":"n"})");
  EXPECT_TRUE(sieve.complete());
  EXPECT_TRUE(sieve.over());
  EXPECT_EQ(sieve.json(),
            R"({"Config/Labels/first":"1","Config/Labels/pod":"p","Name":"n"})");
}

TEST(json_sieve, a_name_without_end_costs_no_memory) {
  auto sieve = make_sieve();
  sieve.feed(R"({"Config":{"Labels":{")");
  const std::string filler(1U << 20U, 'k');
  for (auto n = 0; n < 10; ++n)
    sieve.feed(filler);
  sieve.feed(R"(":"v"}}})");
  EXPECT_TRUE(sieve.complete());
  EXPECT_TRUE(sieve.over());
  EXPECT_EQ(sieve.json(), "{}");
}

TEST(json_sieve,
     is_not_complete_before_the_end_or_after_too_much_or_of_something_else) {
  for (const auto* text : {"", "{", "null", "[]", "7{}", "{}{}", "}", "{}}",
                           "{\"a\":\"", "HTTP/1.1 200 OK"})
    EXPECT_EQ(sifted(text), "incomplete") << text;
  EXPECT_EQ(sifted(" { } \n"), "{}");
}

TEST(json_sieve, leaves_what_is_no_json_to_the_parser) {
  EXPECT_FALSE(parse_json(sifted(R"({"Name": nul})")));
  EXPECT_FALSE(parse_json(sifted(R"({"Name": })")));
}

} // namespace

} // namespace vedette
