#include "tests/support/pipeline_run.hpp"
#include "tests/support/served_shells.hpp"

#include <gmock/gmock.h>
#include <rapidcheck.h>

#include <random>

// What could wait for ever: every event asks what other shards must have passed, and each
// shard may have a batch or two unanswered.
namespace vedette {

namespace {

std::string tight(std::size_t shards, std::size_t credits, std::size_t batch,
                  const std::string& more = "") {
  return "pipeline: {shards: " + std::to_string(shards)
         + ", credits: " + std::to_string(credits)
         + ", batch: {events: " + std::to_string(batch) + "}}\n" + more + all_as_json;
}

class PipelineCredit
    : public testing::TestWithParam<std::tuple<std::size_t, std::size_t, std::uint64_t>> {
};

TEST_P(PipelineCredit, LetsABacklogEnd) {
  const auto [shards, credits, step] = GetParam();
  const auto lines = to_lines(served_shells({.shells = 200, .step = step}));
  const auto result = run_pipeline({.yaml = tight(shards, credits, 4)}, lines);
  expect_complete(result);
  EXPECT_EQ(result.sum("runner ").made, 400U);
  EXPECT_EQ(result.sources.at("tracee/process_tree").metrics.misses, 0U);
}

INSTANTIATE_TEST_SUITE_P(all, PipelineCredit,
                         testing::Combine(testing::Values(1, 2, 4, 8),
                                          testing::Values(1, 2),
                                          testing::Values(0, 1, 10)));

TEST(PipelineCredit, DoesNotDependOnWhoRunsNext) {
  const auto passed = rc::check("any interleaving gives the same output", [] {
    const auto shells = *rc::gen::inRange<std::size_t>(1, 30);
    const auto step = *rc::gen::elementOf(std::vector<std::uint64_t>{0, 0, 1, 3});
    const auto shards = *rc::gen::inRange<std::size_t>(1, 6);
    const auto credits = *rc::gen::inRange<std::size_t>(1, 3);
    const auto batch = *rc::gen::inRange<std::size_t>(1, 9);
    const auto window = *rc::gen::elementOf(std::vector<std::size_t>{1, 2, 16, 4096});
    const auto pids = *rc::gen::inRange<std::uint32_t>(1, 5);
    const auto seed = *rc::gen::arbitrary<std::uint64_t>();
    const auto more = "replay: {reorder: " + std::to_string(window)
                      + "}\nsignatures: {enable: [VED-6]}\n"; // Which these events are for.
    const auto lines =
        to_lines(served_shells({.shells = shells, .step = step, .pids = pids}));
    std::mt19937_64 random{seed};
    const auto expected = run_pipeline({.yaml = tight(1, 4, 512, more)}, lines);
    for (auto times = 0; times < 3; ++times) {
      const auto any = run_pipeline(
          {.yaml = tight(shards, credits, batch, more),
           .choose = [&](std::size_t jobs) { return random() % jobs; }},
          lines);
      RC_ASSERT(any.over);
      RC_ASSERT(any.outcome.open_sinks == 0U);
      RC_ASSERT(any.sources.at("tracee/process_tree").metrics.incomplete == 0U);
      RC_ASSERT(any.text == expected.text);
    }
  });
  EXPECT_TRUE(passed);
}

} // namespace

} // namespace vedette
