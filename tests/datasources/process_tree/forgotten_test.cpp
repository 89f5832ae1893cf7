// What follows for others when a process has changed so often that not all its versions
// are kept.

#include "tests/datasources/process_tree/tree_fixture.hpp"

namespace vedette {

namespace {

using ids = std::map<std::uint32_t, entity_id>;

class process_tree_forgotten_test : public tree_test {
protected:
  /// More often than is kept.
  void change_often(task who, task parent, std::uint64_t from) {
    for (std::uint64_t i = 0; i < 20; ++i)
      see({executed(who, "/bin/n" + std::to_string(i))
               .at(from + 10 * i)
               .parent(parent)});
  }
  get_result<tree_answer> lineage_of(task who, std::int64_t as_of) {
    return ask({static_cast<std::uint64_t>(who.id()), tree_question::lineage, {}, 5},
               as_of);
  }
};

TEST_F(process_tree_forgotten_test, DropsNoNameThatIsAmongTheLastSixteen) {
  see({begun({}, init, true)});
  for (std::uint64_t i = 0; i < 6; ++i)
    see({executed(init, "/bin/a").at(20 + i)});
  see({event_builder{event_kind::task_rename}
           .by(init)
           .at(std::uint64_t{41})
           .arg<events::task_rename::new_name>("named"),
       forked(init, shell).comm("named").at(std::uint64_t{44})});
  for (std::uint64_t i = 0; i < 10; ++i)
    see({executed(init, "/bin/b").at(50 + i)});
  EXPECT_EQ(process_at(init, 44).name, "named");
  EXPECT_TRUE(ask_process(init.process(), 44).complete);
  EXPECT_TRUE(lineage_of(shell, 60).complete);
}

TEST_F(process_tree_forgotten_test, ShowsTheParentAtTheBirthOfAChildThatChangedOften) {
  see({begun({}, init, true), executed(init, "/bin/old").at(std::uint64_t{900}),
       forked(init, shell), executed(init, "/bin/new").at(std::uint64_t{1005})});
  change_often(shell, init, 1010);
  const auto found = lineage_of(shell, 1300);
  ASSERT_TRUE(found);
  const auto& lineage = std::get<process_lineage>(*found);
  ASSERT_EQ(lineage.size(), 2U);
  EXPECT_EQ(lineage[1].info->path(), "/bin/old");
  EXPECT_TRUE(found.complete);
}

TEST_F(process_tree_forgotten_test, AdmitsThatAnAncestorIsNoLongerKnownAsItWas) {
  see({begun({}, init, true), executed(init, "/bin/old").at(std::uint64_t{900}),
       forked(init, shell)});
  EXPECT_TRUE(lineage_of(shell, 1300).complete);
  change_often(init, {}, 1010);
  EXPECT_FALSE(lineage_of(shell, 1300).complete);
}

TEST_F(process_tree_forgotten_test, ListsChildrenAndThreadsThatChangedOften) {
  const auto second = shell.thread(101, 1001);
  see({begun({}, init, true), forked(init, shell), forked(shell, second)});
  for (std::uint64_t i = 0; i < 20; ++i)
    see({event_builder{event_kind::task_rename}
             .by(second)
             .parent(init)
             .at(1010 + i)
             .arg<events::task_rename::new_name>(std::to_string(i))});
  EXPECT_EQ(process_at(shell, 1005).threads(),
            (ids{{100, shell.id()}, {101, second.id()}}));
  EXPECT_EQ(process_at(shell, 1000).threads(), (ids{{100, shell.id()}}));
  change_often(shell, init, 1050);
  EXPECT_EQ(process_at(init, 1005).children(), (ids{{100, shell.id()}}));
  EXPECT_EQ(process_at(init, 999).children(), ids{});
}

TEST_F(process_tree_forgotten_test, FindsTheOwnerOfAPidBeforeWhatIsKeptOfIt) {
  const task again{100, 2000};
  see({begun({}, init, true), forked(init, shell),
       exited(shell).parent(init).at(std::uint64_t{1500}), forked(init, again)});
  change_often(again, init, 2010);
  const auto owner = [&](std::int64_t as_of) {
    return std::get<process_info>(*ask({100, tree_question::pid}, as_of)).entity;
  };
  EXPECT_EQ(owner(2005), again.id());
  EXPECT_EQ(owner(1999), shell.id());
}

TEST_F(process_tree_forgotten_test, InheritsByALateForkWhatItHasNotChangedSince) {
  see({begun({}, init, true), event_builder{event_kind::set_fs_pwd}
                                  .by(init)
                                  .at(std::uint64_t{900})
                                  .arg<events::set_fs_pwd::resolved_path>("/home")});
  change_often(shell, init, 1010);
  see({forked(init, shell)});
  EXPECT_EQ(process_at(shell, 1300).cwd, "/home");
  EXPECT_EQ(process_at(shell, 1300).name, "n19");
  EXPECT_TRUE(ask_process(shell.process(), 1001).complete);
  EXPECT_FALSE(ask_process(shell.process(), 1025).complete);
}

TEST_F(process_tree_forgotten_test, IsNotBegunAnewByALateNoticeOfItsBirth) {
  see({begun({}, init, true), begun(init, shell).at(std::uint64_t{1001})});
  for (std::uint64_t at = 1010; at < 1410; at += 20)
    see({event_builder{event_kind::task_rename}
             .by(shell)
             .parent(init)
             .at(at)
             .arg<events::task_rename::new_name>(std::to_string(at)),
         event_builder{event_kind::set_fs_pwd}
             .by(shell)
             .parent(init)
             .comm(std::to_string(at))
             .at(at + 10)
             .arg<events::set_fs_pwd::resolved_path>("/" + std::to_string(at))});
  const auto seen = [&] {
    std::vector<std::string> all;
    for (std::int64_t at = 1001; at < 1410; ++at) {
      const auto then = process_at(shell, at);
      all.push_back(std::string{then.name.view()} + std::string{then.cwd.view()});
    }
    return all;
  };
  const auto before = seen();
  see({forked(init, shell)}); // From another shard.
  EXPECT_EQ(seen(), before);
  EXPECT_EQ(process_at(shell, 1000).pid, 100U) << "it was there then";
  EXPECT_TRUE(ask_process(shell.process(), 1000).complete);
  EXPECT_EQ(error_at(shell, 999), ec::data_not_found);
}

} // namespace

} // namespace vedette
