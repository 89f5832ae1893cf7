#include "tests/e2e/victims.hpp"
#include "tests/e2e/watch.hpp"

#include <filesystem>
#include <map>

namespace vedette::e2e {

namespace {

constexpr std::size_t children = 1'000;

const words task_events{"--events",
                        "sched_process_fork,sched_process_exec,sched_process_exit"};

/// By shards.
class Processes : public testing::TestWithParam<unsigned> {};

/// What was seen of one process, as indexes into the output's lines.
struct life {
  std::vector<std::size_t> forks, execs, exits;
};

std::map<std::int64_t, life> lives_in(const std::vector<value>& lines) {
  std::map<std::int64_t, life> result;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const auto name = text(lines[i], "eventName");
    const auto pid = number(lines[i], "hostProcessId");
    if (name == "sched_process_fork")
      result[number(argument(lines[i], "child_pid"))].forks.push_back(i);
    else if (name == "sched_process_exec")
      result[pid].execs.push_back(i);
    else if (name == "sched_process_exit")
      result[pid].exits.push_back(i);
  }
  return result;
}

/// Asks a recorded run's process tree about each of them as of `at`, in one go.
std::vector<value> ask_tree(const watched& seen, const std::vector<std::int64_t>& pids,
                            const std::vector<std::int64_t>& at, unsigned shards) {
  const scratch_dir dir;
  std::ofstream recorded{dir.file("recorded")}, keys{dir.file("keys")};
  recorded << seen.result.out << std::flush;
  for (std::size_t i = 0; i < pids.size(); ++i)
    keys << R"({"source":"tracee/process_tree","key":{"pid":)" << pids[i]
         << R"(},"at":)" << at[i] << "}\n";
  keys << std::flush;
  const auto answered =
      vedette({"get", "--keys", dir.file("keys"), "--replay", dir.file("recorded"),
               "--set", "pipeline.shards=" + std::to_string(shards)});
  EXPECT_EQ(answered.code, 0) << answered.err;
  return parse_lines(answered);
}

void expect_life(const watched& seen, const life& one, std::int64_t parent, int code) {
  ASSERT_EQ(one.forks.size(), 1);
  ASSERT_EQ(one.execs.size(), 1);
  ASSERT_EQ(one.exits.size(), 1);
  EXPECT_LT(one.forks[0], one.execs[0]);
  EXPECT_LT(one.execs[0], one.exits[0]);
  EXPECT_EQ(number(seen.lines[one.forks[0]], "hostProcessId"), parent);
  EXPECT_EQ(number(seen.lines[one.execs[0]], "hostParentProcessId"), parent);
  EXPECT_EQ(number(argument(seen.lines[one.exits[0]], "exit_code")), code);
}

void expect_in_tree(const value& answer, std::int64_t pid, std::int64_t parent,
                    int code, std::int64_t exit_time) {
  static const auto shell = std::filesystem::canonical("/bin/sh").string();
  ASSERT_NE(answer.find("record"), nullptr) << to_json(answer);
  EXPECT_EQ(answer.find("complete"), nullptr) << to_json(answer);
  const auto& info = member(member(answer, "record"), "info");
  EXPECT_EQ(number(info, "pid"), pid);
  EXPECT_EQ(number(info, "ppid"), parent);
  EXPECT_EQ(text(info, "execution_binary", "path"), shell);
  EXPECT_EQ(text(info, "name"), "sh");
  EXPECT_EQ(to_json(member(info, "cmd")),
            R"(["sh","-c","exit )" + std::to_string(code) + R"("])");
  EXPECT_EQ(number(info, "exit_code"), code);
  EXPECT_EQ(number(info, "exit_time"), exit_time);
  EXPECT_EQ(member(info, "is_alive"), value{false});
}

TEST_P(Processes, are_all_seen_however_short_they_live) {
  const auto seen =
      watch(GetParam(), victim({"spawn", std::to_string(children)}), task_events);
  ASSERT_EQ(seen.result.code, 0) << seen.result.err;
  expect_nothing_lost(seen);

  const auto parent = told_by_victims(seen.result, "pid").at(0);
  const auto pids = told_by_victims(seen.result, "child");
  ASSERT_EQ(pids.size(), children) << seen.result.err;
  const auto lives = lives_in(seen.lines);
  std::vector<std::int64_t> ends;
  for (std::size_t i = 0; i < children; ++i) {
    SCOPED_TRACE("child " + std::to_string(i) + ", pid " + std::to_string(pids[i]));
    ASSERT_TRUE(lives.contains(pids[i]));
    expect_life(seen, lives.at(pids[i]), parent, static_cast<int>(i % 256));
    ASSERT_FALSE(HasFatalFailure());
    ends.push_back(number(seen.lines[lives.at(pids[i]).exits[0]], "timestamp"));
  }

  const auto answers = ask_tree(seen, pids, ends, GetParam());
  ASSERT_EQ(answers.size(), children);
  for (std::size_t i = 0; i < children; ++i) {
    SCOPED_TRACE("child " + std::to_string(i));
    expect_in_tree(answers[i], pids[i], parent, static_cast<int>(i % 256), ends[i]);
    ASSERT_FALSE(HasFailure());
  }
}

TEST_P(Processes, come_out_in_the_order_of_time) {
  const auto seen = watch(GetParam(), victim({"spawn", "100"}), task_events);
  std::int64_t last = 0;
  for (const auto& line : seen.lines) {
    const auto time = number(line, "timestamp");
    EXPECT_LE(last, time) << to_json(line);
    last = time;
  }
  EXPECT_GE(seen.lines.size(), 300);
}

INSTANTIATE_TEST_SUITE_P(Shards, Processes, testing::Values(1, 2, 4));

TEST(OwnProcess, is_not_shown_but_what_it_starts_is) {
  const auto seen = watch(
      2, {"sh", "-c", "cat /dev/null"},
      {"--events",
       "sched_process_fork,sched_process_exec,sched_process_exit,security_file_open"});

  const auto own = of_process(seen.lines, seen.vedette);
  ASSERT_EQ(own.size(), 1) << "but that it started the command";
  EXPECT_EQ(text(own[0], "eventName"), "sched_process_fork");
  const auto command = number(argument(own[0], "child_pid"));
  const auto execs = events_in(of_process(seen.lines, command), "sched_process_exec");
  ASSERT_GE(execs.size(), 1);
  EXPECT_EQ(to_json(argument(execs[0], "argv")), R"(["sh","-c","cat /dev/null"])");
  EXPECT_GE(events_in(of_process(seen.lines, command), "security_file_open").size(), 1);
}

} // namespace

} // namespace vedette::e2e
