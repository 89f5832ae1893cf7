// What is no longer known, or not known whole: the tree forgets, and says so.

#include "tests/datasources/process_tree/tree_fixture.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <deque>

namespace vedette {

namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

class process_tree_bounds_test : public tree_test {
protected:
  static event_builder named(task who, std::string name, std::uint64_t ns) {
    return executed(who, "/bin/" + name).at(ns).parent(init);
  }
  bool is_complete(task who, std::int64_t as_of) {
    return ask({static_cast<std::uint64_t>(who.process())}, as_of).complete;
  }
  source_metrics metrics() const {
    source_metrics result;
    tree_.report(result);
    return result;
  }
};

TEST_F(process_tree_bounds_test, RefusesAConfigThatCannotBe) {
  EXPECT_TRUE(process_tree_config{}.validate());
  EXPECT_EQ(process_tree_config{.processes = 0}.validate().error().detail,
            "data_sources.process_tree.processes: must be at least 1");
  EXPECT_FALSE(process_tree_config{.threads = 0}.validate());
  EXPECT_FALSE(process_tree_config{.keep_exited = -1ns}.validate());
}

TEST_F(process_tree_bounds_test, AnswersTheLastSixteenChanges) {
  see({forked(init, shell)});
  for (std::uint64_t i = 1; i <= 40; ++i)
    see({named(shell, "n" + std::to_string(i), 1000 + 10 * i)});
  for (std::int64_t i = 24; i <= 40; ++i) {
    EXPECT_EQ(process_at(shell, 1005 + 10 * i).name, "n" + std::to_string(i));
    EXPECT_TRUE(is_complete(shell, 1005 + 10 * i)) << i;
  }
  EXPECT_TRUE(is_complete(shell, 1009)) << "as it began";
  const auto oldest = process_at(shell, 1010);
  EXPECT_EQ(oldest.name.view(), "test") << "the oldest known";
  EXPECT_EQ(oldest.pid, 100U);
  EXPECT_FALSE(is_complete(shell, 1010));
  EXPECT_EQ(error_at(shell, 999), ec::data_not_found);
}

TEST_F(process_tree_bounds_test, KeepsTheChangesOfOneValueWhenAnotherChangesOften) {
  see({forked(init, shell), named(shell, "first", 1100)});
  for (std::uint64_t i = 1; i <= 100; ++i)
    see({event_builder{event_kind::set_fs_pwd}
             .by(shell)
             .parent(init)
             .comm("first")
             .at(2000 + i)
             .arg<events::set_fs_pwd::resolved_path>("/" + std::to_string(i))});
  EXPECT_EQ(process_at(shell, 1099).path(), "");
  EXPECT_TRUE(is_complete(shell, 1099));
  EXPECT_EQ(process_at(shell, 2100).cwd, "/100");
  EXPECT_EQ(process_at(shell, 2085).cwd, "/85");
  EXPECT_TRUE(is_complete(shell, 2085));
  EXPECT_FALSE(is_complete(shell, 2050));
}

TEST_F(process_tree_bounds_test, SaysExpiredAtTheTimeAsked) {
  tree_ = process_tree_state{{.keep_exited = 100ns}};
  see({forked(shell, child), exited(child).at(std::uint64_t{2500})});
  EXPECT_FALSE(process_at(child, 2600).is_alive);
  EXPECT_EQ(error_at(child, 2601), ec::expired);
  tree_.advance(at_ns(2601));
  EXPECT_FALSE(process_at(child, 2600).is_alive) << "asked late about then";
  const auto before = metrics().items;
  tree_.advance(at_ns(2701));
  EXPECT_EQ(metrics().items, before - 1);
  EXPECT_EQ(metrics().expired, 1U);
  EXPECT_EQ(error_at(child, 2800), ec::expired);
  EXPECT_EQ(error_at(other, 2800), ec::data_not_found);
  EXPECT_THAT(process_at(shell, 2800).children(), testing::IsEmpty());
}

TEST_F(process_tree_bounds_test, DropsTheDeadBeforeTheLiving) {
  tree_ = process_tree_state{{.processes = 4}};
  const task first{201, 2001}, second{202, 2002}, third{203, 2003}, fourth{204, 2004};
  see({forked(shell, first), forked(shell, second), forked(shell, third),
       exited(third).at(std::uint64_t{2100}), exited(first).at(std::uint64_t{2200}),
       forked(shell, fourth).at(std::uint64_t{2300})});
  EXPECT_EQ(error_at(third, 2300), ec::expired) << "it ended first";
  EXPECT_FALSE(process_at(first, 2300).is_alive);
  see({forked(shell, other)});
  EXPECT_EQ(error_at(first, 3000), ec::expired);
  for (const auto living : {shell, second, fourth, other})
    EXPECT_TRUE(process_at(living, 3000).is_alive);
  see({forked(shell, task{205, 3100})});
  EXPECT_EQ(error_at(second, 3100), ec::expired) << "it did nothing for longest";
  EXPECT_EQ(metrics().items, 4U);
  EXPECT_EQ(metrics().evicted, 3U);
  EXPECT_EQ(process_at(shell, 3100).children().size(), 3U);
}

TEST_F(process_tree_bounds_test, ShowsTheEvictedToThoseWhoAskFromBeforeThat) {
  tree_ = process_tree_state{{.processes = 3}};
  lags_ = true;
  const task parent{201, 2001}, first{202, 2002};
  see({forked(shell, parent), forked(parent, first),
       exited(parent).at(std::uint64_t{2100}),
       forked(shell, other).at(std::uint64_t{2300})});
  EXPECT_EQ(metrics().items, 3U);
  for (auto i = 0; i < 2; ++i) {
    EXPECT_FALSE(process_at(parent, 2299).is_alive) << "one who lags asks";
    EXPECT_EQ(lineage_at(first, 2299).size(), 3U);
    EXPECT_EQ(error_at(parent, 2300), ec::expired);
    EXPECT_EQ(lineage_at(first, 2300).size(), 1U);
    tree_.advance(at_ns(2400), at_ns(2299));
  }
  tree_.advance(at_ns(2400), at_ns(2300));
  EXPECT_EQ(error_at(parent, 2299), ec::expired) << "nobody asks from then any more";
  EXPECT_EQ(error_at(parent, 2300), ec::expired);
  EXPECT_EQ(lineage_at(first, 2300).size(), 1U);
  EXPECT_EQ(metrics().evicted, 1U);
}

TEST_F(process_tree_bounds_test, CountsFromTheLastEndOfOneThatWasBelievedDead) {
  tree_ = process_tree_state{{.keep_exited = 100ns}};
  see({forked(shell, child), exited(child, 0, false).at(std::uint64_t{2500}),
       executed(child, "/bin/true").at(std::uint64_t{2550}),
       exited(child).at(std::uint64_t{2690})});
  tree_.advance(at_ns(2750)); // 2 * 100 after it was believed dead first.
  EXPECT_FALSE(process_at(child, 2750).is_alive);
  tree_.advance(at_ns(2891));
  EXPECT_EQ(error_at(child, 2750), ec::expired);
}

TEST_F(process_tree_bounds_test, ShowsAncestorsForAsLongWhoeverLags) {
  tree_ = process_tree_state{{.keep_exited = 100ns}};
  lags_ = true;
  const task parent{201, 2001}, first{202, 2002};
  see({forked(shell, parent), forked(parent, first),
       exited(parent).at(std::uint64_t{2100})});
  for (const auto settled : {2300, 2301, 2302}) {
    EXPECT_EQ(lineage_at(first, 2300).size(), settled > 2301 ? 1U : 3U);
    EXPECT_EQ(lineage_at(first, 2301).size(), 1U);
    tree_.advance(at_ns(5000), at_ns(settled));
  }
}

TEST_F(process_tree_bounds_test, IsFlatHoweverManyEventsItSees) {
  tree_ = process_tree_state{{.processes = 8, .threads = 16, .keep_exited = 50ns}};
  std::size_t most = 0;
  for (std::uint32_t i = 0; i < 6'000; ++i) {
    const task made{1000 + i % 500, 2000 + 10 * std::uint64_t{i}};
    see({forked(shell, made),
         forked(made, made.thread(2000 + i % 500, made.start + 1))});
    if (i % 3 != 0)
      see({exited(made).at(made.start + 5)});
    tree_.advance(at_ns(static_cast<std::int64_t>(made.start + 5)));
    if (i == 1000)
      most = metrics().bytes;
  }
  EXPECT_LE(metrics().items, 8U);
  EXPECT_LE(metrics().bytes, 2 * most);
}

TEST_F(process_tree_bounds_test, WorksWithRoomForOne) {
  tree_ = process_tree_state{{.processes = 1, .threads = 1}};
  see({forked(shell, child), forked(child, child.thread(201, 2100)),
       exited(child).at(std::uint64_t{2500}), forked(shell, other)});
  EXPECT_EQ(metrics().items, 1U);
  EXPECT_TRUE(process_at(other, 3000).is_alive);
}

TEST_F(process_tree_bounds_test, AdmitsWhatALossLeavesInDoubt) {
  see({begun({}, init, true), forked(init, shell),
       exited(shell).at(std::uint64_t{1500}).parent(init), forked(init, child),
       lost("sched_process_exec", 3, 2200, 2300), forked(init, other)});
  EXPECT_TRUE(is_complete(child, 2199));
  EXPECT_FALSE(is_complete(child, 2200));
  EXPECT_FALSE(is_complete(child, 3500));
  EXPECT_TRUE(is_complete(shell, 3500)) << "it had ended";
  EXPECT_TRUE(is_complete(other, 3500)) << "it began later";
  EXPECT_FALSE(is_complete({77, 77}, 3500)) << "it may have been there";
  EXPECT_TRUE(is_complete({77, 77}, 2100));
  constexpr std::int64_t again = 300'000'000, settled = again + 100'000'000;
  see({begun(init, child, true).at(at_ns(again))});
  EXPECT_FALSE(is_complete(child, again - 1));
  EXPECT_TRUE(is_complete(child, again)) << "the world was read again";
  EXPECT_FALSE(is_complete({77, 77}, again)) << "others may still be read";
  EXPECT_FALSE(is_complete({77, 77}, settled - 1));
  EXPECT_TRUE(is_complete({77, 77}, settled)) << "it was read whole";
  see({lost("openat", 3, 500'000'000, 500'000'100)});
  EXPECT_TRUE(is_complete(child, 500'000'200)) << "of no concern";
}

TEST_F(process_tree_bounds_test, KnowsWhatWasThereBeforeItBegan) {
  see({begun({}, init, true).at(std::uint64_t{500})});
  EXPECT_EQ(process_at(init, 100).pid, 1U);
  EXPECT_FALSE(is_complete(init, 100));
  EXPECT_TRUE(is_complete(init, 500));
  EXPECT_EQ(error_at(init, 4), ec::data_not_found);
}

class process_tree_lineage_test : public tree_test {
protected:
  std::vector<std::uint32_t> pids(task of, std::int64_t as_of, std::uint16_t depth) {
    const auto found =
        ask({static_cast<std::uint64_t>(of.id()), tree_question::lineage, {}, depth},
            as_of);
    std::vector<std::uint32_t> result;
    if (found)
      for (const auto& [at, info] : std::get<process_lineage>(*found))
        result.push_back(info->pid);
    return result;
  }
};

TEST_F(process_tree_lineage_test, ShowsEachAncestorAsItWasThen) {
  see({begun({}, init, true), forked(init, shell).comm("init"),
       executed(shell, "/bin/sh").at(std::uint64_t{1500}).parent(init),
       forked(shell, child).at(std::uint64_t{2001}).parent(init).comm("sh"),
       executed(shell, "/bin/late").at(std::uint64_t{2500}).parent(init),
       exited(shell).at(std::uint64_t{2600}).parent(init)});
  const auto found = ask(
      {static_cast<std::uint64_t>(child.id()), tree_question::lineage, {}, 5}, 2700);
  ASSERT_TRUE(found);
  const auto& lineage = std::get<process_lineage>(*found);
  ASSERT_EQ(lineage.size(), 3U);
  EXPECT_EQ(lineage[0].at, at_ns(2700));
  EXPECT_EQ(lineage[0].info->ppid, 1U);
  EXPECT_EQ(lineage[1].at, at_ns(2000));
  EXPECT_EQ(lineage[1].info->path(), "/bin/sh");
  EXPECT_TRUE(lineage[1].info->is_alive);
  EXPECT_EQ(lineage[2].at, at_ns(1000));
  EXPECT_EQ(lineage[2].info->pid, 1U);
  EXPECT_THAT(pids(child, 2700, 1), ElementsAre(200, 100));
  EXPECT_THAT(pids(child, 2700, 0), ElementsAre(200));
}

TEST_F(process_tree_lineage_test, StaysInTheContainer) {
  const task entered{400, 4000}, inner{401, 4100};
  see({begun({}, init, true), forked(init, shell).number("child_ns_pid", 1),
       forked(shell, child)
           .in_pid_ns(7777, 1, 1, 0)
           .number("child_ns_pid", 2)
           .at(std::uint64_t{2000}),
       forked(init, entered).with([](auto& header) { header.pid_ns = 4026531836; }),
       executed(entered, "/bin/sh")
           .at(std::uint64_t{4050})
           .parent(init)
           .in_pid_ns(7777, 9, 9, 0),
       forked(entered, inner)
           .parent(init)
           .in_pid_ns(7777, 9, 9, 0)
           .number("child_ns_pid", 10)});
  EXPECT_THAT(pids(child, 5000, 9), ElementsAre(200, 100));
  EXPECT_THAT(pids(inner, 5000, 9), ElementsAre(401, 400))
      << "what came in from the host has parents that are not in it";
}

TEST_F(process_tree_lineage_test, IsNotHungByACycle) {
  // Ids of the input may be equal by accident.
  see({executed(child, "/a").replayed(1).ids(200, 200, 300).at(std::uint64_t{10}),
       executed(other, "/b").replayed(2).ids(300, 300, 200).at(std::uint64_t{20})});
  const auto found = ask({300, tree_question::lineage, {}, 65535}, 50);
  ASSERT_TRUE(found);
  EXPECT_LE(std::get<process_lineage>(*found).size(), 2U);
}

TEST_F(process_tree_lineage_test, PutsWhatComesLateWhereItBelongs) {
  see({forked(init, shell),
       executed(shell, "/bin/b").at(std::uint64_t{1600}).parent(init)});
  see({executed(shell, "/bin/a").at(std::uint64_t{1500}).parent(init)});
  EXPECT_EQ(process_at(shell, 1499).path(), "");
  EXPECT_EQ(process_at(shell, 1500).path(), "/bin/a");
  EXPECT_EQ(process_at(shell, 1600).path(), "/bin/b");
  see({executed(child, "/bin/c").at(std::uint64_t{2600}).parent(shell).comm("c")});
  see({forked(shell, child).parent(init).comm("sh")});
  EXPECT_EQ(process_at(child, 2000).path(), "/bin/b") << "its parent's";
  EXPECT_EQ(process_at(child, 2600).path(), "/bin/c");
}

TEST_F(process_tree_bounds_test, EndsADoubtForThoseWhoLagWhenItEndedForOthers) {
  see({forked(init, shell),
       lost("sched_process_exec", 3, 2200, 2300), named(shell, "a", 2400)});
  EXPECT_FALSE(is_complete(shell, 2350));
  EXPECT_TRUE(is_complete(shell, 2450));
  see({named(shell, "b", 2500)});
  EXPECT_TRUE(is_complete(shell, 2450)) << "which was seen again at 2400";
  EXPECT_FALSE(is_complete(shell, 2350));
}

/// Pid 1 takes in children of others for as long as the host runs.
TEST(process_tree_ref_list, HoldsNoMoreThanTwiceThoseThatAreThere) {
  slab<int> items;
  ref_list<slab_ref> list;
  std::deque<slab_ref> there;
  for (int i = 0; i < 10'000; ++i) {
    there.push_back(items.add());
    list.add(there.back(), items);
    if (there.size() > 10) {
      items.remove(there.front().number);
      there.pop_front();
    }
    ASSERT_LE(list.all().size(), 2 * there.size() + 3);
  }
  for (const auto ref : there)
    EXPECT_TRUE(std::ranges::find(list, ref) != list.end());
}

} // namespace

} // namespace vedette
