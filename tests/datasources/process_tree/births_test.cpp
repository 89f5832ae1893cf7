// How the tree hears of a process: once, twice, or not at all.

#include "tests/datasources/process_tree/tree_fixture.hpp"

#include <gtest/gtest.h>

namespace vedette {

namespace {

using ids = std::map<std::uint32_t, entity_id>;

class process_tree_births_test : public tree_test {};

TEST_F(process_tree_births_test, TakesEitherNoticeOfAFork) {
  const auto notice = begun(shell, child)
                          .comm("sh")
                          .arg<events::task_begin::pathname>("/bin/sh")
                          .at(std::uint64_t{2001});
  see({begun({}, init, true), notice});
  EXPECT_EQ(process_at(child, 2001).path(), "/bin/sh");
  EXPECT_EQ(process_at(child, 2001).ppid, 100U);
  EXPECT_EQ(process_at(child, 2001).parent, shell.id());
  see({forked(shell, child).at(std::uint64_t{2002}).comm("other")});
  EXPECT_EQ(process_at(child, 2002).name, "sh") << "the second changes nothing";
  EXPECT_EQ(process_at(child, 2002).threads(), (ids{{200, child.id()}}));
}

TEST_F(process_tree_births_test, LearnsThePathFromTheSecondNotice) {
  see({forked(shell, child), begun(shell, child)
                                 .arg<events::task_begin::pathname>("/bin/sh")
                                 .at(std::uint64_t{2001})});
  EXPECT_EQ(process_at(child, 2000).path(), "");
  EXPECT_EQ(process_at(child, 2001).path(), "/bin/sh");
}

TEST_F(process_tree_births_test, MakesAProcessOfTheFirstEventThatShowsIt) {
  see({executed(child, "/bin/ls")
           .at(std::uint64_t{2500})
           .parent(shell)
           .user(3, 4, 5)
           .in_pid_ns(7777, 20, 20, 10)});
  const auto found = process_at(child, 2500);
  EXPECT_EQ(found.ppid, 100U);
  EXPECT_EQ(found.ns_ppid, 10U);
  EXPECT_EQ(found.ns_pid, 20U);
  EXPECT_EQ(found.uid, 3U);
  EXPECT_EQ(found.parent, shell.id());
  EXPECT_EQ(found.start_time, at_ns(2000));
  EXPECT_EQ(found.path(), "/bin/ls");
  see({exited(other, 2).at(std::uint64_t{3500}).executable("/bin/cat").comm("cat")});
  EXPECT_EQ(process_at(other, 3500).path(), "/bin/cat");
  EXPECT_EQ(process_at(other, 3500).name, "cat");
  EXPECT_FALSE(process_at(other, 3500).is_alive);
}

TEST_F(process_tree_births_test, ToldOfLateMakesAChildOfItsParentSinceThen) {
  see({begun({}, init, true), forked(init, shell),
       event_builder{event_kind::task_rename}.by(child).parent(shell).at(
           std::uint64_t{2500})});
  EXPECT_EQ(process_at(shell, 2100).children(), ids{});
  see({forked(shell, child)});
  EXPECT_EQ(process_at(shell, 2100).children(), (ids{{200, child.id()}}));
  EXPECT_EQ(process_at(shell, 2500).children(), (ids{{200, child.id()}}));
}

TEST_F(process_tree_births_test, ToldOfLateSaysWhoseChildItWasBeforeThatEnded) {
  see({begun({}, init, true), forked(init, shell),
       exited(shell).parent(init).at(std::uint64_t{2400}),
       event_builder{event_kind::task_rename}.by(child).parent(init).at(
           std::uint64_t{2500})});
  see({forked(shell, child)});
  EXPECT_EQ(process_at(child, 2100).ppid, 100U);
  EXPECT_EQ(process_at(child, 2100).parent, shell.id());
  EXPECT_EQ(process_at(shell, 2100).children(), (ids{{200, child.id()}}));
  EXPECT_EQ(process_at(child, 2450).ppid, 1U);
  EXPECT_EQ(process_at(child, 2550).ppid, 1U);
  EXPECT_EQ(process_at(init, 2550).children(), (ids{{200, child.id()}}));
  const auto lineage = lineage_at(child, 2550);
  ASSERT_EQ(lineage.size(), 3U);
  EXPECT_EQ(lineage[1].info->entity, shell.id());
}

} // namespace

} // namespace vedette
