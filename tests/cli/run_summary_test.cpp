#include "cli/run_summary.hpp"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <sstream>

namespace vedette {

namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

stage_status stage(std::string name, stage_balance balance) {
  stage_status result;
  result.name = std::move(name);
  result.balance = balance;
  return result;
}

run_summary of_replay() {
  run_summary summary;
  auto reader = stage("reader", {10, 0, 8, 2, 0});
  reader.skipped = 2;
  reader.late = 3;
  auto runner = stage("runner main/0", {8, 4, 10, 2, 0});
  runner.findings = 2;
  runner.signatures = {{"VED-6", value::object{{"findings", 2}}}};
  auto sink = stage("sink out", {2, 0, 2, 0, 0});
  sink.findings = 2;
  auto other = stage("sink more", {2, 0, 1, 0, 1});
  other.findings = 1;
  summary.collectors = {reader};
  summary.stages = {stage("enricher 0", {8, 0, 8, 0, 0}), runner, sink, other};
  source_status tree;
  tree.metrics.items = 5;
  tree.metrics.pending = 1;
  summary.sources = {{"tracee/process_tree", tree}};
  summary.wall = std::chrono::milliseconds{1500};
  return summary;
}

run_summary of_live() {
  run_summary summary;
  for (const std::uint64_t shard : {0U, 1U}) {
    auto collector =
        stage("collector host/" + std::to_string(shard), {20 + shard, 0, 20 + shard, 0, 0});
    collector.events = {{"ptrace", {10, 1, 2, 7}},
                        {"kill", {5 + shard, 0, 0, 5 + shard}},
                        {"task_begin", {3, 0, 1, 2}}};
    summary.collectors.push_back(std::move(collector));
  }
  return summary;
}

std::uint64_t number(const value& in, const char* key) {
  return in.at(key).value()->as_uint().value();
}

TEST(RunSummary, SumsUpAReplay) {
  const auto json = to_value(of_replay());
  EXPECT_EQ(number(json, "events_in"), 10U);
  EXPECT_EQ(number(json, "events_delivered"), 8U);
  EXPECT_EQ(number(json, "events_skipped"), 2U);
  EXPECT_EQ(number(json, "events_lost"), 0U);
  EXPECT_EQ(number(json, "events_late"), 3U);
  EXPECT_EQ(number(json, "findings"), 2U) << "however many sinks they go to";
  EXPECT_EQ(json.find("wall_s")->as_double(), 1.5);
  EXPECT_EQ(*json.find("balanced"), value{true});
  EXPECT_GT(json.find("cpu_s")->as_double(), 0.0);
  EXPECT_GT(number(json, "max_rss_bytes"), 1U << 20U);
}

TEST(RunSummary, SumsUpTheShardsOfALiveRun) {
  const auto json = to_value(of_live());
  EXPECT_EQ(number(json, "events_in"), 31U) << "task_begin is nobody's event";
  EXPECT_EQ(number(json, "events_delivered"), 25U);
  EXPECT_EQ(number(json, "events_lost"), 4U);
  EXPECT_EQ(*json.find("balanced"), value{true});
  const auto* const ptrace = json.find("events")->find("ptrace");
  ASSERT_NE(ptrace, nullptr);
  EXPECT_EQ(*ptrace, (value{value::object{{"seen", 20},
                                          {"filtered", 2},
                                          {"lost", 4},
                                          {"delivered", 14},
                                          {"balanced", true}}}));
}

TEST(RunSummary, HasTheSameKeysAlways) {
  const auto json = to_value(run_summary{});
  std::vector<std::string> keys;
  for (const auto& [key, unused] : *json.as_object())
    keys.push_back(key);
  EXPECT_THAT(keys,
              ElementsAre("events_in", "events_delivered", "events_skipped", "events_lost",
                          "events_late", "findings", "wall_s", "cpu_s", "max_rss_bytes",
                          "balanced", "events", "stages", "data_sources"));
}

TEST(RunSummary, ShowsEveryStageAndSource) {
  const auto json = to_value(of_replay());
  std::vector<std::string> names;
  for (const auto& [name, unused] : *json.find("stages")->as_object())
    names.push_back(name);
  EXPECT_THAT(names, ElementsAre("reader", "enricher 0", "runner main/0", "sink out",
                                 "sink more"));
  const auto* const sink = json.find("stages")->find("sink more");
  EXPECT_EQ(*sink, (value{value::object{{"in", 2},
                                        {"made", 0},
                                        {"out", 1},
                                        {"filtered", 0},
                                        {"dropped", 1},
                                        {"balanced", true},
                                        {"findings", 1}}}));
  const auto* const runner = json.find("stages")->find("runner main/0");
  EXPECT_EQ(*runner->find("signatures"),
            (value{value::object{{"VED-6", value::object{{"findings", 2}}}}}));
  const auto* const tree = json.find("data_sources")->find("tracee/process_tree");
  EXPECT_EQ(tree->find("health")->as_string(), "healthy");
  EXPECT_EQ(number(*tree, "items"), 5U);
  EXPECT_EQ(number(*tree, "pending"), 1U);
}

TEST(RunSummary, SaysWhatDoesNotAddUp) {
  EXPECT_TRUE(run_summary{}.adds_up());
  EXPECT_TRUE(of_replay().adds_up());
  EXPECT_TRUE(of_live().adds_up());

  auto stages = of_replay();
  ++stages.stages[1].balance.in;
  EXPECT_FALSE(stages.adds_up());
  EXPECT_EQ(*to_value(stages).find("balanced"), value{false});
  EXPECT_THAT(to_table(stages), HasSubstr("THE BALANCE DOES NOT ADD UP"));
  EXPECT_THAT(to_table(stages), HasSubstr("0  does not add up\n"));

  auto reader = of_replay();
  ++reader.collectors[0].balance.out;
  EXPECT_FALSE(reader.adds_up());

  auto events = of_live();
  ++events.collectors[1].events["kill"].seen;
  EXPECT_FALSE(events.adds_up());
  EXPECT_THAT(to_table(events), HasSubstr("does not add up"));

  auto runs = of_live();
  runs.skipped_runs = 1;
  EXPECT_FALSE(runs.adds_up());
}

TEST(RunSummary, IsATableForPeople) {
  const auto replay = to_table(of_replay());
  EXPECT_THAT(replay, HasSubstr("sink more                        2           0           "
                                "1           0           1\n"));
  EXPECT_THAT(replay, HasSubstr("10 events, 2 skipped, 0 lost, 2 findings in 1.5 s; every "
                                "event is accounted for\n"));
  EXPECT_THAT(replay, Not(HasSubstr("delivered")));
  EXPECT_THAT(to_table(of_live()),
              HasSubstr("ptrace                          20           2           4       "
                        "   14\n"));
}

TEST(RunSummary, IsWrittenAsALineOfJson) {
  const auto path = std::filesystem::path{testing::TempDir()} / "run_summary_test";
  ASSERT_TRUE(write_summary(path.string(), of_replay()));
  std::ostringstream text;
  text << std::ifstream{path}.rdbuf();
  std::filesystem::remove(path);
  EXPECT_EQ(std::ranges::count(text.str(), '\n'), 1);
  const auto parsed = parse_json(text.str());
  ASSERT_TRUE(parsed);
  EXPECT_EQ(number(*parsed, "events_in"), 10U);
}

TEST(RunSummary, SaysWhereItCannotBeWritten) {
  const auto nowhere = write_summary("/nowhere/summary", {});
  ASSERT_FALSE(nowhere);
  EXPECT_THAT(nowhere.error().detail,
              HasSubstr("cannot write the summary to /nowhere/summary: No such file"));
  EXPECT_FALSE(write_summary("/dev/full", {}));
}

} // namespace

} // namespace vedette
