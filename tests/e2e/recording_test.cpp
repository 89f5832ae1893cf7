#include "tests/e2e/recorded.hpp"
#include "tests/e2e/victims.hpp"
#include "tests/e2e/watch.hpp"

#include <gmock/gmock.h>

// What was seen live is found again in what was written down.
namespace vedette::e2e {

namespace {

const std::string all_events =
    "sched_process_fork,sched_process_exec,sched_process_exit,ptrace";

std::string shell_words(const words& command) {
  std::string line;
  for (const auto& word : command)
    line += "'" + word + "' ";
  return line;
}

/// A shell that starts a victim of every signature.
words everything(const scratch_dir& dir) {
  const auto line =
      shell_words(victim({"memfd"})) + "; " + shell_words(victim({"traceme"})) + "; "
      + shell_words(victim({"preload"})) + "; "
      + shell_words(victim_named("nginx", dir.path(), {"server", "5", "4"}));
  return {"sh", "-c", line};
}

outcome replay(const std::string& file, unsigned shards, const words& more = {}) {
  words all{"replay", file,    "--output",
            "json",   "--set", "pipeline.shards=" + std::to_string(shards)};
  all.insert(all.end(), more.begin(), more.end());
  return vedette(all);
}

/// What a line says but for how far back the lineage is known: a recording begins with
/// its first event, a live run knows what was there before.
std::string without_ancestors(value line) {
  for (auto& [name, content] : *line.as_object())
    if (name == "args")
      std::erase_if(*content.as_list(), [](const value& argument) {
        return text(argument, "name") == "lineage";
      });
  return to_json(line);
}

words without_ancestors(const std::vector<value>& lines) {
  words all;
  for (const auto& line : lines)
    all.push_back(without_ancestors(line));
  return all;
}

TEST(Recording, holds_what_was_found_live) {
  const scratch_dir dir;
  const auto seen = watch(2, everything(dir), {"--events", all_events});
  write_file(dir.file("recorded"), seen.result.out);
  const auto again = replay(dir.file("recorded"), 2);

  EXPECT_EQ(again.code, 0) << again.err;
  EXPECT_EQ(findings_in(seen.lines, "TRC-105").empty(), false) << seen.result.err;
  EXPECT_GE(findings_in(seen.lines, "VED-6").size(), 5);
  EXPECT_EQ(without_ancestors(findings_in(parse_lines(again))),
            without_ancestors(findings_in(seen.lines)));
  EXPECT_EQ(again.lines().size(), findings_in(seen.lines).size()) << "and nothing else";
  for (const auto shell : told_by_victims(seen.result, "sh")) {
    const auto found = of_process(findings_in(parse_lines(again), "VED-6"), shell);
    ASSERT_EQ(found.size(), 1);
    const auto lineage = argument(found[0], "lineage");
    ASSERT_GE(lineage.as_list()->size(), 2);
    EXPECT_EQ(text(lineage.as_list()->at(1), "name"), "nginx");
  }
}

TEST(Recording, replays_to_the_same_bytes_with_any_number_of_shards) {
  const scratch_dir dir;
  const auto seen = watch(2, everything(dir), {"--events", all_events});
  write_file(dir.file("recorded"), seen.result.out);
  const words events{"--events", all_events};
  const auto once = replay(dir.file("recorded"), 1, events);

  EXPECT_GE(findings_in(parse_lines(once)).size(), 8) << once.err;
  EXPECT_EQ(replay(dir.file("recorded"), 1, events).out, once.out);
  EXPECT_EQ(replay(dir.file("recorded"), 2, events).out, once.out);
  EXPECT_EQ(replay(dir.file("recorded"), 4, events).out, once.out);
  EXPECT_EQ(without_ancestors(parse_lines(once)), without_ancestors(seen.lines))
      << "events and findings in the order of the live run";
}

TEST(Recording, need_not_be_a_file) {
  const scratch_dir dir;
  const auto line =
      shell_words(vedette_command({"run", "--output", "json", "--events", all_events,
                                   "--"}))
      + shell_words(victim({"memfd"})) + " | "
      + shell_words(vedette_command({"replay", "-", "--output", "json"}));
  const auto result = running{{"sh", "-c", line}}.finish();

  EXPECT_EQ(result.code, 0) << result.err;
  const auto pid = told_by_victims(result, "pid").at(0);
  const auto found = of_process(findings_in(parse_lines(result)), pid);
  ASSERT_EQ(found.size(), 1) << result.out << result.err;
  EXPECT_EQ(text(found[0], "eventName"), "fileless_execution");
}

} // namespace

} // namespace vedette::e2e
