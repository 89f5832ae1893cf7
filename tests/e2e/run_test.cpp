#include "tests/e2e/recorded.hpp"
#include "tests/e2e/victims.hpp"
#include "tests/e2e/watch.hpp"

#include <gmock/gmock.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <map>

// How a live run begins and ends.
namespace vedette::e2e {

namespace {

using testing::HasSubstr;

const scratch_dir& scratch() {
  static const scratch_dir dir;
  return dir;
}

/// `vedette run` until it is told to end.
words watching(const words& options = {}) {
  words all{"run", "--output", "json"};
  all.insert(all.end(), options.begin(), options.end());
  return vedette_command(all);
}

pid_t cause_finding() {
  running program{victim({"traceme"})};
  const auto pid = program.pid();
  EXPECT_EQ(program.finish().code, 0);
  return pid;
}

/// Reads findings until the one of this process comes.
value await_finding(running& program, pid_t pid) {
  for (;;) {
    auto line = parse(program.next_line());
    if (number(line, "hostProcessId") == pid)
      return line;
  }
}

class Stopped : public testing::TestWithParam<int> {};

TEST_P(Stopped, drains_and_tells_the_balance) {
  const auto summary = scratch().file("stopped");
  running program{watching({"--summary", summary})};
  program.wait_for("watching ");
  const auto pid = cause_finding();
  program.signal(GetParam());
  const auto result = program.finish();

  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_EQ(of_process(findings_in(parse_lines(result)), pid).size(), 1);
  EXPECT_THAT(result.err, HasSubstr("stopping"));
  EXPECT_THAT(result.err, HasSubstr("every event is accounted for"));
  const auto numbers = parse_file(summary);
  expect_balance(numbers);
  EXPECT_GE(number(numbers, "findings"), 1);
}

INSTANTIATE_TEST_SUITE_P(By, Stopped, testing::Values(SIGINT, SIGTERM));

/// With many shards all but two have nothing to say: what is found must not wait for
/// them.
TEST(Run, shows_a_finding_while_other_shards_are_idle) {
  running program{watching({"--set", "pipeline.shards=16"})};
  program.wait_for("watching ");
  for (auto i = 0; i < 5; ++i) {
    const auto since = epoch_ns();
    const auto pid = cause_finding();
    await_finding(program, pid);
    RecordProperty("ms_" + std::to_string(i),
                   static_cast<int>((epoch_ns() - since) / 1'000'000));
  }
  program.signal(SIGINT);
  EXPECT_EQ(program.finish().code, 0);
}

TEST(Run, ends_when_its_time_is_over) {
  const auto result = vedette({"run", "--for", "100ms"});

  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_THAT(result.err, HasSubstr("every event is accounted for"));
}

TEST(Run, has_the_status_of_its_command) {
  const auto status_of = [](const words& command) {
    words all{"run", "--output", "json", "--"};
    all.insert(all.end(), command.begin(), command.end());
    return vedette(all).code;
  };
  EXPECT_EQ(status_of({"true"}), 0);
  EXPECT_EQ(status_of({"sh", "-c", "exit 7"}), 7);
  EXPECT_EQ(status_of({"sh", "-c", "kill -9 $$"}), 128 + SIGKILL);
  EXPECT_EQ(status_of({"sh", "-c", "kill -TERM $$"}), 128 + SIGTERM);
}

TEST(Run, has_its_own_status_where_that_is_not_0) {
  const auto result =
      vedette({"run", "--output", "json", "--set", "sinks.out.path=/dev/full",
               "--events", "sched_process_exec", "--", "true"});

  EXPECT_EQ(result.code, 1) << result.err;
}

TEST(Run, says_that_there_is_no_such_command) {
  const auto result = vedette({"run", "--output", "json", "--", "/no/such/command"});

  EXPECT_NE(result.code, 0);
  EXPECT_EQ(result.out, "");
  EXPECT_THAT(
      result.err,
      HasSubstr("vedette: cannot run /no/such/command: No such file or directory"));
}

/// Also when the command has ended, and what others do.
TEST(Run, watches_the_whole_host_and_what_a_command_leaves_behind) {
  running other{watching({"--events", "sched_process_exec"})};
  other.wait_for("watching ");
  const auto seen = watch(2, {"sh", "-c", "(exec /bin/true left-behind) & exit 0"},
                          {"--events", "sched_process_exec"});
  other.signal(SIGTERM);
  const auto elsewhere = other.finish();

  const auto is_it = [](const value& line) {
    return to_json(argument(line, "argv")) == R"(["/bin/true","left-behind"])";
  };
  EXPECT_EQ(std::ranges::count_if(seen.lines, is_it), 1) << seen.result.err;
  EXPECT_EQ(std::ranges::count_if(parse_lines(elsewhere), is_it), 1)
      << "two of them see the same";
  EXPECT_EQ(elsewhere.code, 0);
}

TEST(Run, writes_nothing_but_lines_of_json_where_asked_to) {
  const auto seen = watch(2, {"sh", "-c", "echo to stderr >&2"},
                          {"--events", "sched_process_exec,security_file_open"});

  EXPECT_GE(seen.lines.size(), 1) << "each was parsed";
  EXPECT_THAT(seen.result.err, HasSubstr("to stderr"));
  for (const auto& line : seen.lines)
    EXPECT_NE(text(line, "eventName"), "");
}

TEST(Run, makes_a_loss_visible) {
  const auto seen =
      watch(2, victim({"flood", "50000"}),
            {"--set", "rings.total=8KiB", "--set", "sinks.out.take=[lost_events]", "--set",
             "collectors.host.events=[security_file_open]"});

  expect_balance(seen.summary);
  EXPECT_GT(number(seen.summary, "events_lost"), 0);
  EXPECT_GT(number(seen.summary, "events", "security_file_open", "lost"), 0);
  std::map<std::string, std::int64_t> told;
  for (const auto& one : seen.lines) {
    ASSERT_EQ(text(one, "eventName"), "lost_events");
    EXPECT_GT(number(argument(one, "count")), 0);
    EXPECT_LE(number(argument(one, "since")), number(argument(one, "until")));
    EXPECT_THAT(text(argument(one, "where")), testing::StartsWith("ring "));
    told[text(argument(one, "event"))] += number(argument(one, "count"));
  }
  for (const auto& [name, counted] : *member(seen.summary, "events").as_object())
    EXPECT_EQ(told[name], number(counted, "lost")) << name;
}

std::string capabilities_of(const std::string& pid, std::string_view set) {
  std::ifstream status{"/proc/" + pid + "/status"};
  for (std::string line; std::getline(status, line);)
    if (line.starts_with(set))
      return line.substr(line.find_first_not_of(" \t", set.size()));
  return "";
}

TEST(Run, keeps_only_the_capabilities_that_it_needs) {
  running program{watching()};
  program.wait_for("watching ");
  const auto threads = "/proc/" + std::to_string(program.pid()) + "/task";
  std::size_t looked_at = 0;
  for (const auto& thread : std::filesystem::directory_iterator{threads}) {
    const auto id = thread.path().filename().string();
    // KILL, DAC_OVERRIDE, SYS_PTRACE, PERFMON, BPF: bits 5, 1, 19, 38, 39.
    EXPECT_EQ(capabilities_of(id, "CapEff:"), "000000c000080022");
    EXPECT_EQ(capabilities_of(id, "CapPrm:"), "000000c000080022");
    ++looked_at;
  }
  EXPECT_GT(looked_at, 3U);
  program.signal(SIGTERM);
  EXPECT_EQ(program.finish().code, 0);
}

TEST(Run, leaves_the_command_what_root_has) {
  const auto file = scratch().file("capabilities");
  running program{vedette_command(
      {"run", "--", "sh", "-c", "grep CapEff: /proc/self/status >" + file})};
  EXPECT_EQ(program.finish().code, 0);
  std::ifstream written{file};
  std::string line;
  std::getline(written, line);
  EXPECT_THAT(line, HasSubstr(capabilities_of("self", "CapEff:")));
}

} // namespace

} // namespace vedette::e2e
