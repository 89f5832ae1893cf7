#include "datasources/containers/cgroup_scan.hpp"
#include "tests/datasources/containers/containers_fixture.hpp"
#include "tests/kernel/support/scratch_dir.hpp"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <sys/stat.h>

namespace vedette {

namespace {

using testing::Each;
using testing::ElementsAre;
using testing::UnorderedElementsAre;

std::vector<std::string> paths(const cgroup_scan_result& of) {
  std::vector<std::string> result;
  for (const auto& one : of.directories)
    result.push_back(one.path);
  return result;
}

/// Directories that look like a hierarchy: to a scan they are nothing else.
class cgroup_scan_test : public testing::Test {
protected:
  void make(const std::string& path, const std::string& processes = "") {
    std::filesystem::create_directories(dir_.file(path));
    std::ofstream{dir_.file(path + "/cgroup.procs")} << processes;
  }
  [[nodiscard]] std::uint64_t inode(const std::string& path) const {
    struct stat facts {};
    EXPECT_EQ(stat(dir_.file(path).c_str(), &facts), 0);
    return facts.st_ino;
  }
  [[nodiscard]] cgroup_scan_result scan(std::uint32_t hierarchy,
                                        const std::string& root = "") const {
    return scan_cgroups(
        std::vector{cgroup_mount{hierarchy, dir_.path(), root}});
  }
  static raw_batch_ptr taken(batch_builder& from) { return from.take(); }

  const scratch_dir dir_;
  const std::string web_ = full_id("ab");
};

TEST_F(cgroup_scan_test, finds_all_of_v2_and_the_containers_of_v1) {
  make("system.slice/x.service");
  make("docker/" + web_ + "/below");
  EXPECT_THAT(paths(scan(0)),
              UnorderedElementsAre("/", "/system.slice", "/system.slice/x.service",
                                   "/docker", "/docker/" + web_,
                                   "/docker/" + web_ + "/below"));
  EXPECT_THAT(paths(scan(4)),
              ElementsAre("/docker/" + web_, "/docker/" + web_ + "/below"));
}

TEST_F(cgroup_scan_test, tells_paths_from_the_hierarchys_root_on) {
  make("below");
  EXPECT_THAT(paths(scan(0, "/docker/" + web_)),
              ElementsAre("/docker/" + web_, "/docker/" + web_ + "/below"));
}

TEST_F(cgroup_scan_test, tells_who_is_in_a_container_since_when) {
  const auto self = std::to_string(getpid());
  make("docker/" + web_, "999999999\n" + self + "\n");
  make("host", self);
  const auto found = scan(0);
  ASSERT_EQ(found.directories.size(), 4U);
  EXPECT_GT(found.began_ns, 0U);
  for (const auto& one : found.directories) {
    EXPECT_GE(one.seen_ns, found.began_ns);
    EXPECT_LE(one.seen_ns, found.ended_ns);
    EXPECT_EQ(one.hierarchy, 0U);
    if (!one.path.ends_with(web_))
      continue;
    EXPECT_EQ(one.id, inode("docker/" + web_));
    EXPECT_EQ(one.pid, getpid()) << "the other one has ended";
    EXPECT_GT(one.ctime, std::chrono::hours{24} * 365 * 50);
  }
}

TEST_F(cgroup_scan_test, bears_a_hierarchy_that_is_gone) {
  EXPECT_TRUE(scan_cgroups(std::vector{cgroup_mount{0, "/no/such", ""}})
                  .directories.empty());
}

class told_scan : public cgroup_scan_test {
protected:
  static constexpr std::chrono::nanoseconds offset{1000};

  told_scan() {
    found_.began_ns = 5;
    found_.ended_ns = 30;
    found_.directories = {
        {7, "/docker/" + web_, 0, std::chrono::nanoseconds{5000}, 12, 10},
        {8, "/docker/" + web_, 4, std::chrono::nanoseconds{6000}, 0, 20},
        {9, "/host", 0, std::chrono::nanoseconds{7000}, 0, 25}};
  }

