#include "tests/e2e/watch.hpp"
#include "tests/kernel/support/cgroup_dir.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <csignal>
#include <fcntl.h>

// Events of which only some are wanted.
namespace vedette::e2e {

namespace {

using testing::HasSubstr;

std::vector<std::string> paths_in(const watched& seen) {
  std::vector<std::string> paths;
  for (const auto& line : seen.lines)
    paths.push_back(text(argument(line, "pathname")));
  return paths;
}

TEST(Filters, keep_in_the_kernel_what_nobody_wants) {
  const auto seen =
      watch(2, {"sh", "-c", "cat /etc/passwd /etc/group /etc/hostname >/dev/null"},
            {"--signatures", "none", "--set", "sinks.out.take=[lost_events]",
             "--events", "security_file_open.pathname=/etc/pass*,/etc/hostname",
             "--events", "security_file_open.comm=cat"});

  EXPECT_THAT(
      seen.result.err,
      HasSubstr("only pathname=/etc/pass*,/etc/hostname comm=cat, decided in the "
                "kernel\n"));
  auto paths = paths_in(seen);
  // Other programs of this host may be called so, too.
  std::ranges::sort(paths);
  const auto twice = std::ranges::unique(paths);
  paths.erase(twice.begin(), twice.end());
  EXPECT_EQ(paths, (std::vector<std::string>{"/etc/hostname", "/etc/passwd"}));
  for (const auto& line : seen.lines)
    EXPECT_EQ(text(line, "processName"), "cat");
  expect_nothing_lost(seen);
  EXPECT_GT(number(seen.summary, "events", "security_file_open", "filtered"), 5);
  EXPECT_GT(number(seen.summary, "events", "sched_process_exec", "delivered"), 0);
}

TEST(Filters, do_not_take_from_others_what_one_does_not_want) {
  const auto seen = watch(2, {"true"},
                          {"--signatures", "none", "--events",
                           "security_file_open.pathname=/no/such/file", "--events",
                           "sched_process_exec.uid=4242", "--set", "sinks.all.path=/dev/null",
                           "--set", "sinks.all.take=[security_file_open]"});

  EXPECT_EQ(seen.lines.size(), 0U) << seen.result.out;
  EXPECT_THAT(seen.result.err, testing::Not(HasSubstr("decided")));
  EXPECT_GT(number(seen.summary, "events", "security_file_open", "delivered"), 0)
      << "another sink takes all";
  EXPECT_GT(number(seen.summary, "events", "sched_process_exec", "delivered"), 0);
}

TEST(Filters, tell_containers_from_the_host) {
  const std::string id(64, 'c');
  const cgroup_dir box{cgroup_hierarchy::v2(), "/docker/" + id};
  running program{
      vedette_command({"run", "--output", "json", "--signatures", "none", "--events",
                       "security_file_open.origin!=host", "--events",
                       "security_file_open.pathname=*/hostname"})};
  program.wait_for("watching ");
  const auto open_hostname = [&](bool inside) {
    return run_child([&] {
      if (inside)
        box.attach(getpid());
      close(open("/etc/hostname", O_RDONLY));
      return 0;
    });
  };
  open_hostname(false);
  const auto child = open_hostname(true);
  const auto line = parse(program.next_line());
  EXPECT_EQ(number(line, "hostProcessId"), child);
  EXPECT_EQ(text(line, "containerId"), id);
  program.signal(SIGTERM);
  const auto result = program.finish();
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_THAT(result.err,
              HasSubstr("in the kernel as far as it can tell, the rest here"));
}

TEST(Filters, are_refused_where_they_say_nothing) {
  const auto result = vedette({"run", "--events", "security_file_open.path=/etc/*"});

  EXPECT_EQ(result.code, 2);
  EXPECT_THAT(
      result.err,
      HasSubstr("vedette: --events: sinks.out.take: security_file_open has no field "
                "'path'; there are pathname, "));
}

} // namespace

} // namespace vedette::e2e
