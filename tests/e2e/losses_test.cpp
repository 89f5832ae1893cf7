#include "tests/e2e/watch.hpp"
#include "tests/kernel/support/cgroup_dir.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <csignal>
#include <fstream>
#include <iterator>
#include <sched.h>

// What was lost is found again by reading the host.
namespace vedette::e2e {

namespace {

using testing::Ge;
using testing::SizeIs;

constexpr auto second = std::int64_t{1'000'000'000};
const std::string id(64, 'b');

words watching(const scratch_dir& dir) {
  words all{"run",       "--output",         "json", "--record", dir.file("capture"),
            "--summary", dir.file("summary")};
  for (const auto* const set :
       {"pipeline.shards=1", "rings.total=64KiB", "signatures.enable=none",
        "data_sources.containers.docker=off", "data_sources.containers.podman=off",
        "data_sources.containers.containerd=off", "data_sources.containers.crio=off"})
    all.insert(all.end(), {"--set", set});
  all.insert(all.end(),
             {"--events", "sched_process_fork,sched_process_exec,sched_process_"
                          "exit,lost_events,existing_container"});
  return vedette_command(all);
}

/// What the recorded run's process tree says of a process.
value ask(const scratch_dir& dir, pid_t pid, std::int64_t at) {
  const auto answered =
      vedette({"get", "tracee/process_tree", R"({"pid":)" + std::to_string(pid) + "}",
               "--at", std::to_string(at), "--replay", dir.file("capture")});
  EXPECT_EQ(answered.code, 0) << answered.err;
  return parse(answered.out);
}

/// Until the process's line in /proc says this. (`comm` would say `sleep` before the
/// kernel tells that the program was executed.)
void wait_until(pid_t pid, const std::string& what) {
  for (std::string text; !text.contains(what); sched_yield()) {
    std::ifstream from{"/proc/" + std::to_string(pid) + "/stat"};
    text.assign(std::istreambuf_iterator<char>{from}, {});
  }
}

/// Rings that nobody reads are full, and a process is born unseen. Each reading of the
/// host goes through the cgroups first: a container that was made unseen shows that it
/// was made.
TEST(processes_of_a_loss, are_known_completely_once_the_host_was_read_again) {
  const scratch_dir dir;
  running program{watching(dir)};
  program.wait_for("watching ");
  program.signal(SIGSTOP);
  wait_until(program.pid(), ") T ");
  for (auto i = 0; i < 200; ++i)
    run_child([] { return execl("/bin/true", "true", nullptr); });
  const running unseen{{"sleep", "1000"}};
  wait_until(unseen.pid(), "(sleep) S ");
  const cgroup_dir made{cgroup_hierarchy::v2(), "/docker/" + id};
  program.signal(SIGCONT);
  value found;
  do
    found = parse(program.next_line());
  while (text(found, "eventName") != "existing_container"
         || text(argument(found, "container_id")) != id);
  // While the full rings were read more may have been lost: that is read again a second
  // after the first reading.
  run_child([] { return execl("/bin/sleep", "sleep", "3", nullptr); });
  program.signal(SIGINT);
  const auto result = program.finish();
  EXPECT_EQ(result.code, 0) << result.err;
  expect_balance(parse_file(dir.file("summary")));

  const auto lines = parse_lines(result);
  auto losses = events_in(lines, "lost_events");
  std::erase_if(losses, [](const value& one) {
    return text(argument(one, "event")) != "sched_process_fork";
  });
  ASSERT_THAT(losses, SizeIs(Ge(1)));
  for (const auto& exec : events_in(lines, "sched_process_exec"))
    EXPECT_NE(number(exec, "hostProcessId"), unseen.pid()) << "that was lost";

  auto read_at = number(found, "timestamp");
  std::string told = "read at " + std::to_string(read_at);
  for (const auto& one : events_in(lines, "lost_events")) {
    read_at = std::max(read_at, number(argument(one, "until")) + second);
    told += '\n' + to_json(one);
  }
  SCOPED_TRACE(told);
  const auto then = ask(dir, unseen.pid(), number(argument(losses[0], "until")));
  EXPECT_EQ(member(then, "complete"), value{false}) << to_json(then);
  const auto now = ask(dir, unseen.pid(), read_at + second);
  EXPECT_EQ(now.find("complete"), nullptr) << to_json(now);
  EXPECT_EQ(text(now, "record", "info", "name"), "sleep");
  EXPECT_EQ(text(now, "record", "info", "execution_binary", "path"), "/usr/bin/sleep");
  EXPECT_EQ(number(now, "record", "info", "ppid"), getpid());
  EXPECT_EQ(to_json(member(member(member(now, "record"), "info"), "cmd")),
            R"(["sleep","1000"])");
  const auto nobody = ask(dir, 1 << 22, read_at + second);
  EXPECT_EQ(text(nobody, "error"), "data_not_found");
  EXPECT_EQ(nobody.find("complete"), nullptr)
      << "there is none: the reading would show it";
}

} // namespace

} // namespace vedette::e2e
