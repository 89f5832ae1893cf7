#pragma once

#include "tests/e2e/json.hpp"
#include "tests/e2e/vedette.hpp"
#include "tests/kernel/support/scratch_dir.hpp"

#include <gtest/gtest.h>

#include <ctime>
#include <stdexcept>
#include <string>
#include <vector>

namespace vedette::e2e {

/// What `vedette run -- COMMAND` saw.
struct watched {
  outcome result;
  std::vector<value> lines;
  value summary;
  pid_t vedette = 0;
  std::int64_t since = 0, until = 0; ///< ns since the epoch.
};

inline std::int64_t epoch_ns() {
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  return std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

/// With findings as JSON, and what else `options` say. This machine may be as busy as
/// it likes: answers wait for as long as it takes, and there is room in front of the
/// sink, which drops, live, what it has no credit for.
inline watched watch(unsigned shards, const words& command, const words& options = {}) {
  const scratch_dir dir;
  const auto summary = dir.file("summary.json");
  words all{"run",
            "--output",
            "json",
            "--summary",
            summary,
            "--set",
            "pipeline.shards=" + std::to_string(shards),
            "--set",
            "data_sources.max_wait=1m"};
  all.insert(all.end(), options.begin(), options.end());
  all.emplace_back("--");
  all.insert(all.end(), command.begin(), command.end());

  watched seen;
  seen.since = epoch_ns();
  running program{vedette_command(all)};
  seen.vedette = program.pid();
  seen.result = program.finish();
  seen.until = epoch_ns();
  if (seen.result.err.find("accounted for") == std::string::npos)
    throw std::runtime_error{"it did not run to its end:\n" + seen.result.err};
  seen.lines = parse_lines(seen.result);
  seen.summary = parse_file(summary);
  return seen;
}

/// Promise 5, for every event type and every stage.
inline void expect_balance(const value& summary) {
  EXPECT_EQ(member(summary, "balanced"), value{true});
  for (const auto& [name, one] : *member(summary, "events").as_object())
    EXPECT_EQ(number(one, "seen"),
              number(one, "filtered") + number(one, "lost") + number(one, "delivered"))
        << name;
  for (const auto& [name, one] : *member(summary, "stages").as_object())
    EXPECT_EQ(number(one, "in") + number(one, "made"),
              number(one, "out") + number(one, "filtered") + number(one, "dropped"))
        << name;
}

/// Nor that a sink, or anything else, told of a loss.
inline void expect_nothing_lost(const watched& seen) {
  expect_balance(seen.summary);
  EXPECT_EQ(number(seen.summary, "events_lost"), 0);
  for (const auto& [name, one] : *member(seen.summary, "stages").as_object())
    EXPECT_EQ(number(one, "dropped"), 0) << name;
  EXPECT_EQ(seen.result.out.find(R"("lost_events")"), std::string::npos);
}

} // namespace vedette::e2e
