#include "tests/datasources/process_tree/tree_fixture.hpp"

#include <gmock/gmock.h>

namespace vedette {

namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;
namespace exec = events::sched_process_exec;
using ids = std::map<std::uint32_t, entity_id>;

class process_tree_state_test : public tree_test {};

/// With every argument that there is.
event_builder full_exec(task who) {
  return executed(who, "/usr/bin/python3", {"python3", "-m", "http.server"})
      .at(std::uint64_t{2500})
      .parent({100, 1000})
      .comm("python3")
      .user(1000, 1001, 1002)
      .container(std::string(64, 'c'))
      .detail(RECORD_FILE_UPPER_LAYER)
      .arg<exec::inode>(77)
      .arg<exec::dev>(8 << 20 | 1)
      .arg<exec::ctime>(123456)
      .arg<exec::inode_mode>(0100757)
      .arg<exec::interpreter_pathname>("/lib64/ld.so")
      .arg<exec::interpreter_inode>(78)
      .arg<exec::interpreter_dev>(9)
      .arg<exec::interpreter_ctime>(99)
      .arg<exec::interp>("/usr/bin/python3")
      .arg<exec::pwd>("/srv");
}

TEST_F(process_tree_state_test, FillsEveryFieldOfAProcess) {
  see({forked(shell, child).parent(init), full_exec(child),
       forked(child, child.thread(201, 2600)).at(std::uint64_t{2601}).parent(shell),
       forked(child, other).at(std::uint64_t{3001}).parent(shell)});
  const auto found = process_at(child, 3001);
  EXPECT_EQ(found.entity, child.id());
  EXPECT_EQ(found.pid, 200U);
  EXPECT_EQ(found.ns_pid, 200U);
  EXPECT_EQ(found.ppid, 100U);
  EXPECT_EQ(found.ns_ppid, 100U);
  EXPECT_EQ(found.container_id, std::string(64, 'c'));
  EXPECT_THAT(found.cmd(), ElementsAre("python3", "-m", "http.server"));
  EXPECT_EQ(found.cwd, "/srv");
  EXPECT_EQ(found.path(), "/usr/bin/python3");
  EXPECT_EQ(found.binary().inode, 77U);
  EXPECT_EQ(found.binary().device, 8U << 20 | 1U);
  EXPECT_EQ(found.binary().ctime, 123456U);
  EXPECT_EQ(found.binary().mode, 0100757U);
  EXPECT_EQ(found.binary().flags, RECORD_FILE_UPPER_LAYER | RECORD_FILE_WRITABLE);
  EXPECT_EQ(found.interpreter().path, "/lib64/ld.so");
  EXPECT_EQ(found.interpreter().inode, 78U);
  EXPECT_EQ(found.interpreter().device, 9U);
  EXPECT_EQ(found.interpreter().ctime, 99U);
  EXPECT_EQ(found.interp(), "/usr/bin/python3");
  EXPECT_EQ(found.start_time, at_ns(2000));
  EXPECT_EQ(found.exec_time, at_ns(2500));
  EXPECT_EQ(found.exit_time, at_ns(0));
  EXPECT_EQ(found.parent, shell.id());
  EXPECT_TRUE(found.is_alive);
  EXPECT_EQ(found.threads(), (ids{{200, child.id()}, {201, entity_of(201, 2600)}}));
  EXPECT_EQ(found.children(), (ids{{300, other.id()}}));
  const auto at_exec = process_at(child, 2500);
  EXPECT_EQ(at_exec.name, "python3");
  EXPECT_EQ(at_exec.uid, 1000U);
  EXPECT_EQ(at_exec.gid, 1001U);
  EXPECT_EQ(at_exec.loginuid, 1002U);
}

TEST_F(process_tree_state_test, StartsAChildWithWhatItsParentHas) {
  see({forked(shell, child).parent(init), full_exec(child),
       forked(child, other)
           .at(std::uint64_t{3001})
           .parent(shell)
           .comm("renamed")
           .user(5, 6, 7)});
  const auto found = process_at(other, 3001);
  EXPECT_EQ(found.name, "renamed") << "as the fork event gives it";
  EXPECT_EQ(found.path(), "/usr/bin/python3");
  EXPECT_THAT(found.cmd(), ElementsAre("python3", "-m", "http.server"));
  EXPECT_EQ(found.cwd, "/srv");
  EXPECT_EQ(found.container_id, std::string(64, 'c'));
  EXPECT_EQ(found.uid, 5U);
  EXPECT_EQ(found.exec_time, at_ns(0));
}

TEST_F(process_tree_state_test, ShowsWhatWasThenAndNothingLater) {
  see({forked(init, shell),
       executed(shell, "/bin/sh").at(std::uint64_t{1500}).parent(init),
       executed(shell, "/bin/ls").at(std::uint64_t{1600}).parent(init),
       exited(shell, 7).at(std::uint64_t{1700}).parent(init)});
  EXPECT_EQ(error_at(shell, 999), ec::data_not_found);
  EXPECT_EQ(process_at(shell, 1000).path(), "");
  EXPECT_EQ(process_at(shell, 1499).path(), "");
  EXPECT_EQ(process_at(shell, 1500).path(), "/bin/sh");
  EXPECT_EQ(process_at(shell, 1599).name, "sh");
  EXPECT_EQ(process_at(shell, 1699).name, "ls");
  EXPECT_TRUE(process_at(shell, 1699).is_alive);
  EXPECT_EQ(process_at(shell, 1699).exit_time, at_ns(0));
  const auto over = process_at(shell, 1700);
  EXPECT_FALSE(over.is_alive);
  EXPECT_EQ(over.exit_time, at_ns(1700));
  EXPECT_EQ(over.exit_code, 7);
  EXPECT_THAT(over.threads(), IsEmpty());
}

TEST_F(process_tree_state_test, KnowsTheSignalThatEndedIt) {
  see({forked(init, shell), exited(shell)
                                .at(std::uint64_t{1700})
                                .arg<events::sched_process_exit::signal_code>(9)});
  EXPECT_EQ(process_at(shell, 1700).signal_code, 9);
  EXPECT_EQ(process_at(shell, 1700).exit_code, 0);
}

TEST_F(process_tree_state_test, EndsAProcessWithThreadsWhoseExitsWereNotSeen) {
  const auto second = shell.thread(101, 1100);
  see({forked(init, shell), forked(shell, second).parent(init),
       exited(second, 3, true).at(std::uint64_t{1200}).parent(init)});
  EXPECT_FALSE(process_at(shell, 1200).is_alive);
  EXPECT_EQ(process_at(shell, 1200).exit_code, 3);
  for (const auto id : {shell.id(), second.id()}) {
    EXPECT_TRUE(thread_at(id, 1199).is_alive);
    EXPECT_FALSE(thread_at(id, 1200).is_alive);
    EXPECT_EQ(thread_at(id, 1200).exit_time, at_ns(1200));
  }
}

TEST_F(process_tree_state_test, EndsAProcessWithItsLastThread) {
  const auto second = shell.thread(101, 1100);
  see({forked(init, shell), forked(shell, second).parent(init),
       exited(shell, 0, false).at(std::uint64_t{1200}).parent(init)});
  EXPECT_TRUE(process_at(shell, 1200).is_alive);
  EXPECT_THAT(process_at(shell, 1200).threads(), ElementsAre(Pair(101, second.id())));
  see({exited(second, 4, false).at(std::uint64_t{1300}).parent(init)});
  EXPECT_TRUE(process_at(shell, 1299).is_alive);
  EXPECT_FALSE(process_at(shell, 1300).is_alive);
}

TEST_F(process_tree_state_test, TakesAnExecOfAnyThreadForTheProcess) {
  const auto second = shell.thread(101, 1100), third = shell.thread(102, 1110);
  see({forked(init, shell), forked(shell, second).parent(init),
       forked(shell, third).parent(init),
       exited(shell, 0, false).at(std::uint64_t{1200}).parent(init),
       executed(second, "/bin/ls").at(std::uint64_t{1300}).parent(init)});
  const auto found = process_at(shell, 1300);
  EXPECT_EQ(found.path(), "/bin/ls");
  EXPECT_EQ(found.threads(), (ids{{100, shell.id()}}));
  EXPECT_EQ(thread_at(second.id(), 1300).exit_time, at_ns(1300));
  EXPECT_EQ(thread_at(third.id(), 1300).exit_time, at_ns(1300));
  EXPECT_TRUE(thread_at(shell.id(), 1300).is_alive);
  EXPECT_FALSE(thread_at(shell.id(), 1299).is_alive);
}

TEST_F(process_tree_state_test, GivesOrphansToTheInitOfTheirNamespaceInReplay) {
  const task box{50, 500}, inner{51, 510}, deep{52, 520};
  const auto in_box = [](event_builder event, std::uint32_t pid, std::uint32_t ppid) {
    return event.in_pid_ns(7777, pid, pid, ppid);
  };
  see({begun({}, init, true), forked(init, box).number("child_ns_pid", 1),
       in_box(forked(box, inner).parent(init), 1, 0).number("child_ns_pid", 2),
       in_box(forked(inner, deep).parent(box), 2, 1).number("child_ns_pid", 3),
       in_box(exited(inner).at(std::uint64_t{600}).parent(box), 2, 1)});
  EXPECT_EQ(process_at(deep, 599).ppid, 51U);
  EXPECT_EQ(process_at(deep, 600).ppid, 50U);
  EXPECT_EQ(process_at(deep, 600).ns_ppid, 1U);
  EXPECT_EQ(process_at(deep, 600).parent, inner.id()) << "who forked it";
  EXPECT_EQ(process_at(box, 600).children(), (ids{{52, deep.id()}}));
  EXPECT_EQ(process_at(box, 599).children(), (ids{{51, inner.id()}}));
}

TEST_F(process_tree_state_test, GivesOrphansToTheReaperThatTheKernelNames) {
  see({begun({}, init, true), forked(init, other), forked(init, shell),
       forked(shell, child).parent(init),
       exited(shell).at(std::uint64_t{2500}).parent(init).detail(300)});
  EXPECT_EQ(process_at(child, 2499).ppid, 100U);
  EXPECT_EQ(process_at(child, 2500).ppid, 300U);
}

TEST_F(process_tree_state_test, LearnsOfAReparentingThatNoEventShowed) {
  see({begun({}, init, true), forked(init, shell), forked(shell, child).parent(init),
       executed(child, "/bin/ls").at(std::uint64_t{2500}).parent(init)});
  EXPECT_EQ(process_at(child, 2499).ppid, 100U);
  EXPECT_EQ(process_at(child, 2500).ppid, 1U);
  EXPECT_EQ(process_at(child, 2500).parent, shell.id());
}

TEST_F(process_tree_state_test, JoinsTheIdsOfTheInputWithItsOwn) {
  see({forked(shell, child).replayed(1).ids(11, 11, 1),
       executed(child, "/bin/ls").at(std::uint64_t{2500}).replayed(2).ids(22, 22, 11)});
  EXPECT_EQ(process_at(entity_id{22}, 2400).entity, entity_id{22});
  EXPECT_EQ(process_at(child, 2500).entity, entity_id{22}) << "by our own id as well";
  EXPECT_EQ(process_at(child, 2500).path(), "/bin/ls");
  EXPECT_EQ(process_at(child, 2500).parent, entity_id{11});
  EXPECT_EQ(process_at(entity_id{11}, 2500).children(), (ids{{200, entity_id{22}}}));
  EXPECT_EQ(process_at(child, 2500).threads(), (ids{{200, entity_id{22}}}));
  EXPECT_EQ(tree_.get({22, tree_question::pid, {}, 0}, at_ns(2500)).error(),
            ec::data_not_found);
}

TEST_F(process_tree_state_test, ComputesLiveIdsFromTheBootClock) {
  see({forked(shell, child), executed(child, "/bin/ls").at(std::uint64_t{2500})},
      {.clock_offset = std::chrono::nanoseconds{1'000'000}});
  const auto found = process_at(child, 1'002'500);
  EXPECT_EQ(found.entity, entity_of(200, 2000));
  EXPECT_EQ(found.start_time, at_ns(1'002'000));
  EXPECT_EQ(found.exec_time, at_ns(1'002'500));
}

TEST_F(process_tree_state_test, KnowsTheOwnersOfAPidThatIsUsedAgain) {
  const task first{200, 2000}, second{200, 4000};
  see({forked(shell, first), exited(first).at(std::uint64_t{3000}),
       forked(shell, second).at(std::uint64_t{4000})});
  const auto owner = [&](std::int64_t as_of) {
    const auto found = ask({200, tree_question::pid, {}, 0}, as_of);
    return found ? std::get<process_info>(*found).entity : entity_id{};
  };
  EXPECT_EQ(owner(1999), entity_id{});
  EXPECT_EQ(owner(2000), first.id());
  EXPECT_EQ(owner(3999), first.id());
  EXPECT_EQ(owner(4000), second.id());
}

TEST_F(process_tree_state_test, PresumesDeadWhosePidIsTaken) {
  const task second{200, 4000};
  see({forked(shell, child), forked(shell, second)});
  EXPECT_TRUE(process_at(child, 3999).is_alive);
  EXPECT_FALSE(process_at(child, 4000).is_alive);
  EXPECT_EQ(process_at(shell, 4000).children(), (ids{{200, second.id()}}));
}

TEST_F(process_tree_state_test, ShowsAThreadWithAllItsFields) {
  const auto second = shell.thread(101, 1100);
  see({forked(init, shell),
       forked(shell, second).parent(init).comm("worker").user(7, 8, 9)});
  const auto found = thread_at(second.id(), 1100);
  EXPECT_EQ(found.entity, second.id());
  EXPECT_EQ(found.tid, 101U);
  EXPECT_EQ(found.ns_tid, 101U);
  EXPECT_EQ(found.pid, 100U);
  EXPECT_EQ(found.name, "worker");
  EXPECT_EQ(found.uid, 7U);
  EXPECT_EQ(found.gid, 8U);
  EXPECT_EQ(found.start_time, at_ns(1100));
  EXPECT_EQ(found.process, shell.id());
  EXPECT_TRUE(found.is_alive);
}

TEST_F(process_tree_state_test, RenamesTheTaskThatHadTheOldName) {
  using rename = events::task_rename::new_name;
  using old = events::task_rename::old_name;
  const auto renaming = [](const char* from, const char* to) {
    return event_builder{event_kind::task_rename}
        .by(shell)
        .parent(init)
        .arg<old>(from)
        .arg<rename>(to);
  };
  see({forked(init, shell).comm("sh"), renaming("sh", "x").at(std::uint64_t{1500}),
       renaming("another", "y").at(std::uint64_t{1600})});
  EXPECT_EQ(process_at(shell, 1499).name, "sh");
  EXPECT_EQ(process_at(shell, 1600).name, "x");
}

TEST_F(process_tree_state_test, RefusesWhatIsNoKey) {
  EXPECT_EQ(ask({}, 10).error(), ec::key_not_supported);
  EXPECT_EQ(ask({1, static_cast<tree_question>(9), {}, 0}, 10).error(),
            ec::key_not_supported);
  EXPECT_EQ(ask({1ULL << 32U, tree_question::pid, {}, 0}, 10).error(),
            ec::key_not_supported);
  for (const auto about :
       {tree_question::process, tree_question::thread, tree_question::lineage,
        tree_question::children, tree_question::pid})
    EXPECT_EQ(ask({77, about, {}, 3}, 10).error(), ec::data_not_found);
}

} // namespace

} // namespace vedette
