#include "actors/enrichment/enrichment.hpp"
#include "events/batch_builder.hpp"
#include "tests/datasources/containers/containers_fixture.hpp"
#include "tests/support/task_events.hpp"

#include <gmock/gmock.h>

namespace vedette {

namespace {

using testing::Each;
using testing::ElementsAre;

constexpr task parent{10, 100}, child{20, 200}, other{30, 300};

event_builder did(task who, event_kind kind = event_kind::kill) {
  return event_builder{kind}.by(who);
}

raw_batch_ptr raw(const std::vector<event_builder>& events,
                  std::chrono::nanoseconds clock_offset = {}) {
  batch_builder builder{0, clock_offset};
  for (const auto& event : events)
    builder.add(event.record());
  return builder.take();
}

std::vector<std::string> executables(const batch& of) {
  std::vector<std::string> result;
  for (const auto event : of.events())
    result.emplace_back(event.executable());
  return result;
}

class Enrichment : public testing::Test {
protected:
  std::vector<std::string> attach(const std::vector<event_builder>& events,
                                  std::chrono::nanoseconds clock_offset = {}) {
    last_ = raw(events, clock_offset);
    enrichment_.attach(*last_);
    return executables(*last_);
  }

  enrichment enrichment_;
  raw_batch_ptr last_;
};

TEST_F(Enrichment, IdentifiesTasks) {
  const auto thread = child.thread(21, 210);
  attach({did(thread).parent(parent), did(child), event_builder{event_kind::kill}});
  EXPECT_EQ((*last_)[0].thread(), thread.id());
  EXPECT_EQ((*last_)[0].process(), child.id());
  EXPECT_EQ((*last_)[0].parent(), parent.id());
  EXPECT_EQ((*last_)[1].thread(), child.id());
  EXPECT_EQ((*last_)[1].process(), child.id());
  EXPECT_EQ((*last_)[1].parent(), entity_id{});
  EXPECT_EQ((*last_)[2].process(), entity_id{});
}

TEST_F(Enrichment, TakesOverWhatAReplayedEventSays) {
  const auto executable = attach(
      {did(child).executable("/a").container("c1").replayed(0).ids(1, 2, 3),
       did(child).executable("").replayed(1), executed(child, "/b").replayed(2),
       did(child).replayed(3)});
  EXPECT_THAT(executable, ElementsAre("/a", "", "/b", ""));
  EXPECT_EQ((*last_)[0].thread(), entity_id{1});
  EXPECT_EQ((*last_)[0].process(), entity_id{2});
  EXPECT_EQ((*last_)[0].parent(), entity_id{3});
  EXPECT_EQ((*last_)[0].container_id(), "c1");
  EXPECT_EQ((*last_)[1].thread(), child.id()) << "no ids: they are computed";
  EXPECT_EQ((*last_)[1].container_id(), "");
}

TEST_F(Enrichment, TakesALeadersThreadForItsProcess) {
  attach({did(child).with([](record_header& header) { header.leader_start_ns = 0; })});
  EXPECT_EQ((*last_)[0].process(), child.id());
  attach({did(child.thread(21, 210)).with([](record_header& header) {
    header.leader_start_ns = 0;
  })});
  EXPECT_EQ((*last_)[0].process(), entity_id{}) << "unknown, not its thread";
}

TEST_F(Enrichment, KnowsTheExecutableFromTheExecOn) {
  EXPECT_THAT(attach({did(child), executed(child, "/bin/sh"), did(child), did(other),
                      did(child), executed(child, "/bin/id"), did(child)}),
              ElementsAre("", "/bin/sh", "/bin/sh", "", "/bin/sh", "/bin/id", "/bin/id"));
  EXPECT_THAT(attach({did(child), did(child.thread(21, 210))}), Each("/bin/id"));
}

TEST_F(Enrichment, GivesAChildItsParentsExecutable) {
  EXPECT_THAT(attach({executed(parent, "/bin/sh"), forked(parent, child), did(child),
                      did(parent), did(other)}),
              ElementsAre("/bin/sh", "/bin/sh", "/bin/sh", "/bin/sh", ""));
}

TEST_F(Enrichment, TellsAThreadFromAProcess) {
  attach({executed(child, "/bin/sh"),
          forked(parent, parent.thread(11, 110)).by(parent)});
  EXPECT_THAT(attach({did(parent), did({11, 110})}), Each(""));
}

TEST_F(Enrichment, LearnsFromTaskBegin) {
  EXPECT_THAT(
      attach({begun(parent, child).arg<events::task_begin::pathname>("/bin/cat"),
              did(child)}),
      Each("/bin/cat"));
}

TEST_F(Enrichment, LearnsOfAProcessThatHasBeenSeenBefore) {
  EXPECT_THAT(attach({did(child),
                      begun(parent, child).arg<events::task_begin::pathname>("/bin/cat"),
                      did(child)}),
              ElementsAre("", "/bin/cat", "/bin/cat"));
}

TEST_F(Enrichment, ComputesIdsWithoutTheClockOffset) {
  constexpr std::chrono::nanoseconds offset{1'700'000'000'000'000'000};
  attach({executed(parent, "/bin/sh")}, offset);
  EXPECT_THAT(attach({forked(parent, child), did(child)}, offset), Each("/bin/sh"));
}

TEST_F(Enrichment, ForgetsAProcessAfterTheBatchInWhichItEnds) {
  EXPECT_THAT(attach({executed(child, "/bin/sh"), exited(child, 0, false), did(child)}),
              Each("/bin/sh"));
  EXPECT_THAT(attach({exited(child), did(other), did(child)}),
              ElementsAre("/bin/sh", "", "/bin/sh"));
  EXPECT_THAT(attach({did(child)}), Each(""));
}

TEST_F(Enrichment, KeepsTheTextsOfABatchThatIsStillUsed) {
  attach({executed(child, "/bin/a-name-that-does-not-fit-into-a-small-string")});
  const auto kept = last_;
  attach({executed(child, "/b"), exited(child)});
  EXPECT_THAT(executables(*kept),
              ElementsAre("/bin/a-name-that-does-not-fit-into-a-small-string"));
}

TEST_F(Enrichment, RemembersNoMoreThanItsCapacity) {
  enrichment_ = enrichment{4};
  for (std::uint32_t i = 1; i <= 100; ++i)
    attach({executed({i, i}, "/bin/sh")});
  std::vector<event_builder> all;
  for (std::uint32_t i = 1; i <= 100; ++i)
    all.push_back(did({i, i}));
  EXPECT_EQ(std::ranges::count(attach(all), "/bin/sh"), 4);
}

event_builder noticed(std::uint64_t cgroup, std::string_view path,
                      record_cgroup_change change = RECORD_CGROUP_MADE) {
  namespace notice = events::cgroup_notice;
  return event_builder{event_kind::cgroup_notice}
      .arg<notice::cgroup_id>(cgroup)
      .arg<notice::cgroup_path>(path)
      .arg<notice::hierarchy_id>(0)
      .arg<notice::change>(change);
}

const std::string web = full_id("ab"), web_path = "/docker/" + web;

class EnrichmentOfContainers : public Enrichment {
protected:
  std::vector<std::string> containers(const std::vector<event_builder>& events) {
    attach(events);
    std::vector<std::string> result;
    for (const auto event : last_->events())
      result.emplace_back(event.container_id());
    return result;
  }
};

TEST_F(EnrichmentOfContainers, KnowsThemFromTheMomentTheirCgroupIsMade) {
  EXPECT_THAT(containers({did(child).cgroup(7), mkdir_at(1, 7, web_path),
                          did(child).cgroup(7), did(parent).cgroup(1), did(other),
                          did(child).cgroup(7)}),
              ElementsAre("", "", web, "", "", web));
  EXPECT_THAT(containers({did(child).cgroup(7)}), Each(web));
}

TEST_F(EnrichmentOfContainers, KnowsThoseThatOtherShardsHaveSeen) {
  EXPECT_THAT(containers({noticed(7, web_path), did(child).cgroup(7)}),
              ElementsAre("", web));
}

TEST_F(EnrichmentOfContainers, TakesIdsOfTheV2HierarchyAlone) {
  EXPECT_THAT(containers({mkdir_at(1, 7, web_path, 4), did(child).cgroup(7)}), Each(""));
  EXPECT_THAT(containers({mkdir_at(1, 7, web_path), rmdir_at(2, 7, web_path, 4)}), Each(""));
  EXPECT_THAT(containers({did(child).cgroup(7)}), Each(web)) << "another one was removed";
}

TEST_F(EnrichmentOfContainers, ForgetsThemAfterTheBatchInWhichTheyAreRemoved) {
  EXPECT_THAT(containers({noticed(7, web_path), noticed(7, "", RECORD_CGROUP_GONE),
                          did(child).cgroup(7)}),
              ElementsAre("", "", web));
  EXPECT_THAT(containers({did(child).cgroup(7)}), Each(""));
}

TEST_F(EnrichmentOfContainers, TellsThatTheirProgramRuns) {
  attach({noticed(7, web_path), did(child).cgroup(7), noticed(7, "", RECORD_CGROUP_STARTED),
          did(child).cgroup(7), did(parent).cgroup(1)});
  EXPECT_EQ((*last_)[1].header().flags, 0);
  EXPECT_EQ((*last_)[3].header().flags, RECORD_CONTAINER_STARTED);
  EXPECT_EQ((*last_)[4].header().flags, 0);
}

TEST_F(EnrichmentOfContainers, ShowsAContainersEventsAsItsOwn) {
  EXPECT_THAT(containers({event_builder{event_kind::container_remove}
                              .arg<events::container_remove::container_id>(web)}),
              Each(web));
}

TEST_F(EnrichmentOfContainers, SaysThatACgroupIsUnknownOnce) {
  attach({did(parent).cgroup(1)});
  EXPECT_TRUE(enrichment_.take_unknown_cgroups());
  attach({did(parent).cgroup(1), noticed(7, web_path), did(child).cgroup(7)});
  EXPECT_FALSE(enrichment_.take_unknown_cgroups());
}

TEST_F(EnrichmentOfContainers, TellsWhoAsksWhoseACgroupIs) {
  std::vector<std::string> told;
  enrichment_.tell_cgroups([&](std::uint64_t id, std::optional<bool> is_container) {
    told.push_back(std::to_string(id)
                   + (!is_container ? " gone" : *is_container ? " container" : " host"));
  });
  attach({noticed(7, web_path), mkdir_at(1, 8, "/system.slice"),
          mkdir_at(1, 9, web_path, 4), noticed(7, "", RECORD_CGROUP_STARTED),
          did(child).cgroup(10)});
  EXPECT_THAT(told, ElementsAre("7 container", "8 host"));
  attach({noticed(7, "", RECORD_CGROUP_GONE), did(child).cgroup(7)});
  EXPECT_THAT(told, ElementsAre("7 container", "8 host", "7 gone"));
}

TEST_F(EnrichmentOfContainers, KeepsTheTextsOfABatchThatIsStillUsed) {
  attach({noticed(7, web_path), did(child).cgroup(7)});
  const auto kept = last_;
  attach({noticed(7, "", RECORD_CGROUP_GONE)});
  attach({did(child).cgroup(7)});
  EXPECT_EQ((*kept)[1].container_id(), web);
  EXPECT_EQ((*kept)[1].context().container->id, web);
}

TEST_F(EnrichmentOfContainers, LeavesAReplayedEventAsItIs) {
  EXPECT_THAT(containers({noticed(7, web_path), did(child).cgroup(7).replayed(1)}),
              Each(""));
}

} // namespace

} // namespace vedette
