#include "tests/datasources/containers/containers_fixture.hpp"

namespace vedette {

namespace {

class containers_enrichment_test : public containers_test {
protected:
  [[nodiscard]] container_answer answer() const {
    container_facts facts;
    facts.runtime = "docker";
    facts.name = "web-1";
    facts.image = "nginx:1.27";
    facts.image_digest = "nginx@sha256:00";
    facts.pid = 77;
    facts.labels = {{"app", "web"}, {"empty", ""}, {"", "x"}};
    facts.pod_id = "u";
    facts.pod_name = "p";
    facts.pod_namespace = "n";
    facts.pod_sandbox = true;
    return {web_, facts};
  }
  [[nodiscard]] container_answer failure(std::string why) const {
    return {web_, std::unexpected{std::move(why)}};
  }
};

TEST_F(containers_enrichment_test, RecordsKeepWhatAnAnswerSays) {
  const std::vector<container_answer> all{answer(), failure("docker: no answer within 2s"),
                                          {web_, container_facts{}}};
  const auto batch = to_batch(all, at_ns(5), 3);
  ASSERT_EQ(batch->size(), 3U);
  EXPECT_EQ(batch->shard(), 3U);
  EXPECT_EQ((*batch)[0].time(), at_ns(5));
  EXPECT_EQ(*read_answer((*batch)[0])->facts, *all[0].facts);
  EXPECT_EQ(read_answer((*batch)[1])->facts.error(), "docker: no answer within 2s");
  EXPECT_EQ(*read_answer((*batch)[2])->facts, container_facts{});
  EXPECT_EQ(read_answer((*batch)[2])->container_id, web_);
  const auto other = make_batch({event_builder{event_kind::kill}});
  EXPECT_FALSE(read_answer((*other)[0]));
}

// ▲ There nobody can tell "unknown yet" from "has none".
TEST_F(containers_enrichment_test, TellsUnknownYetFromHasNone) {
  see({mkdir_at(100, 7, web_path_), mkdir_at(100, 8, "/lxc.payload.name")});
  EXPECT_EQ(info(web_, 100).enrichment, "pending");
  EXPECT_EQ(info("name", 100).enrichment, "off");
  see(answer(), 200);
  EXPECT_EQ(info(web_, 199).enrichment, "pending");
  EXPECT_EQ(info(web_, 199).name, "");
  const auto known = info(web_, 200);
  EXPECT_EQ(known.enrichment, "resolved");
  EXPECT_EQ(known.name, "web-1");
  EXPECT_EQ(known.image, "nginx:1.27");
  EXPECT_EQ(known.image_digest, "nginx@sha256:00");
  EXPECT_EQ(known.pid, 77U);
  EXPECT_EQ(known.labels.all, answer().facts->labels);
  EXPECT_EQ(known.pod_id, "u");
  EXPECT_EQ(known.pod_name, "p");
  EXPECT_EQ(known.pod_namespace, "n");
  EXPECT_TRUE(known.pod_sandbox);
}

TEST_F(containers_enrichment_test, SaysWhyThereIsNoAnswerUntilThereIsOne) {
  see({mkdir_at(100, 7, web_path_)});
  see(failure("docker: no answer within 2s"), 150);
  EXPECT_EQ(info(web_, 150).enrichment, "failed: docker: no answer within 2s");
  see(answer(), 200);
  EXPECT_EQ(info(web_, 199).enrichment, "failed: docker: no answer within 2s");
  EXPECT_EQ(info(web_, 200).enrichment, "resolved");
  see(failure("docker: gone"), 250);
  EXPECT_EQ(info(web_, 250).enrichment, "resolved");
}

TEST_F(containers_enrichment_test, AnAnswerAboutNobodyChangesNothing) {
  see(answer(), 100);
  EXPECT_EQ(error_at(web_, 200), ec::data_not_found);
}

TEST_F(containers_enrichment_test, AsksOncePerLifeAndOnlyWhereSomebodyKnows) {
  see({mkdir_at(100, 7, web_path_), mkdir_at(101, 8, web_path_, 3),
       mkdir_at(102, 9, web_path_ + "/x"), mkdir_at(103, 10, "/lxc.payload.name"),
       mkdir_at(104, 11, "/x/" + full_id("ab")),
       mkdir_at(105, 12, "/libpod_parent/libpod-" + full_id("cd"))});
  const std::vector<container_question> expected{{web_, "docker"},
                                                 {full_id("ab"), "unknown"}};
  EXPECT_EQ(state_.take_questions(), expected);
  EXPECT_TRUE(state_.take_questions().empty());
  EXPECT_EQ(info(full_id("cd"), 200).enrichment, "off") << "podman is not asked";
  see({rmdir_at(200, 7, web_path_), rmdir_at(201, 8, web_path_, 3),
       mkdir_at(300, 7, web_path_)});
  EXPECT_EQ(state_.take_questions().size(), 1U);
  EXPECT_EQ(info(web_, 300).enrichment, "pending");
}

TEST_F(containers_enrichment_test, ContainersAreToldOnceWhenTheyAreResolved) {
  see({mkdir_at(100, 7, web_path_), mkdir_at(101, 8, web_path_, 3)});
  advance(500);
  EXPECT_TRUE(state_.take_announcements().empty());
  see(answer(), 600);
  const auto told = state_.take_announcements();
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told[0].kind, event_kind::container_create);
  EXPECT_EQ(told[0].at, at_ns(100));
  EXPECT_EQ(told[0].container->name, "web-1");
  advance(5 * second);
  see({mkdir_at(6 * second, 9, web_path_, 4)});
  see(answer(), 7 * second);
  advance(10 * second);
  EXPECT_TRUE(state_.take_announcements().empty());
}

TEST_F(containers_enrichment_test, ContainersAreToldASecondAfterDiscoveryAtLatest) {
  see({mkdir_at(100, 7, web_path_)});
  advance(99 + second);
  EXPECT_TRUE(state_.take_announcements().empty());
  advance(100 + second);
  const auto told = state_.take_announcements();
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told[0].at, at_ns(100));
  EXPECT_EQ(told[0].container->enrichment, "pending");
  see(answer(), 2 * second);
  EXPECT_TRUE(state_.take_announcements().empty());
}

