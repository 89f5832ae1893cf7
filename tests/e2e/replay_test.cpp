#include "tests/e2e/json.hpp"
#include "tests/e2e/recorded.hpp"
#include "tests/e2e/vedette.hpp"
#include "tests/kernel/support/scratch_dir.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <string>

namespace vedette::e2e {

namespace {

using testing::HasSubstr;
using testing::StartsWith;

/// Three lines that are no events, in between.
const std::string spoiled =
    exec_line(1'000, 5) + "nonsense\n" + exec_line(2'000, 6)
    + event_line("sched_process_exit", 3'000, 5,
                 R"({"name":"exit_code","type":"int32","value":"zz"})")
    + "{\"timestamp\":4000}\n" + exec_line(5'000, 7);

/// pid and time of every finding, in their order.
std::vector<std::pair<std::int64_t, std::int64_t>> findings_of(const outcome& result) {
  std::vector<std::pair<std::int64_t, std::int64_t>> all;
  for (const auto& one : findings_in(parse_lines(result)))
    all.emplace_back(number(one, "hostProcessId"), number(one, "timestamp"));
  return all;
}

TEST(Replay, tells_of_lines_that_are_no_events_and_goes_on) {
  const scratch_dir dir;
  write_file(dir.file("spoiled"), spoiled);
  const auto result = vedette({"replay", dir.file("spoiled"), "--output", "json",
                               "--summary", dir.file("summary")});

  EXPECT_EQ(result.code, 0);
  EXPECT_THAT(findings_of(result),
              testing::ElementsAre(std::pair{5, 1'000}, std::pair{6, 2'000},
                                   std::pair{7, 5'000}));
  EXPECT_EQ(result.lines().size(), 3) << "stdout is for findings alone";
  EXPECT_THAT(result.err, HasSubstr(dir.file("spoiled") + ":2: not valid JSON"));
  EXPECT_THAT(result.err, HasSubstr(dir.file("spoiled")
                                    + ":4: argument 'exit_code' (int32): \"zz\""));
  EXPECT_THAT(result.err, HasSubstr(dir.file("spoiled") + ":5: no eventName"));
  const auto summary = parse_file(dir.file("summary"));
  EXPECT_EQ(number(summary, "events_in"), 6);
  EXPECT_EQ(number(summary, "events_delivered"), 3);
  EXPECT_EQ(number(summary, "events_skipped"), 3);
  EXPECT_EQ(number(summary, "findings"), 3);
  EXPECT_EQ(member(summary, "balanced"), value{true});
}

TEST(Replay, stops_at_the_first_of_them_where_that_is_asked_for) {
  const scratch_dir dir;
  write_file(dir.file("spoiled"), spoiled);
  const auto result = vedette({"replay", dir.file("spoiled"), "--strict", "--output",
                               "json", "--summary", dir.file("summary")});

  EXPECT_EQ(result.code, 1);
  EXPECT_THAT(findings_of(result), testing::ElementsAre(std::pair{5, 1'000}));
  EXPECT_THAT(result.err, HasSubstr(dir.file("spoiled") + ":2: not valid JSON"));
  EXPECT_EQ(member(parse_file(dir.file("summary")), "balanced"), value{true});
}

TEST(Replay, reads_several_files_one_of_them_stdin_one_empty) {
  const scratch_dir dir;
  write_file(dir.file("first"), exec_line(1'000, 5));
  write_file(dir.file("empty"), "");
  write_file(dir.file("last"), exec_line(3'000, 7));
  const auto result = vedette({"replay", dir.file("first"), dir.file("empty"), "-",
                               dir.file("last"), "--output", "json"},
                              {.input = all_of(exec_line(2'000, 6))});

  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_THAT(findings_of(result),
              testing::ElementsAre(std::pair{5, 1'000}, std::pair{6, 2'000},
                                   std::pair{7, 3'000}));
}

TEST(Replay, has_nothing_to_say_about_nothing) {
  const auto result = vedette({"replay", "-", "--output", "json"});

  EXPECT_EQ(result.code, 0);
  EXPECT_EQ(result.out, "");
  EXPECT_THAT(result.err, HasSubstr("0 events, 0 skipped, 0 lost, 0 findings"));
}

TEST(Replay, reads_a_last_line_without_end) {
  auto line = exec_line(1'000, 5);
  line.pop_back();
  const auto result =
      vedette({"replay", "-", "--output", "json"}, {.input = all_of(line)});

  EXPECT_THAT(findings_of(result), testing::ElementsAre(std::pair{5, 1'000}));
}

TEST(Replay, needs_files_that_are_there) {
  const auto result = vedette({"replay", "/nonexistent/file"});

  EXPECT_EQ(result.code, 2);
  EXPECT_EQ(result.out, "");
  EXPECT_EQ(result.err,
            "vedette: cannot open /nonexistent/file: No such file or directory\n");
}

TEST(Replay, sorts_what_comes_a_little_late) {
  const auto input = exec_line(2'000, 6) + exec_line(1'000, 5) + exec_line(3'000, 7);
  const auto result =
      vedette({"replay", "-", "--output", "json"}, {.input = all_of(input)});

  EXPECT_THAT(findings_of(result),
              testing::ElementsAre(std::pair{5, 1'000}, std::pair{6, 2'000},
                                   std::pair{7, 3'000}));
}

TEST(Replay, shows_events_where_asked_for_and_people_a_table) {
  const auto input =
      exec_line(1'000, 5, "/bin/a\\u001b[31mred") + exit_line(2'000, 5, 3);
  const words asked{"replay", "-", "--events", "sched_process_exec,sched_process_exit"};
  const auto table = vedette(asked, {.input = all_of(input)});
  auto as_json = asked;
  as_json.insert(as_json.end(), {"--output", "json"});
  const auto json = vedette(as_json, {.input = all_of(input)});

  EXPECT_EQ(table.out.find('\x1b'), std::string::npos) << "no terminal sequences";
  EXPECT_THAT(table.out, HasSubstr("sched_process_exec"));
  EXPECT_THAT(table.out, HasSubstr("exit_code"));
  const auto lines = parse_lines(json);
  ASSERT_EQ(lines.size(), 2);
  EXPECT_EQ(text(argument(lines[0], "pathname")), "/bin/a\x1b[31mred");
  EXPECT_EQ(number(argument(lines[1], "exit_code")), 3);
}

/// Shells and others that start each other and never end.
std::string endless_processes() {
  std::string lines;
  const auto argument = [](const char* name, int number) {
    return R"({"name":")" + std::string{name} + R"(","type":"uint64","value":)"
           + std::to_string(number) + "}";
  };
  constexpr int first = 100, start = 1'000'000; // As event_line() has it.
  for (int pid = first + 1; pid < first + 4000; ++pid) {
    const auto parent = std::max(first, pid - 1 - pid * 11 % 89);
    const auto time = 2'000'000 + pid * 1000;
    lines += event_line("sched_process_fork", time, parent,
                        argument("child_tid", pid) + "," + argument("child_pid", pid) + ","
                            + argument("start_time", start) + ","
                            + argument("parent_process_pid", parent) + ","
                            + argument("parent_process_start_time", start));
    lines += exec_line(time + 1, pid, pid % 3 == 0 ? "/usr/bin/id" : "/bin/sh");
  }
  return lines;
}

TEST(Replay, does_not_depend_on_the_number_of_shards_where_there_is_no_room) {
  const scratch_dir dir;
  write_file(dir.file("endless"), endless_processes());
  const auto replay = [&](int shards) {
    return vedette({"replay", dir.file("endless"), "--output", "json", "--set",
                    "data_sources.process_tree.processes=64", "--set",
                    "signatures.params.VED-6.servers=[p]", "--set",
                    "pipeline.shards=" + std::to_string(shards)});
  };
  const auto once = replay(1);
  EXPECT_EQ(once.code, 0) << once.err;
  EXPECT_GT(once.lines().size(), 500U);
  EXPECT_LT(once.lines().size(), 3000U) << "some parents are forgotten";
  for (const int shards : {2, 4, 8})
    EXPECT_EQ(replay(shards).out, once.out) << shards;
}

} // namespace

} // namespace vedette::e2e
