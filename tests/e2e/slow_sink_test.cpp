#include "tests/e2e/json.hpp"
#include "tests/e2e/recorded.hpp"
#include "tests/e2e/vedette.hpp"
#include "tests/kernel/support/scratch_dir.hpp"

#include <gtest/gtest.h>

#include <memory>

namespace vedette::e2e {

namespace {

constexpr std::size_t input_bytes = 200U << 20U;

/// More than `input_bytes` of events, of which every 8th is a finding's cause; made as
/// they are read, in pieces.
class many_events {
public:
  std::string_view operator()() {
    constexpr std::size_t piece = 256U << 10U;
    piece_.clear();
    while (piece_.size() < piece && bytes_ + piece_.size() < input_bytes) {
      const auto i = ++*made_;
      const auto pid = static_cast<int>(100 + i % 50);
      if (i % 8 == 0)
        piece_ += exec_line(i, pid);
      else
        piece_ += event_line("security_file_open", i, pid, argument_);
    }
    bytes_ += piece_.size();
    return piece_;
  }

  [[nodiscard]] std::shared_ptr<std::int64_t> made() const { return made_; }

private:
  std::string piece_;
  std::size_t bytes_ = 0;
  std::shared_ptr<std::int64_t> made_ = std::make_shared<std::int64_t>(0);
  const std::string argument_ = R"({"name":"pathname","type":"string","value":"/)"
                                + std::string(1'500, 'x') + R"("})";
};

TEST(SlowSink, makes_the_reader_wait_and_nothing_is_lost) {
  const scratch_dir dir;
  const many_events events;
  const auto made = events.made();
  running program{
      vedette_command({"replay", "-", "--output", "json", "--events",
                       "sched_process_exec", "--set", "signatures.rate.max=0", "--summary",
                       dir.file("summary")}),
      {.input = events}};
  const auto taken = program.feed_until_stuck();
  const auto result = program.finish();

  EXPECT_LT(taken, input_bytes / 2) << "nobody had read anything yet";
  EXPECT_EQ(result.code, 0) << result.err;
  const auto summary = parse_file(dir.file("summary"));
  EXPECT_EQ(number(summary, "events_in"), *made);
  EXPECT_EQ(number(summary, "events_delivered"), *made);
  EXPECT_EQ(number(summary, "findings"), *made / 8);
  EXPECT_EQ(std::ranges::count(result.out, '\n'), *made / 8 * 2);
  EXPECT_EQ(member(summary, "balanced"), value{true});
  for (const auto& [name, stage] : *member(summary, "stages").as_object())
    EXPECT_EQ(number(stage, "dropped"), 0) << name;
  RecordProperty("taken_bytes", static_cast<int>(taken));
  RecordProperty("max_rss_bytes", static_cast<int>(number(summary, "max_rss_bytes")));
  constexpr auto flat = 160 << 20U; // A debug build's program is 60 MB itself.
  EXPECT_LT(number(summary, "max_rss_bytes"), flat);
}

} // namespace

} // namespace vedette::e2e
