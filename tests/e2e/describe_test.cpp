#include "tests/e2e/json.hpp"
#include "tests/e2e/recorded.hpp"
#include "tests/e2e/vedette.hpp"
#include "tests/kernel/support/scratch_dir.hpp"

#include <gmock/gmock.h>

#include <set>

// What Vedette says about itself.
namespace vedette::e2e {

namespace {

using testing::HasSubstr;
using testing::StartsWith;

/// Of each line.
std::set<std::string> texts_in(const outcome& result, const char* name) {
  std::set<std::string> all;
  for (const auto& line : parse_lines(result))
    all.insert(text(line, name));
  return all;
}

TEST(List, shows_signatures) {
  const auto table = vedette({"list", "signatures"});
  const auto json = vedette({"list", "signatures", "--output", "json"});

  EXPECT_EQ(table.code, 0);
  EXPECT_EQ(json.code, 0);
  EXPECT_THAT(texts_in(json, "id"),
              testing::IsSupersetOf({"TRC-102", "TRC-105", "TRC-107", "VED-6"}));
  for (const auto& id : texts_in(json, "id"))
    EXPECT_THAT(table.out, HasSubstr(id));
  for (const auto& one : parse_lines(json)) {
    EXPECT_FALSE(member(one, "events").as_list()->empty()) << to_json(one);
    EXPECT_GE(number(one, "event_id"), 6000);
  }
}

TEST(List, shows_events_and_how_this_host_sees_them) {
  const auto table = vedette({"list", "events"});
  const auto json = vedette({"list", "events", "--output", "json"});

  EXPECT_EQ(table.code, 0);
  EXPECT_EQ(json.code, 0);
  const auto names = texts_in(json, "name");
  EXPECT_GE(names.size(), 550);
  EXPECT_FALSE(names.contains("task_begin")) << "that is internal";
  std::size_t seen = 0;
  for (const auto& one : parse_lines(json)) {
    EXPECT_THAT(table.out, HasSubstr(text(one, "name")));
    seen += member(one, "probe").is_null() ? 0 : 1;
    if (text(one, "name") == "sched_process_exec") {
      EXPECT_NE(text(one, "probe"), "");
      EXPECT_EQ(member(one, "args").as_list()->size(), 18);
    }
  }
  EXPECT_GE(seen, 5) << json.err;
  EXPECT_THAT(table.out, HasSubstr("\nSystem calls are seen by one program on "
                                   "tp_btf/sys_exit, however many are watched"))
      << table.out;
}

TEST(List, shows_data_sources) {
  const auto table = vedette({"list", "data-sources"});
  const auto json = vedette({"list", "data-sources", "--output", "json"});

  EXPECT_EQ(table.code, 0);
  EXPECT_EQ(json.code, 0);
  EXPECT_THAT(table.out, HasSubstr("tracee/process_tree (version 1)"));
  const auto lines = parse_lines(json);
  ASSERT_EQ(lines.size(), 3);
  std::vector<std::string> ids;
  for (const auto& line : lines) {
    EXPECT_EQ(text(line, "namespace"), "tracee");
    ids.push_back(text(line, "id"));
    EXPECT_EQ(number(line, "version"), 1);
    for (const auto& key : *member(line, "keys").as_list())
      EXPECT_NE(text(key, "schema", "$schema"), "");
  }
  EXPECT_EQ(ids, (std::vector<std::string>{"process_tree", "containers", "dns"}));
}

TEST(Version, is_printed) {
  const auto result = vedette({"version"});

  EXPECT_EQ(result.code, 0);
  EXPECT_THAT(result.out, StartsWith("vedette "));
  EXPECT_EQ(result.lines().size(), 1);
  EXPECT_EQ(result.err, "");
}

TEST(Config, is_shown_such_that_it_can_be_read_again) {
  const scratch_dir dir;
  const auto shown = vedette({"config", "show", "--set", "pipeline.shards=3"});
  write_file(dir.file("shown.yaml"), shown.out);
  const auto again = vedette({"config", "show", dir.file("shown.yaml")});

  EXPECT_EQ(shown.code, 0) << shown.err;
  EXPECT_THAT(shown.out, HasSubstr("shards: 3"));
  EXPECT_EQ(again.code, 0) << again.err;
  EXPECT_EQ(again.out, shown.out);
}

TEST(Config, is_checked) {
  const scratch_dir dir;
  write_file(dir.file("good.yaml"), "pipeline: {shards: 2}\n");
  write_file(dir.file("bad.yaml"), "pipeline:\n  shard: 2\nrings: {total: many}\n");
  const auto good = vedette({"config", "check", dir.file("good.yaml")});
  const auto bad = vedette({"config", "check", dir.file("bad.yaml")});

  EXPECT_EQ(good.code, 0) << good.err;
  EXPECT_THAT(good.err, HasSubstr("is valid"));
  EXPECT_EQ(bad.code, 2);
  EXPECT_THAT(bad.err, HasSubstr(dir.file("bad.yaml") + ":2:3: "));
  EXPECT_THAT(bad.err, HasSubstr("did you mean 'shards'?"));
  EXPECT_THAT(bad.err, HasSubstr(dir.file("bad.yaml") + ":3:"));
  EXPECT_EQ(std::ranges::count(bad.err, '\n'), 2) << "all that is wrong, a line each";
  EXPECT_EQ(good.out + bad.out, "");
}

TEST(Topology, is_drawn) {
  const auto draw = [](words more) {
    more.insert(more.begin(), {"topology", "--set", "pipeline.shards=2"});
    const auto result = vedette(more);
    EXPECT_EQ(result.code, 0) << result.err;
    return result.out;
  };
  EXPECT_THAT(draw({}), HasSubstr("collector host/1"));
  EXPECT_THAT(draw({"--replay"}), HasSubstr("reader"));
  EXPECT_THAT(draw({"--format", "mermaid"}), StartsWith("flowchart"));
  EXPECT_THAT(draw({"--format", "dot"}), StartsWith("digraph"));
  EXPECT_EQ(vedette({"topology", "--format", "crayons"}).code, 2);
}

} // namespace

} // namespace vedette::e2e