  std::vector<raw_batch_ptr> tell(bool at_start) {
    std::vector<batch_builder> builders;
    for (std::uint32_t shard = 0; shard < 3; ++shard)
      builders.emplace_back(shard, offset);
    tell_scan(found_, builders, offset, at_start);
    std::vector<raw_batch_ptr> result;
    for (auto& builder : builders)
      result.push_back(builder.take());
    return result;
  }
  static std::vector<event_view> those(const batch& from, event_kind kind) {
    std::vector<event_view> result;
    for (const auto event : from.events())
      if (event.kind() == kind)
        result.push_back(event);
    return result;
  }

  cgroup_scan_result found_;
};

TEST_F(told_scan, is_the_sources_in_the_first_shard_alone) {
  namespace scan = events::cgroup_scan;
  const auto told = tell(true);
  const auto records = those(*told[0], scan::kind);
  ASSERT_EQ(records.size(), 4U);
  EXPECT_EQ(records[0].get<scan::cgroup_id>(), 7U);
  EXPECT_EQ(records[0].get<scan::cgroup_path>(), "/docker/" + web_);
  EXPECT_EQ(records[0].get<scan::hierarchy_id>(), 0U);
  EXPECT_EQ(records[0].get<scan::ctime>(), at_ns(5000));
  EXPECT_EQ(records[0].get<scan::pid>(), 12);
  EXPECT_EQ(records[0].time(), at_ns(1010));
  EXPECT_EQ(records[1].get<scan::hierarchy_id>(), 4U);
  EXPECT_FALSE(records[1].get<scan::pid>());
  EXPECT_FALSE(records[3].get<scan::cgroup_path>()) << "the end";
  EXPECT_EQ(records[3].get<scan::since>(), at_ns(1005));
  EXPECT_EQ(records[3].time(), at_ns(1030));
  for (const auto shard : {1, 2})
    EXPECT_TRUE(those(*told.at(static_cast<std::size_t>(shard)), scan::kind).empty());
}

TEST_F(told_scan, of_v2_is_given_to_all_enrichers) {
  namespace notice = events::cgroup_notice;
  for (const auto& told : tell(true)) {
    const auto records = those(*told, notice::kind);
    ASSERT_EQ(records.size(), 3U);
    EXPECT_EQ(records[0].get<notice::cgroup_id>(), 7U);
    EXPECT_EQ(records[0].get<notice::cgroup_path>(), "/docker/" + web_);
    EXPECT_EQ(records[0].get<notice::change>(), RECORD_CGROUP_MADE);
    EXPECT_EQ(records[1].get<notice::cgroup_id>(), 7U);
    EXPECT_EQ(records[1].get<notice::change>(), RECORD_CGROUP_STARTED);
    EXPECT_EQ(records[2].get<notice::cgroup_id>(), 9U);
  }
}

TEST_F(told_scan, has_no_time_yet_when_it_is_not_the_start) {
  for (const auto& told : tell(false))
    for (const auto event : told->events())
      EXPECT_EQ(event.header().time_ns, 0U);
}

TEST_F(told_scan, makes_containers_of_the_source) {
  containers_state state{{}};
  const auto told = tell(true);
  for (const auto event : told[0]->events())
    if (containers_state::learns_from(event))
      state.apply(event);
  const auto found = state.get(container_key::of(cgroup_id{7}), at_ns(2000));
  ASSERT_TRUE(found);
  EXPECT_EQ(found->id, web_);
  EXPECT_EQ(found->pid, 12U);
  EXPECT_EQ(found->ctime, at_ns(5000));
  EXPECT_EQ(found->state, container_state::running);
  const auto announced = state.take_announcements();
  ASSERT_EQ(announced.size(), 1U);
  EXPECT_EQ(announced[0].kind, event_kind::existing_container);
}

} // namespace

} // namespace vedette
