#include "tests/datasources/containers/containers_fixture.hpp"

namespace vedette {

namespace {

class containers_state_test : public containers_test {};

TEST_F(containers_state_test, KnowsAContainerFromItsDirectoryOnAndWhatItBecomes) {
  see({mkdir_at(100, 7, web_path_), attach_at(200, web_path_, 4321),
       attach_at(250, web_path_, 4322), rmdir_at(300, 7, web_path_)});
  EXPECT_EQ(error_at(web_, 99), ec::data_not_found);
  const auto created = info(web_, 100);
  EXPECT_EQ(created.state, container_state::created);
  EXPECT_EQ(created.id, web_);
  EXPECT_EQ(created.runtime, "docker");
  EXPECT_EQ(created.ctime, at_ns(100));
  EXPECT_EQ(created.pid, 0U);
  EXPECT_EQ(info(web_, 199), created);
  EXPECT_EQ(info(web_, 200).state, container_state::running);
  EXPECT_EQ(info(web_, 299).pid, 4321U);
  EXPECT_EQ(info(web_, 300).state, container_state::removed);
  EXPECT_EQ(info(7, 150), created);
  EXPECT_EQ(error_at(8, 150), ec::data_not_found);
}

TEST_F(containers_state_test, RunsFromTheFirstExecInItsCgroup) {
  see({mkdir_at(100, 7, web_path_),
       event_builder{event_kind::sched_process_exec}.at(std::uint64_t{150}).by({9, 1}).cgroup(8),
       event_builder{event_kind::sched_process_exec}.at(std::uint64_t{160}).by({10, 1}).cgroup(7)});
  EXPECT_EQ(info(web_, 159).state, container_state::created);
  EXPECT_EQ(info(web_, 160).state, container_state::running);
  EXPECT_EQ(info(web_, 160).pid, 10U);
}

TEST_F(containers_state_test, KeepsAll64BitsOfACgroupId) { // ▲ There: the lower 32.
  const auto one = (std::uint64_t{1} << 40U) + 7, two = (std::uint64_t{2} << 40U) + 7;
  const auto db = full_id("db");
  see({mkdir_at(100, one, web_path_), mkdir_at(110, two, "/docker/" + db)});
  EXPECT_EQ(info(one, 200).id, web_);
  EXPECT_EQ(info(two, 200).id, db);
  EXPECT_EQ(error_at(7, 200), ec::data_not_found);
}

// ▲ There the directory below took the record's place.
TEST_F(containers_state_test, ADirectoryBelowDoesNotReplaceTheRecord) {
  see({mkdir_at(100, 7, web_path_), mkdir_at(200, 8, web_path_ + "/init.scope")});
  EXPECT_EQ(info(web_, 300).ctime, at_ns(100));
  EXPECT_EQ(info(8, 300), info(7, 300));
  EXPECT_EQ(metrics().items, 1U);
  EXPECT_EQ(error_at(8, 150), ec::data_not_found);
}

// ▲ There the container went with it.
TEST_F(containers_state_test, RemovingADirectoryBelowDoesNotRemoveTheContainer) {
  see({mkdir_at(100, 7, web_path_), mkdir_at(200, 8, web_path_ + "/x"),
       rmdir_at(300, 8, web_path_ + "/x"), rmdir_at(310, 9, web_path_ + "/unseen")});
  EXPECT_EQ(info(web_, 400).state, container_state::created);
  EXPECT_EQ(info(8, 400).id, web_);
  EXPECT_EQ(error_at(8, 300 + 30 * second), ec::expired);
  EXPECT_EQ(info(7, 300 + 30 * second).id, web_);
}

TEST_F(containers_state_test, ADirectoryBelowMakesTheRecordWhereTheOwnWasNotSeen) {
  see({mkdir_at(100, 8, web_path_ + "/x"), rmdir_at(200, 8, web_path_ + "/x"),
       mkdir_at(300, 9, web_path_, 4), rmdir_at(400, 9, web_path_, 4)});
  EXPECT_EQ(info(web_, 250).ctime, time_ns{});
  EXPECT_EQ(info(web_, 250).state, container_state::created);
  EXPECT_EQ(info(web_, 300).ctime, at_ns(300));
  EXPECT_EQ(info(web_, 400).state, container_state::removed);
}

TEST_F(containers_state_test, IsRemovedWithTheLastOfItsOwnDirectoriesOfAllHierarchies) {
  see({mkdir_at(100, 7, web_path_, 0), mkdir_at(101, 7, web_path_, 3),
       mkdir_at(102, 50, web_path_, 4), rmdir_at(200, 7, web_path_, 3),
       rmdir_at(201, 7, web_path_, 0)});
  EXPECT_EQ(info(web_, 250).state, container_state::created);
  see({rmdir_at(260, 50, web_path_, 4)});
  EXPECT_EQ(info(web_, 259).state, container_state::created);
  EXPECT_EQ(info(web_, 260).state, container_state::removed);
  EXPECT_EQ(info(web_, 260).ctime, at_ns(100));
}

TEST_F(containers_state_test, RemovingAnUnseenOwnDirectoryRemovesIt) {
  see({attach_at(100, web_path_, 5), rmdir_at(200, 7, web_path_)});
  EXPECT_EQ(info(web_, 100).pid, 5U);
  EXPECT_EQ(info(web_, 200).state, container_state::removed);
}

TEST_F(containers_state_test, AnIdOfAnotherHierarchyIsAnotherDirectory) {
  const auto db = full_id("db");
  see({mkdir_at(100, 7, web_path_, 5)});
  EXPECT_EQ(info(7, 100).id, web_) << "no v2 hierarchy yet";
  see({mkdir_at(200, 7, "/docker/" + db, 0), mkdir_at(210, 9, web_path_, 5)});
  EXPECT_EQ(info(7, 150).id, web_);
  EXPECT_EQ(info(7, 200).id, db);
  EXPECT_EQ(error_at(9, 300), ec::data_not_found) << "events carry ids of v2";
}

TEST_F(containers_state_test, AnIdThatIsUsedAgainAnswersAsOfItsTime) {
  const auto db = full_id("db");
  see({mkdir_at(100, 7, web_path_), rmdir_at(200, 7, web_path_),
       mkdir_at(300, 7, "/docker/" + db), rmdir_at(400, 7, "/docker/" + db),
       mkdir_at(500, 7, "/system.slice/ssh.service")});
  EXPECT_EQ(info(7, 150).id, web_);
  EXPECT_EQ(info(7, 250).state, container_state::removed);
  EXPECT_EQ(info(7, 350).id, db);
  EXPECT_EQ(info(7, 450).id, db);
  EXPECT_EQ(error_at(7, 500), ec::data_not_found);
}

TEST_F(containers_state_test, AnIdThatIsUsedAgainShowsThatARemovalWasLost) {
  see({mkdir_at(100, 7, web_path_), mkdir_at(300, 7, "/system.slice/ssh.service")});
  EXPECT_EQ(info(web_, 299).state, container_state::created);
  EXPECT_EQ(info(web_, 300).state, container_state::removed);
}

TEST_F(containers_state_test, TheEmptyIdIsNoContainer) { // ▲
  see({mkdir_at(100, 7, web_path_)});
  EXPECT_EQ(error_at("", 200), ec::data_not_found);
  EXPECT_EQ(error_at(0, 200), ec::data_not_found);
  see({event_builder{event_kind::container_create}
           .at(std::uint64_t{150})
           .arg<events::container_create::container_id>(""),
       event_builder{event_kind::kill}.at(std::uint64_t{160}).replayed(1).container("")});
  EXPECT_EQ(metrics().items, 1U);
  EXPECT_EQ(error_at("", 200), ec::data_not_found);
}

TEST_F(containers_state_test, AnUnambiguousPrefixIsEnough) {
  see({mkdir_at(100, 7, web_path_)});
  for (const std::size_t length : {12, 13, 40, 63, 64})
    EXPECT_EQ(info(web_.substr(0, length), 100).id, web_) << length;
  EXPECT_EQ(error_at("0f3c1d9e7a2b1", 100), ec::data_not_found);
  EXPECT_EQ(error_at(web_ + "0", 100), ec::data_not_found);
  EXPECT_EQ(error_at(web_.substr(0, 11), 100), ec::key_not_supported);
  EXPECT_EQ(error_at("web", 100), ec::data_not_found);
}

TEST_F(containers_state_test, AnAmbiguousPrefixListsTheCandidates) {
  const auto one = full_id("0f3c1d9e7a2b1"), two = full_id("0f3c1d9e7a2b2");
  see({mkdir_at(100, 7, "/docker/" + one), mkdir_at(200, 8, "/docker/" + two)});
  EXPECT_EQ(info("0f3c1d9e7a2b", 150).id, one) << "there is one only, then";
  EXPECT_EQ(error_at("0f3c1d9e7a2b", 200), ec::key_not_supported);
  EXPECT_EQ(info("0f3c1d9e7a2b2", 200).id, two);
  const auto why = state_.explain(container_key::of("0f3c1d9e7a2b"), at_ns(200),
                                  ec::key_not_supported);
  EXPECT_NE(why.find(one), why.npos) << why;
  EXPECT_NE(why.find(two), why.npos) << why;
}

TEST_F(containers_state_test, AWholeNameMayBeShortOrAPrefixOfAnother) {
  see({mkdir_at(100, 7, "/machine.slice/machine-abc.scope"),
       mkdir_at(110, 8, "/lxc.payload.production-db"),
       mkdir_at(120, 9, "/lxc.payload.production-db-2")});
  EXPECT_EQ(info("abc", 200).runtime, "systemd-nspawn");
  EXPECT_EQ(error_at("ab", 200), ec::key_not_supported);
  EXPECT_EQ(info("production-db", 200).id, "production-db");
  EXPECT_EQ(info("production-db-2", 200).runtime, "lxc");
  EXPECT_EQ(info("abc", 200).enrichment, "off");
}

TEST_F(containers_state_test, ARemovedOneIsAnswerableForTheGraceOnly) {
  see({mkdir_at(100, 7, web_path_), rmdir_at(200, 7, web_path_)});
  EXPECT_EQ(info(web_, 199 + 30 * second).state, container_state::removed);
  EXPECT_EQ(error_at(web_, 200 + 30 * second), ec::expired);
  EXPECT_EQ(error_at(7, 200 + 30 * second), ec::expired);
  EXPECT_EQ(info(web_, 150).state, container_state::created);
}

// ▲ There it goes when the next one happens to be removed.
TEST_F(containers_state_test, RemovedOnesAreForgottenByTimeEachOnItsOwn) {
  const auto db = full_id("db");
  see({mkdir_at(100, 7, web_path_), mkdir_at(100, 8, "/docker/" + db),
       rmdir_at(200, 7, web_path_), rmdir_at(200 + 10 * second, 8, "/docker/" + db)});
  advance(200 + 60 * second);
  EXPECT_EQ(metrics().items, 2U);
  advance(201 + 60 * second);
  EXPECT_EQ(metrics().items, 1U);
  EXPECT_EQ(error_at(web_, 70 * second), ec::expired);
  EXPECT_EQ(error_at(7, 70 * second), ec::expired);
  EXPECT_EQ(error_at(web_.substr(0, 12), 70 * second), ec::expired);
  advance(201 + 70 * second);
  EXPECT_EQ(metrics().items, 0U);
  EXPECT_EQ(metrics().expired, 2U);
}

/// Its first life is gone, and what is kept began later.
TEST_F(containers_state_test, BetweenALifeThatIsForgottenAndTheNextItIsExpired) {
  see({mkdir_at(100, 7, web_path_), rmdir_at(200, 7, web_path_)});
  advance(201 + 60 * second);
  see({mkdir_at(80 * second, 7, web_path_)});
  EXPECT_EQ(error_at(web_, 70 * second), ec::expired);
  EXPECT_EQ(error_at(7, 70 * second), ec::expired);
  EXPECT_EQ(info(web_, 80 * second).state, container_state::created);
}

TEST_F(containers_state_test, ThatOneIsForgottenSaysNothingOfAnotherWithTheSamePrefix) {
  see({mkdir_at(100, 7, web_path_), rmdir_at(200, 7, web_path_)});
  advance(201 + 60 * second);
  auto other = web_;
  other.back() = other.back() == '1' ? '2' : '1';
  EXPECT_EQ(error_at(other, 70 * second), ec::data_not_found);
  EXPECT_EQ(error_at(web_, 70 * second), ec::expired);
  EXPECT_EQ(error_at(web_.substr(0, 20), 70 * second), ec::expired);
}

TEST_F(containers_state_test, AContainerThatIsStartedAgainHasANewLife) {
  see({mkdir_at(100, 7, web_path_), attach_at(110, web_path_, 5),
       rmdir_at(200, 7, web_path_), mkdir_at(300, 8, web_path_),
       attach_at(310, web_path_, 6)});
  EXPECT_EQ(info(web_, 250).state, container_state::removed);
  EXPECT_EQ(info(web_, 250).pid, 5U);
  EXPECT_EQ(info(web_, 300).state, container_state::created);
  EXPECT_EQ(info(web_, 300).ctime, at_ns(300));
  EXPECT_EQ(info(web_, 310).pid, 6U);
  EXPECT_EQ(info(web_, 150).ctime, at_ns(100));
  EXPECT_EQ(info(7, 250).state, container_state::removed);
  EXPECT_EQ(info(8, 320).id, web_);
}

TEST_F(containers_state_test, TellsWhatChanges) {
  state_.changes().listen(true);
  see({mkdir_at(100, 7, web_path_), attach_at(110, web_path_, 5),
       attach_at(120, web_path_, 6), rmdir_at(200, 7, web_path_)});
  const auto keys = state_.changes().take();
  EXPECT_EQ(keys.size(), 3U);
  for (const auto& key : keys)
    EXPECT_EQ(to_json(state_.show_key(key)), '"' + web_ + '"');
  EXPECT_EQ(to_json(state_.show_key(container_key::of(cgroup_id{7}))), R"({"cgroup":7})");
}

} // namespace

} // namespace vedette
