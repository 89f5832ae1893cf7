// What the reference implementation does wrong and this one must not: the marked points
// of spec/data-sources.md section 3, each by the name of its defect.

#include "tests/datasources/process_tree/tree_fixture.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <map>
#include <unordered_set>

namespace vedette {

namespace {

using testing::ElementsAre;
using ids = std::map<std::uint32_t, entity_id>;

class process_tree_promises : public tree_test {};

TEST_F(process_tree_promises, TwoTasksDoNotShareAnIdAsThoseOf32BitsDo) {
  std::unordered_set<std::uint64_t> seen;
  for (std::uint32_t tid = 1; tid <= 32'768; ++tid) {
    const auto id = static_cast<std::uint64_t>(entity_of(tid, 1'000'000'000ULL + tid));
    EXPECT_LT(id, std::uint64_t{1} << 53U);
    EXPECT_TRUE(seen.insert(id).second) << tid;
  }
}

TEST_F(process_tree_promises, ATaskDoesNotGetTwoIdsFromStartTimesInTicks) {
  // As the kernel has it, and as procfs rounds it down to 10 ms.
  const task exact{200, 1'234'567'890}, in_ticks{200, 1'230'000'000};
  see({begun(init, in_ticks, true).at(std::uint64_t{1'300'000'000}),
       executed(exact, "/bin/ls").at(std::uint64_t{1'400'000'000}).parent(init)});
  const auto found = process_at(in_ticks, 1'400'000'000);
  EXPECT_EQ(found.path(), "/bin/ls");
  source_metrics metrics;
  tree_.report(metrics);
  EXPECT_EQ(metrics.items, 1U) << "one task";
}

TEST_F(process_tree_promises, IdsOf32BitsInJsonAreKept) {
  see({executed(child, "/bin/ls").replayed(1).ids(1167308563, 1167308563, 77)});
  EXPECT_EQ(process_at(entity_id{1167308563}, 3000).entity, entity_id{1167308563});
  EXPECT_EQ(process_at(entity_id{1167308563}, 3000).parent, entity_id{77});
}

TEST_F(process_tree_promises, NoFieldStaysEmptyThatAnEventFills) {
  see({forked(shell, child).parent(init),
       executed(child, "/bin/ls", {"ls", "-l"})
           .at(std::uint64_t{2500})
           .parent(shell)
           .user(10, 11, 12)
           .container(std::string(64, 'c'))
           .arg<events::sched_process_exec::pwd>("/srv")});
  const auto found = process_at(child, 2500);
  EXPECT_EQ(found.container_id, std::string(64, 'c'));
  EXPECT_THAT(found.cmd(), ElementsAre("ls", "-l"));
  EXPECT_EQ(found.exec_time, at_ns(2500));
  EXPECT_EQ(found.uid, 10U);
  EXPECT_EQ(found.gid, 11U);
  EXPECT_EQ(found.loginuid, 12U);
  EXPECT_EQ(found.cwd, "/srv");
}

TEST_F(process_tree_promises, AnExecOfAnotherThreadIsNotLost) {
  const auto second = shell.thread(101, 1100);
  see({forked(init, shell), forked(shell, second).parent(init),
       executed(second, "/bin/ls").at(std::uint64_t{1300}).parent(init)});
  EXPECT_EQ(process_at(shell, 1300).path(), "/bin/ls");
  EXPECT_EQ(process_at(shell, 1300).threads(), (ids{{100, shell.id()}}));
}

TEST_F(process_tree_promises, AnOrphanDoesNotKeepADeadParent) {
  see({begun({}, init, true), forked(init, shell), forked(shell, child).parent(init),
       exited(shell).at(std::uint64_t{2500}).parent(init)});
  EXPECT_EQ(process_at(child, 2499).ppid, 100U);
  EXPECT_EQ(process_at(child, 2500).ppid, 1U);
  EXPECT_EQ(process_at(child, 2500).parent, shell.id()) << "who forked it";
}

TEST_F(process_tree_promises, AnOrphanIsNotForgottenIfItsBirthComesLate) {
  see({begun({}, init, true), forked(init, shell),
       exited(shell).at(std::uint64_t{2500}).parent(init)});
  see({forked(shell, child).parent(init)});
  EXPECT_EQ(process_at(child, 2499).ppid, 100U);
  EXPECT_EQ(process_at(child, 2500).ppid, 1U);
}

TEST_F(process_tree_promises, NamesAreWhatTheKernelKeepsNotThePath) {
  see({forked(init, shell), executed(shell, "/usr/bin/a-rather-long-name")
                                .at(std::uint64_t{1500})
                                .comm("a-rather-long-n")
                                .parent(init)});
  EXPECT_EQ(process_at(shell, 1500).name.view(), "a-rather-long-n");
  EXPECT_EQ(process_at(shell, 1500).path(), "/usr/bin/a-rather-long-name");
  EXPECT_EQ(task_name{"a-rather-long-name"}.view(), "a-rather-long-n");
}

TEST_F(process_tree_promises, ThePastIsNotZerosAfterAnUpdate) {
  see({forked(init, shell).comm("sh").user(1, 2, 3)});
  for (std::uint64_t i = 0; i < 100; ++i)
    see({executed(shell, "/bin/" + std::to_string(i))
             .at(2000 + 10 * i)
             .parent(init)
             .user(1, 2, 3)});
  for (const auto as_of : {1000, 1500, 2005, 2500, 2845, 2990}) {
    const auto found = process_at(shell, as_of);
    EXPECT_EQ(found.pid, 100U) << as_of;
    EXPECT_EQ(found.uid, 1U) << as_of;
    EXPECT_FALSE(found.name.empty()) << as_of;
  }
  const auto id = static_cast<std::uint64_t>(shell.id());
  EXPECT_TRUE(ask({id}, 1500).complete);
  EXPECT_FALSE(ask({id}, 2005).complete);
  EXPECT_TRUE(ask({id}, 2845).complete);
  EXPECT_EQ(process_at(shell, 2845).path(), "/bin/84");
}

TEST_F(process_tree_promises, WhatComesLateDoesNotReplaceWhatIsNewer) {
  see({forked(init, shell),
       executed(shell, "/bin/b").at(std::uint64_t{1600}).parent(init)});
  see({executed(shell, "/bin/a").at(std::uint64_t{1500}).parent(init)});
  EXPECT_EQ(process_at(shell, 1500).path(), "/bin/a");
  EXPECT_EQ(process_at(shell, 1600).path(), "/bin/b");
}

TEST_F(process_tree_promises, TasksThatRanBeforeAreThere) {
  see({begun({}, init, true).at(std::uint64_t{500}),
       begun(init, shell, true)
           .at(std::uint64_t{1010})
           .arg<events::task_begin::pathname>("/bin/sh")});
  EXPECT_EQ(process_at(shell, 1010).path(), "/bin/sh");
  EXPECT_EQ(process_at(init, 1010).children(), (ids{{100, shell.id()}}));
}

TEST_F(process_tree_promises, WhatIsDroppedLeavesItsParentsSets) {
  tree_ = process_tree_state{{.processes = 3}};
  see({begun({}, init, true), forked(init, shell), forked(shell, child).parent(init),
       exited(child).at(std::uint64_t{2500}).parent(shell),
       forked(shell, other).parent(init)});
  EXPECT_EQ(error_at(child, 3000), ec::expired);
  for (const auto as_of : {2400, 3000})
    EXPECT_FALSE(process_at(shell, as_of).children().contains(200)) << as_of;
}

class process_tree_changes : public tree_test {
protected:
  process_tree_changes() { tree_.changes().listen(true); }

  bool tells(std::vector<event_builder> events, entity_id whom, tree_question about) {
    static_cast<void>(tree_.changes().take());
    see(events);
    const auto keys = tree_.changes().take();
    return std::ranges::find(keys, tree_key{static_cast<std::uint64_t>(whom), about,
                                            tree_parts::all, 0})
           != keys.end();
  }
};

TEST_F(process_tree_changes, TellsWhoseAnswersChange) {
  using enum tree_question;
  const auto second = shell.thread(101, 1100);
  EXPECT_TRUE(tells({forked(init, shell)}, shell.id(), process));
  EXPECT_TRUE(tells({executed(shell, "/bin/a").at(std::uint64_t{1050}).parent(init)},
                    shell.id(), process));
  EXPECT_TRUE(tells({forked(shell, second).parent(init).comm("a")}, second.id(),
                    tree_question::thread));
  EXPECT_TRUE(tells({forked(shell, child).parent(init).comm("a")}, shell.id(), process))
      << "its children";
  EXPECT_TRUE(tells({event_builder{event_kind::set_fs_pwd}
                         .by(shell)
                         .at(std::uint64_t{2100})
                         .parent(init)
                         .comm("a")
                         .arg<events::set_fs_pwd::resolved_path>("/x")},
                    shell.id(), process));
  EXPECT_TRUE(tells({exited(second, 0, false).at(std::uint64_t{2200}).parent(init)},
                    second.id(), tree_question::thread));
  EXPECT_TRUE(
      tells({exited(shell).at(std::uint64_t{2300}).parent(init)}, child.id(), process))
      << "it is reparented";
}

TEST_F(process_tree_changes, TellsNothingOfWhatStaysTheSame) {
  see({forked(init, shell).comm("sh")});
  EXPECT_FALSE(tells({event_builder{event_kind::setuid}
                          .by(shell)
                          .at(std::uint64_t{1500})
                          .parent(init)
                          .comm("sh")},
                     shell.id(), tree_question::process));
}

} // namespace

} // namespace vedette