TEST_F(containers_enrichment_test, ContainersOfWhichNobodyIsAskedAreToldAtOnce) {
  see({mkdir_at(100, 7, "/lxc.payload.name"), rmdir_at(200, 7, "/lxc.payload.name")});
  const auto told = state_.take_announcements();
  ASSERT_EQ(told.size(), 2U);
  EXPECT_EQ(told[0].kind, event_kind::container_create);
  EXPECT_EQ(told[1].kind, event_kind::container_remove);
  EXPECT_EQ(told[1].at, at_ns(200));
}

TEST_F(containers_enrichment_test, OneThatEndsUnresolvedIsToldBeforeItsRemoval) {
  see({mkdir_at(100, 7, web_path_), mkdir_at(101, 8, web_path_, 3),
       rmdir_at(200, 7, web_path_), rmdir_at(201, 8, web_path_, 3)});
  const auto told = state_.take_announcements();
  ASSERT_EQ(told.size(), 2U);
  EXPECT_EQ(told[0].kind, event_kind::container_create);
  EXPECT_EQ(told[1].kind, event_kind::container_remove);
  advance(5 * second);
  EXPECT_TRUE(state_.take_announcements().empty());
}

TEST_F(containers_enrichment_test, WhatAScanFoundIsToldAsExisting) {
  see({scan_at(100, 7, web_path_, 50, 12), scan_at(101, 8, web_path_, 50, 0, 3)});
  see(failure("x"), 200);
  const auto told = state_.take_announcements();
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told[0].kind, event_kind::existing_container);
  EXPECT_EQ(told[0].at, at_ns(100));
}

TEST_F(containers_enrichment_test, WhatTheInputTellsIsNotToldAgain) {
  namespace created = events::container_create;
  see({mkdir_at(100, 7, web_path_), event_builder{event_kind::container_create}
                                        .at(std::uint64_t{110})
                                        .arg<created::container_id>(web_)
                                        .arg<created::container_name>("web-1")
                                        .arg<created::runtime>("docker"),
       event_builder{event_kind::container_remove}
           .at(std::uint64_t{200})
           .arg<events::container_remove::container_id>(web_),
       rmdir_at(210, 7, web_path_)});
  advance(5 * second);
  EXPECT_TRUE(state_.take_announcements().empty());
  EXPECT_EQ(info(web_, 109).enrichment, "pending");
  EXPECT_EQ(info(web_, 110).enrichment, "resolved");
  EXPECT_EQ(info(web_, 110).ctime, at_ns(100));
  EXPECT_EQ(info(web_, 200).state, container_state::removed);
}

} // namespace

} // namespace vedette
