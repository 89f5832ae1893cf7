#include "tests/support/pipeline_run.hpp"
#include "tests/support/served_shells.hpp"

#include <gmock/gmock.h>

#include <random>

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
  for (std::uint32_t i = 0; i < 100; ++i, begin += 5)
    for (auto& event : served_shells({.shells = 3, .begin = begin, .step = 0}))
      events.push_back(std::move(event));
  run_with_all_shards(to_lines(events));
}

/// Shells of nginx whose own parent ends before they start: it is among the dead for whom
/// there is hardly room, while others come and go.
std::vector<event_builder> orphaned_shells(std::uint32_t shells) {
  std::uint64_t now = 1'000'000;
  const auto next = [&] { return now += 10; };
  std::uint32_t pid = 200;
  const task nginx{100, 1000};
  std::vector<event_builder> events{executed(nginx, "/usr/sbin/nginx").at(next())};
  const auto fork = [&](task parent) {
    const task child{pid += 7, next()};
    events.push_back(forked(parent, child).at(child.start));
    return child;
  };
  const auto exit = [&](task who) { events.push_back(exited(who).at(next())); };
  for (std::uint32_t i = 0; i < shells; ++i) {
    const auto wrapper = fork(nginx), shell = fork(wrapper);
    exit(wrapper);
    for (std::uint32_t others = i % 24; others > 0; --others)
      exit(fork(nginx));
    events.push_back(executed(shell, "/bin/sh", {"sh", "-c", "id"}).parent(nginx).at(next()));
    exit(shell);
  }
  return events;
}

TEST(PipelineShards, DoNotShowWhereThereIsNoRoomForTheDead) {
  const auto one =
      run_with_all_shards(to_lines(orphaned_shells(400)),
                          "data_sources: {process_tree: {processes: 16}}\n");
  EXPECT_GT(count(one, finds_shell), 100U);
  EXPECT_LT(count(one, finds_shell), 400U) << "some parents are forgotten by then";
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
