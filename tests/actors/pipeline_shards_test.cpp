#include "tests/support/pipeline_run.hpp"
#include "tests/support/served_shells.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <iterator>
#include <random>
#include <ranges>

namespace vedette {

namespace {

using testing::SizeIs;

std::string with_shards(std::size_t shards, const std::string& more = "") {
  return "pipeline: {shards: " + std::to_string(shards) + ", batch: {events: 32}}\n" + more
         + all_as_json;
}

/// Replays it with any number of shards. → what came out, which must be the same.
pipeline_result run_with_all_shards(const std::string& lines, const std::string& more = "") {
  auto one = run_pipeline({.yaml = with_shards(1, more)}, lines);
  expect_complete(one);
  EXPECT_GT(one.sum("runner ").in, 0U);
  for (const std::size_t shards : {2, 3, 4}) {
    const auto other = run_pipeline({.yaml = with_shards(shards, more)}, lines);
    SCOPED_TRACE(shards);
    expect_complete(other);
    EXPECT_TRUE(other.text == one.text) << "the output differs";
    EXPECT_EQ(other.stage("reader").late, one.stage("reader").late);
  }
  return one;
}

/// Every event at most so many places away from its own.
void shuffle(std::vector<event_builder>& events, std::size_t within, std::uint64_t seed) {
  std::mt19937_64 random{seed};
  for (std::size_t i = 0; i + within < events.size(); i += within)
    for (auto k = within - 1; k > 0; --k)
      std::swap(events[i + k], events[i + random() % (k + 1)]);
}

std::size_t count(const pipeline_result& in, const std::string& what) {
  std::size_t found = 0;
  for (const auto& line : in.lines("-"))
    found += line.find(what) == std::string::npos ? 0 : 1;
  return found;
}

const std::string finds_shell = R"("signatureID":"VED-6")";

TEST(PipelineShards, DoNotShowInTheOutput) {
  const auto one = run_with_all_shards(to_lines(served_shells({.shells = 300})));
  EXPECT_THAT(one.lines("-"), SizeIs(1 + 300 * 6));
  EXPECT_EQ(count(one, finds_shell), 300U);
}

TEST(PipelineShards, DoNotShowWhereInputIsOutOfOrder) {
  const auto ordered = run_pipeline({.yaml = with_shards(1)},
                                    to_lines(served_shells({.shells = 300})));
  auto events = served_shells({.shells = 300});
  shuffle(events, 50, 1);
  const auto one = run_with_all_shards(to_lines(events), "replay: {reorder: 100}\n");
  EXPECT_EQ(one.stage("reader").late, 0U);
  EXPECT_EQ(one.text, ordered.text);
}

TEST(PipelineShards, DoNotShowWhereEventsComeLate) {
  auto events = served_shells({.shells = 300});
  shuffle(events, 200, 2);
  const auto one = run_with_all_shards(to_lines(events), "replay: {reorder: 20}\n");
  EXPECT_GT(one.stage("reader").late, 100U);
  EXPECT_THAT(one.lines("-"), SizeIs(1 + 300 * 5 + count(one, finds_shell)));
}

TEST(PipelineShards, DoNotShowWhereAllHappensAtOnce) {
  const auto one = run_with_all_shards(to_lines(served_shells({.shells = 300, .step = 0})));
  EXPECT_EQ(one.stage("reader").late, 0U);
  EXPECT_EQ(count(one, finds_shell), 300U);
}

TEST(PipelineShards, DoNotShowWhereMoreHappensAtOnceThanTheWindowHolds) {
  const auto one =
      run_with_all_shards(to_lines(served_shells({.shells = 300, .step = 0})),
                          "replay: {reorder: 64}\n");
  EXPECT_EQ(one.stage("reader").late, 1201U - 64U);
  EXPECT_EQ(count(one, finds_shell), 300U);
}

TEST(PipelineShards, DoNotShowWhereTiesCrossThem) {
  std::vector<event_builder> events;
  std::uint64_t begin = 1'000'000;
  for (std::uint32_t i = 0; i < 100; ++i, begin += 5) {
    auto shells = served_shells({.shells = 3, .begin = begin, .step = 0});
    // nginx itself starts once: of a process that has changed 16 times ahead of a shard the
    // versions in between are gone, and how far ahead the others are the threads decide.
    std::ranges::move(shells | std::views::drop(i == 0 ? 0 : 1),
                      std::back_inserter(events));
  }
  run_with_all_shards(to_lines(events));
}

TEST(PipelineShards, AreServedByFewerRunners) {
  const auto lines = to_lines(served_shells({.shells = 300}));
  const auto expected = run_pipeline({.yaml = with_shards(1)}, lines);
  for (const auto* const runners :
       {"runners: {slow: {signatures: [VED-6], shards: 1}}\n",
        "runners: {slow: {signatures: [VED-6], shards: 2}}\n",
        "runners: {slow: {signatures: [VED-6, TRC-102], shards: 3}}\n"}) {
    const auto result = run_pipeline({.yaml = with_shards(4, runners)}, lines);
    SCOPED_TRACE(runners);
    expect_complete(result);
    EXPECT_TRUE(result.text == expected.text) << "the output differs";
  }
}

TEST(PipelineShards, DoNotShowOnThreads) {
  const auto lines = to_lines(served_shells({.shells = 300, .step = 1}));
  const auto expected = run_pipeline({.yaml = with_shards(1)}, lines);
  for (const std::size_t shards : {1, 2, 4}) {
    const auto result = run_pipeline({.yaml = with_shards(shards), .threads = true}, lines);
    SCOPED_TRACE(shards);
    expect_complete(result);
    EXPECT_TRUE(result.text == expected.text) << "the output differs";
  }
}

} // namespace

} // namespace vedette
