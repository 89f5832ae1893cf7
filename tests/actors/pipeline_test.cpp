#include "tests/support/pipeline_run.hpp"
#include "tests/support/served_shells.hpp"

#include <gmock/gmock.h>

namespace vedette {

namespace {

using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

const std::string two_sinks =
    "sinks: {alerts: {type: json, path: alerts, take: [findings]},\n"
    "        trace: {type: json, path: trace, take: [ptrace, sched_process_exit]}}\n";

TEST(Pipeline, SpawnsWhatIsDrawn) {
  const std::vector<std::string> configs{
      "",
      "pipeline: {shards: 2}",
      "pipeline: {shards: 4}\nrunners: {slow: {signatures: [VED-6], shards: 2}}",
      "pipeline: {shards: 4}\nrunners: {slow: {signatures: [VED-6]}, a: {signatures: "
      "[TRC-102], shards: 4}}",
      "pipeline: {shards: 3}\n" + two_sinks,
      "data_sources: {process_tree: off}\n"
      "signatures: {disable: [VED-1, VED-3, VED-4, VED-6]}",
      "signatures: {enable: none}\n",
      "signatures: {enable: [VED-6]}\nrunners: {slow: {signatures: [VED-6]}}",
  };
  for (const auto& yaml : configs) {
    SCOPED_TRACE(yaml);
    const auto result = run_pipeline({.yaml = yaml}, to_lines(served_shells()));
    EXPECT_FALSE(result.spawned.empty());
    expect_complete(result);
  }
}

TEST(Pipeline, FindsAndWritesInTheOrderOfTime) {
  const auto result = run_pipeline({.yaml = all_as_json}, to_lines(served_shells({.shells = 2})));
  std::vector<std::string> names;
  for (const auto& line : result.lines("-")) {
    const auto at = line.find("\"eventName\":\"") + 13;
    names.push_back(line.substr(at, line.find('"', at) - at));
  }
  EXPECT_THAT(names, ElementsAre("sched_process_exec", "sched_process_fork",
                                 "sched_process_exec", "shell_under_server", "ptrace",
                                 "anti_debugging", "sched_process_exit",
                                 "sched_process_fork", "sched_process_exec",
                                 "shell_under_server", "ptrace", "anti_debugging",
                                 "sched_process_exit"));
  expect_complete(result);
  EXPECT_EQ(result.stage("reader").balance, (stage_balance{9, 0, 9, 0, 0}));
  EXPECT_EQ(result.stage("enricher 0").balance, (stage_balance{9, 18, 27, 0, 0}))
      << "to two runners and a sink";
  EXPECT_EQ(result.stage("runner main/0").findings, 4U);
  EXPECT_EQ(result.stage("sink out").balance, (stage_balance{13, 0, 13, 0, 0}));
  EXPECT_EQ(result.stage("sink out").findings, 4U);
}

TEST(Pipeline, GivesEachSinkWhatItTakes) {
  const auto result = run_pipeline({.yaml = "pipeline: {shards: 2}\n" + two_sinks},
                                   to_lines(served_shells({.shells = 50})));
  EXPECT_THAT(result.lines("alerts"), SizeIs(100));
  EXPECT_THAT(result.lines("alerts"), Each(HasSubstr("\"signatureID\":")));
  EXPECT_THAT(result.lines("trace"), SizeIs(100));
  EXPECT_THAT(result.lines("trace"), Each(testing::Not(HasSubstr("\"signatureID\":"))));
  expect_complete(result);
}

TEST(Pipeline, EndsWithoutInput) {
  for (const auto* const yaml : {"", "pipeline: {shards: 4}"}) {
    const auto result = run_pipeline({.yaml = yaml}, "");
    expect_complete(result);
    EXPECT_EQ(result.stage("reader").balance, stage_balance{});
    EXPECT_THAT(result.lines("-"), SizeIs(1)) << "the table's head";
  }
}

TEST(Pipeline, SaysWhichLinesItSkips) {
  const auto good = to_lines(served_shells({.shells = 1}));
  const auto result = run_pipeline({.yaml = all_as_json}, "{\n" + good + "x\n");
  EXPECT_THAT(result.refused, ElementsAre(HasSubstr("input:1: "), HasSubstr("input:7: ")));
  EXPECT_EQ(result.stage("reader").balance, (stage_balance{7, 0, 5, 2, 0}));
  EXPECT_EQ(result.stage("reader").skipped, 2U);
  expect_complete(result);
}

TEST(Pipeline, StopsAtTheFirstBadLineWhereItIsStrict) {
  const auto good = to_lines(served_shells({.shells = 1}));
  const auto result =
      run_pipeline({.yaml = all_as_json, .strict = true}, good + "x\n" + good + "y\n");
  ASSERT_THAT(result.outcome.failures, SizeIs(1));
  EXPECT_EQ(result.outcome.failures[0].node, "reader");
  EXPECT_THAT(result.outcome.failures[0].why.detail, HasSubstr("input:6: "));
  EXPECT_TRUE(result.over);
  EXPECT_EQ(result.outcome.open_sinks, 0U) << "what came before it has been written";
  EXPECT_EQ(result.stage("reader").balance, (stage_balance{6, 0, 5, 1, 0}));
  expect_accounted(result);
  EXPECT_THAT(result.lines("-"), SizeIs(7));
}

TEST(Pipeline, CountsWhatASinkCannotWriteAndGoesOn) {
  const auto lines = to_lines(served_shells({.shells = 200}));
  const auto result = run_pipeline(
      {.yaml = "pipeline: {shards: 2, batch: {events: 16}}\n" + two_sinks,
       .writes = {{"alerts", 2}}},
      lines);
  ASSERT_THAT(result.outcome.failures, SizeIs(1));
  EXPECT_EQ(result.outcome.failures[0].node, "sink alerts");
  EXPECT_EQ(result.outcome.failures[0].why.code, ec::sink_failed);
  EXPECT_TRUE(result.over);
  EXPECT_EQ(result.outcome.open_sinks, 0U);
  expect_accounted(result);
  const auto written = result.lines("alerts").size();
  const auto& failed = result.stage("sink alerts");
  EXPECT_GT(written, 0U);
  EXPECT_LT(written, 400U);
  EXPECT_EQ(failed.balance, (stage_balance{400, 0, written, 0, 400 - written}));
  EXPECT_EQ(failed.findings, written);
  EXPECT_THAT(result.lines("trace"), SizeIs(400));
}

TEST(Pipeline, EndsEarlyWhenItIsStopped) {
  const std::string small = "pipeline: {batch: {events: 16}}\nreplay: {reorder: 16}\n";
  pipeline_run running{{.yaml = small + all_as_json},
                       to_lines(served_shells({.shells = 800}))};
  running.actors().begin();
  running.run(40);
  running.stop();
  const auto result = running.result();
  expect_complete(result);
  EXPECT_LT(result.stage("reader").balance.in, 3201U);
  EXPECT_GT(result.stage("reader").balance.in, 0U);
}

TEST(Pipeline, RunsOnThreadsAsInTests) {
  const auto lines = to_lines(served_shells({.shells = 500}));
  const std::string yaml = "pipeline: {shards: 2, batch: {events: 32}}\n";
  const auto expected = run_pipeline({.yaml = yaml + all_as_json}, lines);
  const auto result = run_pipeline({.yaml = yaml + all_as_json, .threads = true}, lines);
  expect_complete(expected);
  expect_complete(result);
  EXPECT_EQ(result.text, expected.text);
}

TEST(Pipeline, AnswersWhoeverAsksASource) {
  pipeline_run running{{.yaml = "pipeline: {shards: 2}"}, to_lines(served_shells())};
  running.begin();
  const auto page = running.actors().ask(
      "tracee/process_tree", {{.key = value::object{{"pid", 100}}, .as_of = {}}});
  ASSERT_TRUE(page);
  ASSERT_THAT(*page, SizeIs(1));
  EXPECT_TRUE((*page)[0].complete);
  EXPECT_THAT(running.actors().ask("acme/users", {}).error().detail,
              HasSubstr("those that run: tracee/process_tree, tracee/containers, "
                        "tracee/dns"));
}

} // namespace

} // namespace vedette
