#include "tests/e2e/recorded.hpp"
#include "tests/e2e/watch.hpp"
#include "tests/kernel/support/cgroup_dir.hpp"
#include "tests/support/silent_server.hpp"

#include <gmock/gmock.h>

#include <csignal>
#include <optional>
#include <set>

// What is seen of containers, live.
namespace vedette::e2e {

namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

const std::string container_events = "container_create,existing_container,container_remove";

/// Of those events of this name that are about a container.
std::vector<value> told_of(const std::vector<value>& lines, std::string_view name,
                           std::string_view id) {
  auto found = events_in(lines, name);
  std::erase_if(found, [&](const value& one) {
    return argument(one, "container_id").as_string() != id;
  });
  return found;
}

/// Execs of `path` that were seen in a container.
std::vector<value> executed_in(const std::vector<value>& lines, std::string_view id,
                               std::string_view path) {
  auto found = events_in(lines, "sched_process_exec");
  std::erase_if(found, [&](const value& one) {
    return text(one, "containerId") != id || argument(one, "pathname").as_string() != path;
  });
  return found;
}

bool flag(const value& event, std::string_view name) {
  return member(member(event, "contextFlags"), name).as_bool().value();
}

words options(const std::string& events, const std::string& docker = "off") {
  return {"--events", events,
          "--set",    "data_sources.containers.docker=" + docker,
          "--set",    "data_sources.containers.podman=off",
          "--set",    "data_sources.containers.containerd=off",
          "--set",    "data_sources.containers.crio=off"};
}

const std::string id(64, 'a');
const std::string path = "/docker/" + id;

/// A shell that makes a container's cgroups as Docker does, has `times` processes run in it,
/// each in a mount namespace of its own, and takes it down.
words container_life(const scratch_dir& dir, unsigned times) {
  const auto v2 = cgroup_hierarchy::v2().mount, v1 = cgroup_hierarchy::v1("pids").mount;
  const auto enter = "echo \\$\\$ >" + v2 + path + "/cgroup.procs && exec /bin/true";
  write_file(dir.file("life.sh"),
             "set -e\nmkdir -p " + v2 + path + " " + v1 + path + "\ni=0\n"
                 + "while [ $i -lt " + std::to_string(times) + " ]; do unshare -m sh -c \""
                 + enter + "\"; i=$((i+1)); done\n" + "rmdir " + v2 + path + " " + v1
                 + path + "\n");
  return {"sh", dir.file("life.sh")};
}

class containers_live : public testing::TestWithParam<unsigned> {};

TEST_P(containers_live, are_known_from_the_first_event_of_each_process_in_any_shard) {
  constexpr std::size_t times = 16;
  const scratch_dir dir;
  const auto seen = watch(GetParam(), container_life(dir, times),
                          options("sched_process_exec,sched_process_exit,"
                                  + container_events));
  expect_nothing_lost(seen);
  const auto execs = executed_in(seen.lines, id, "/usr/bin/true");
  EXPECT_THAT(execs, SizeIs(times));
  for (const auto& one : execs) {
    EXPECT_TRUE(flag(one, "containerStarted"));
    EXPECT_EQ(text(one, "container", "id"), id);
    const auto exits = of_process(events_in(seen.lines, "sched_process_exit"),
                                  number(one, "hostProcessId"));
    ASSERT_THAT(exits, SizeIs(1));
    EXPECT_EQ(text(exits[0], "containerId"), id);
  }
  for (const auto& one : events_in(seen.lines, "sched_process_exec"))
    if (argument(one, "pathname").as_string() == "/usr/bin/mkdir") {
      EXPECT_EQ(text(one, "containerId"), "");
      EXPECT_FALSE(flag(one, "containerStarted"));
    }
}

TEST_P(containers_live, are_told_once_when_they_begin_and_end) {
  const scratch_dir dir;
  const auto seen = watch(GetParam(), container_life(dir, 1),
                          options("cgroup_mkdir," + container_events));
  expect_nothing_lost(seen);
  const auto created = told_of(seen.lines, "container_create", id);
  const auto removed = told_of(seen.lines, "container_remove", id);
  ASSERT_THAT(created, SizeIs(1));
  ASSERT_THAT(removed, SizeIs(1));
  EXPECT_THAT(told_of(seen.lines, "existing_container", id), IsEmpty());
  EXPECT_EQ(argument(created[0], "runtime").as_string(), "docker");
  EXPECT_EQ(text(created[0], "containerId"), id);
  EXPECT_EQ(text(removed[0], "containerId"), id);
  auto made = events_in(seen.lines, "cgroup_mkdir");
  std::erase_if(made, [](const value& one) {
    return argument(one, "cgroup_path").as_string() != path;
  });
  ASSERT_THAT(made, SizeIs(2));
  EXPECT_EQ(number(created[0], "timestamp"), number(made[0], "timestamp"));
  EXPECT_GT(number(removed[0], "timestamp"), number(created[0], "timestamp"));
}

INSTANTIATE_TEST_SUITE_P(shards, containers_live, testing::Values(1U, 2U, 4U),
                         [](const auto& test) { return std::to_string(test.param); });

/// `vedette run` until it is told to end.
words watching(const words& more, unsigned shards = 8) {
  words all{"run", "--output", "json", "--set",
            "pipeline.shards=" + std::to_string(shards)};
  all.insert(all.end(), more.begin(), more.end());
  return vedette_command(all);
}

/// Reads lines until one tells this of the container.
value await(running& program, std::string_view name) {
  for (;;) {
    const std::vector line{parse(program.next_line())};
    if (!told_of(line, name, id).empty())
      return line[0];
  }
}

TEST(containers_announced, while_nothing_else_happens) {
  running program{watching(options(container_events))};
  program.wait_for("watching ");
  {
    const cgroup_dir made{cgroup_hierarchy::v2(), path};
    EXPECT_EQ(argument(await(program, "container_create"), "container_id").as_string(), id);
  }
  await(program, "container_remove");
  program.signal(SIGINT);
  const auto result = program.finish();
  EXPECT_EQ(result.code, 0);
  EXPECT_THAT(result.err, HasSubstr("every event is accounted for"));
}

TEST(containers_announced, although_the_runtime_never_answers) {
  const scratch_dir dir;
  const silent_server docker{dir.file("d.sock")};
  running program{watching(options(container_events, dir.file("d.sock")))};
  program.wait_for("watching ");
  const cgroup_dir made{cgroup_hierarchy::v2(), path};
  const auto told = await(program, "container_create");
  EXPECT_LE(number(told, "timestamp"), epoch_ns() - 1'000'000'000) << "with its own time";
  program.signal(SIGINT);
  EXPECT_EQ(program.finish().code, 0);
}

TEST(existing_containers, are_told_and_known_from_the_start) {
  std::optional<cgroup_dir> v2{std::in_place, cgroup_hierarchy::v2(), path};
  const cgroup_dir v1{cgroup_hierarchy::v1("pids"), path};
  held_child child{[] { return execl("/bin/true", "true", nullptr); }};
  v2->attach(child.pid());
  running program{watching(options("sched_process_exec," + container_events))};
  program.wait_for("watching ");
  const auto told = await(program, "existing_container");
  EXPECT_EQ(argument(told, "runtime").as_string(), "docker");
  EXPECT_GT(number(argument(told, "ctime")), epoch_ns() - 600'000'000'000);
  EXPECT_EQ(text(told, "containerId"), id);
  child.finish();
  program.signal(SIGINT);
  const auto lines = parse_lines(program.finish());
  const auto execs = of_process(events_in(lines, "sched_process_exec"), child.pid());
  ASSERT_THAT(execs, SizeIs(1));
  EXPECT_EQ(text(execs[0], "containerId"), id);
  EXPECT_TRUE(flag(execs[0], "containerStarted"));
  EXPECT_THAT(told_of(lines, "existing_container", id), SizeIs(1));
  EXPECT_THAT(told_of(lines, "container_create", id), IsEmpty());
}

/// With rings that are full, as nobody reads them, it is made unseen.
TEST(containers_of_a_loss, are_found_by_reading_the_host_again) {
  const scratch_dir dir;
  const auto v2 = cgroup_hierarchy::v2().mount;
  auto all = options("sched_process_exec,lost_events," + container_events);
  all.insert(all.end(), {"--set", "rings.total=64KiB", "--summary", dir.file("summary")});
  running program{watching(all, 2)};
  program.wait_for("watching ");
  program.signal(SIGSTOP);
  for (auto i = 0; i < 200; ++i)
    run_child([] { return execl("/bin/true", "true", nullptr); });
  const cgroup_dir made{cgroup_hierarchy::v2(), path};
  program.signal(SIGCONT);
  await(program, "existing_container");
  const auto pid = run_child([&] {
    const auto enter = "echo $$ >" + v2 + path + "/cgroup.procs && exec /bin/true";
    return execl("/bin/sh", "sh", "-c", enter.c_str(), nullptr);
  });
  program.signal(SIGINT);
  const auto result = program.finish();
  const auto lines = parse_lines(result);

  EXPECT_THAT(events_in(lines, "lost_events"), Not(IsEmpty()));
  expect_balance(parse_file(dir.file("summary")));
  EXPECT_THAT(told_of(lines, "existing_container", id), SizeIs(1));
  EXPECT_THAT(told_of(lines, "container_create", id), IsEmpty()) << "that was lost";
  const auto execs = of_process(executed_in(lines, id, "/usr/bin/true"), pid);
  EXPECT_THAT(execs, SizeIs(1));
}

TEST(containers_recorded, replay_to_the_same_bytes_with_any_number_of_shards) {
  const scratch_dir dir;
  const std::string events =
      "sched_process_fork,sched_process_exec,sched_process_exit,cgroup_mkdir,cgroup_rmdir,"
      + container_events;
  const auto seen = watch(4, container_life(dir, 8), options(events));
  write_file(dir.file("recorded"), seen.result.out);
  std::set<std::string> outputs;
  for (const auto* shards : {"1", "2", "4"}) {
    const auto again =
        vedette({"replay", dir.file("recorded"), "--output", "json", "--events", events,
                 "--set", std::string{"pipeline.shards="} + shards});
    EXPECT_EQ(again.code, 0) << again.err;
    outputs.insert(again.out);
    const auto lines = parse_lines(again);
    EXPECT_THAT(told_of(lines, "container_create", id), SizeIs(1));
    EXPECT_THAT(told_of(lines, "container_remove", id), SizeIs(1));
    EXPECT_THAT(executed_in(lines, id, "/usr/bin/true"), SizeIs(8));
    EXPECT_EQ(lines.size(), seen.lines.size());
  }
  EXPECT_THAT(outputs, SizeIs(1));
}

} // namespace

} // namespace vedette::e2e
