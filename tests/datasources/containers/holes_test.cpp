#include "tests/datasources/containers/containers_fixture.hpp"

namespace vedette {

namespace {

class containers_holes_test : public containers_test {};

TEST_F(containers_holes_test, LostCgroupEventsLeaveAnswersInDoubtUntilAScanHasEnded) {
  const auto db = full_id("db"), late = full_id("1a7e"), old = full_id("01d");
  see({mkdir_at(10, 6, "/docker/" + old), rmdir_at(20, 6, "/docker/" + old),
       mkdir_at(100, 7, web_path_), mkdir_at(110, 8, "/docker/" + db),
       lost_at(300, "cgroup_rmdir", 200, 250), mkdir_at(310, 9, "/docker/" + late),
       scan_at(410, 7, web_path_, 100, 1), scan_at(411, 9, "/docker/" + late, 310, 1),
       scan_ended_at(420, 400)});
  EXPECT_TRUE(ask(web_, 199).complete);
  EXPECT_FALSE(ask(web_, 200).complete);
  EXPECT_FALSE(ask(web_, 419).complete);
  EXPECT_TRUE(ask(web_, 420).complete);
  EXPECT_TRUE(ask(late, 320).complete) << "began after the loss";
  EXPECT_TRUE(ask(old, 320).complete) << "was over before";
  EXPECT_FALSE(ask(full_id("ff"), 320).complete) << "may be there";
  EXPECT_TRUE(ask(full_id("ff"), 420).complete);
  EXPECT_FALSE(ask(99, 320).complete);
  EXPECT_EQ(info(db, 419).state, container_state::created);
  EXPECT_EQ(info(db, 420).state, container_state::removed) << "the scan has not found it";
  EXPECT_EQ(info(web_, 420).state, container_state::running);
}

TEST_F(containers_holes_test, AScanThatBeganBeforeTheLossEndsNoDoubt) {
  see({mkdir_at(100, 7, web_path_), lost_at(300, "", 200, 250),
       scan_at(310, 7, web_path_, 100, 0), scan_ended_at(320, 240)});
  EXPECT_FALSE(ask(web_, 400).complete);
}

TEST_F(containers_holes_test, OtherLossesMatterNot) {
  see({mkdir_at(100, 7, web_path_), lost_at(300, "openat", 200, 250)});
  EXPECT_TRUE(ask(web_, 400).complete);
}

TEST_F(containers_holes_test, AScanKnowsWhenADirectoryWasMade) {
  see({scan_at(500, 7, web_path_, 100, 33), scan_ended_at(510, 490)});
  EXPECT_EQ(error_at(web_, 499), ec::data_not_found);
  EXPECT_EQ(info(web_, 500).ctime, at_ns(100));
  EXPECT_EQ(info(web_, 500).pid, 33U);
  EXPECT_EQ(info(7, 500).state, container_state::running);
}

} // namespace

} // namespace vedette
