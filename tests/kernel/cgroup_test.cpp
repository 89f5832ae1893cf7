#include "datasources/containers/cgroup_scan.hpp"
#include "tests/kernel/support/capture.hpp"
#include "tests/kernel/support/cgroup_dir.hpp"
#include "tests/kernel/support/execute.hpp"

#include <algorithm>
#include <fcntl.h>
#include <map>
#include <sched.h>
#include <set>

namespace vedette {

namespace {

namespace made = events::cgroup_mkdir;
namespace gone = events::cgroup_rmdir;
namespace moved = events::cgroup_attach_task;
namespace noticed = events::cgroup_notice;

kernel_config watching(unsigned shards, std::uint32_t ignored = 0) {
  kernel_config config;
  config.shards = shards;
  config.events.insert(config.events.end(), {event_kind::cgroup_mkdir, event_kind::cgroup_rmdir,
                                             event_kind::cgroup_attach_task});
  config.ignored_tgid = ignored;
  return config;
}

struct hierarchy_case {
  const char* name;
  cgroup_hierarchy (*find)();
};

void PrintTo(const hierarchy_case& tested, std::ostream* out) {
  *out << tested.name;
}

class cgroup_event : public testing::TestWithParam<hierarchy_case> {
protected:
  const cgroup_hierarchy hierarchy_ = GetParam().find();
  capture kernel_events_{watching(3)};
  const context self_{getpid()};
};

TEST_P(cgroup_event, tells_what_was_made) {
  kernel_events_.take();
  const cgroup_dir dir{hierarchy_, "/vedette-made"};

  const auto records = kernel_events_.take(made::kind, getpid());

  ASSERT_EQ(records.size(), 1);
  const auto event = records.front().event;
  self_.expect_in(event.header());
  EXPECT_EQ(event.header().host_tid, static_cast<__u32>(gettid()));
  EXPECT_EQ(event.get<made::cgroup_id>(), dir.id());
  EXPECT_EQ(event.get<made::cgroup_path>(), "/vedette-made");
  EXPECT_EQ(event.get<made::hierarchy_id>(), hierarchy_.id);
  EXPECT_EQ(records.front().shard, getpid() % 3U);
}

TEST_P(cgroup_event, tells_what_was_removed) {
  cgroup_dir dir{hierarchy_, "/vedette-outer/gone"};
  const auto id = dir.id();
  kernel_events_.take();
  dir.remove();

  const auto records = kernel_events_.take(gone::kind, getpid());

  ASSERT_EQ(records.size(), 2) << "and the outer one";
  const auto event = records.front().event;
  self_.expect_in(event.header());
  EXPECT_EQ(event.get<gone::cgroup_id>(), id);
  EXPECT_EQ(event.get<gone::cgroup_path>(), "/vedette-outer/gone");
  EXPECT_EQ(event.get<gone::hierarchy_id>(), hierarchy_.id);
  EXPECT_EQ(records.back().event.get<gone::cgroup_path>(), "/vedette-outer");
}

TEST_P(cgroup_event, tells_who_was_moved_where) {
  const cgroup_dir dir{hierarchy_, "/vedette-a/vedette-b"};
  held_child child{[] { return 0; }};
  kernel_events_.take();
  dir.attach(child.pid());

  const auto records = kernel_events_.take(moved::kind, getpid());

  child.finish();
  ASSERT_EQ(records.size(), 1);
  const auto event = records.front().event;
  self_.expect_in(event.header());
  EXPECT_EQ(event.get<moved::cgroup_path>(), "/vedette-a/vedette-b");
  EXPECT_EQ(event.get<moved::pid>(), child.pid());
  EXPECT_EQ(event.get<moved::comm>(), event.process_name()) << "the child is our copy";
}

TEST_P(cgroup_event, shows_a_long_path) {
  std::string path;
  while (path.size() < 3000)
    path += "/" + std::string(200, static_cast<char>('a' + path.size() % 26));
  kernel_events_.take();
  const cgroup_dir dir{hierarchy_, path};

  const auto records = kernel_events_.take(made::kind, getpid());

  ASSERT_EQ(records.size(), 15);
  EXPECT_EQ(records.back().event.get<made::cgroup_path>(), path);
  EXPECT_EQ(records.back().header().truncated, 0);
}

TEST_P(cgroup_event, cuts_a_path_that_is_too_long_and_says_so) {
  std::string path;
  while (path.size() < 4400)
    path += "/" + std::string(219, static_cast<char>('a' + path.size() % 26));
  kernel_events_.take();
  // Longer than a path may be that mkdir() is given.
  const auto outer = path.substr(0, 2200);
  cgroup_dir half{hierarchy_, outer};
  const auto at = open((hierarchy_.mount + outer).c_str(), O_DIRECTORY | O_PATH);
  std::vector<std::string> made_below;
  for (auto end = std::size_t{2200}; end < path.size(); end += 220) {
    made_below.push_back("." + path.substr(2200, end + 220 - 2200));
    ASSERT_EQ(mkdirat(at, made_below.back().c_str(), 0755), 0);
  }

  const auto records = kernel_events_.take(made::kind, getpid());

  for (; !made_below.empty(); made_below.pop_back())
    EXPECT_EQ(unlinkat(at, made_below.back().c_str(), AT_REMOVEDIR), 0);
  close(at);
  ASSERT_EQ(records.size(), 20);
  const auto& last = records.back();
  EXPECT_EQ(last.header().truncated, std::uint64_t{1} << made::cgroup_path::slot);
  const auto shown = *last.event.get<made::cgroup_path>();
  EXPECT_GT(shown.size(), 3800);
  EXPECT_TRUE(path.ends_with(shown));
}

TEST_P(cgroup_event, is_told_to_all_shards_if_processes_events_name_it) {
  kernel_events_.take();
  cgroup_dir dir{hierarchy_, "/vedette-noticed"};
  const auto id = dir.id();
  dir.remove();

  auto notices = kernel_events_.take(noticed::kind, getpid());

  if (hierarchy_.id != 0) {
    EXPECT_TRUE(notices.empty());
    return;
  }
  std::ranges::stable_sort(notices, {}, &captured::shard);
  ASSERT_EQ(notices.size(), 4) << "made and gone, in two shards";
  for (std::size_t i = 0; i < notices.size(); ++i) {
    const auto event = notices[i].event;
    EXPECT_NE(notices[i].shard, getpid() % 3U) << "that one has the event";
    EXPECT_EQ(event.get<noticed::cgroup_id>(), id);
    EXPECT_EQ(event.get<noticed::cgroup_path>(), "/vedette-noticed");
    EXPECT_EQ(event.get<noticed::hierarchy_id>(), 0);
    EXPECT_EQ(event.get<noticed::change>(),
              i % 2 == 0 ? RECORD_CGROUP_MADE : RECORD_CGROUP_GONE);
  }
}

TEST_P(cgroup_event, is_accounted_for) {
  kernel_events_.take();
  { const cgroup_dir dir{hierarchy_, "/vedette-counted"}; }
  kernel_events_.kernel().detach();
  const auto all = kernel_events_.take();
  for (const auto kind : {made::kind, gone::kind, moved::kind, noticed::kind})
    for (unsigned shard = 0; shard < 3; ++shard) {
      const auto counted = kernel_events_.kernel().counts(kind, shard);
      EXPECT_EQ(counted.seen, counted.filtered + counted.lost + counted.written);
    }
  EXPECT_GE(kernel_events_.kernel().counts(made::kind, getpid() % 3U).written, 1);
}

TEST(cgroup_notice, tells_of_what_an_ignored_process_makes) {
  const auto self = static_cast<std::uint32_t>(getpid());
  capture kernel_events{watching(2, self)};
  kernel_events.take();
  const cgroup_dir dir{cgroup_hierarchy::v2(), "/vedette-ours"};

  EXPECT_TRUE(kernel_events.take(made::kind, getpid()).empty());
  EXPECT_EQ(kernel_events.kernel().counts(made::kind, self % 2).filtered, 1);
  for (unsigned shard = 0; shard < 2; ++shard)
    EXPECT_GE(kernel_events.kernel().counts(noticed::kind, shard).written, 1);
}

/// A process that is moved to `dir` and then starts a program.
pid_t run_in(const cgroup_dir& dir, bool own_mounts) {
  held_child child{[=] {
    if (own_mounts && unshare(CLONE_NEWNS) != 0)
      return 97;
    return execute("/bin/true");
  }};
  dir.attach(child.pid());
  EXPECT_EQ(child.finish(), 0);
  return child.pid();
}

TEST(cgroup_notice, tells_all_shards_once_that_a_program_runs_behind_mounts_of_its_own) {
  capture kernel_events{watching(3)};
  const cgroup_dir dir{cgroup_hierarchy::v2(), "/vedette-started"};
  kernel_events.take();
  run_in(dir, false);
  for (const auto& one : kernel_events.take())
    EXPECT_NE(one.event.get<noticed::change>(), RECORD_CGROUP_STARTED);
  const auto first = run_in(dir, true);
  run_in(dir, true);

  std::multiset<unsigned> told;
  bool executed = false;
  for (const auto& one : kernel_events.take()) {
    executed = executed
               || (one.event.kind() == event_kind::sched_process_exec
                   && one.header().host_tgid == static_cast<__u32>(first));
    if (one.event.get<noticed::change>() != RECORD_CGROUP_STARTED)
      continue;
    EXPECT_EQ(one.event.get<noticed::cgroup_id>(), dir.id());
    told.insert(one.shard);
    if (one.shard == static_cast<unsigned>(first) % 3) {
      EXPECT_FALSE(executed) << "it is known before the exec is";
    }
  }
  EXPECT_EQ(told, (std::multiset<unsigned>{0, 1, 2}));
}

TEST(cgroup_scan, finds_containers_of_all_hierarchies) {
  const std::string path = "/docker/" + std::string(64, 'c');
  const cgroup_dir v2{cgroup_hierarchy::v2(), path};
  const auto pids = cgroup_hierarchy::v1("pids");
  const cgroup_dir v1{pids, path};
  held_child child{[] { return 0; }};
  v2.attach(child.pid());
  const auto before = boottime_ns();

  const auto found = scan_cgroups(find_cgroup_mounts());

  child.finish();
  std::map<std::uint32_t, scanned_cgroup> by_hierarchy;
  for (const auto& one : found.directories)
    if (one.path == path)
      by_hierarchy.insert({one.hierarchy, one});
  ASSERT_EQ(by_hierarchy.size(), 2);
  EXPECT_EQ(by_hierarchy.at(0).id, v2.id());
  EXPECT_EQ(by_hierarchy.at(0).pid, child.pid());
  EXPECT_GE(by_hierarchy.at(0).seen_ns, before);
  EXPECT_LE(by_hierarchy.at(0).seen_ns, found.ended_ns);
  EXPECT_EQ(by_hierarchy.at(pids.id).id, v1.id());
  EXPECT_EQ(by_hierarchy.at(pids.id).pid, 0);
}

INSTANTIATE_TEST_SUITE_P(
    hierarchies, cgroup_event,
    testing::Values(hierarchy_case{"v2", cgroup_hierarchy::v2},
                    hierarchy_case{"v1", [] { return cgroup_hierarchy::v1("pids"); }}),
    [](const auto& test) { return std::string{test.param.name}; });

} // namespace

} // namespace vedette
