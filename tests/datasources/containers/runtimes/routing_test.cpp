#include "datasources/containers/runtimes/routing.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vedette {

namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class routing_test : public testing::Test {
protected:
  routing::places asked(const std::string& id, const std::string& runtime) {
    const auto action = routing_.ask({id, runtime});
    const auto* places = std::get_if<routing::places>(&action);
    return places ? *places : routing::places{99};
  }
  std::string refusal(const std::string& id, const std::string& runtime) {
    const auto action = routing_.ask({id, runtime});
    const auto* answer = std::get_if<container_answer>(&action);
    return answer && !answer->facts ? answer->facts.error() : "";
  }
  static container_facts named(const std::string& name) {
    container_facts facts;
    facts.name = name;
    return facts;
  }

  routing routing_{{"docker", "podman", "crio"}, 3};
};

TEST_F(routing_test, asks_the_runtime_that_is_named) {
  EXPECT_THAT(asked("a", "podman"), ElementsAre(1));
  auto heard = routing_.hear(1, "a", named("web"));
  ASSERT_TRUE(heard.answer);
  EXPECT_EQ(heard.answer->container_id, "a");
  EXPECT_EQ(heard.answer->facts->name, "web");
  EXPECT_THAT(heard.forget, IsEmpty());
  EXPECT_EQ(routing_.status().answered, 1U);
  EXPECT_EQ(routing_.status().open, 0U);
}

TEST_F(routing_test, asks_all_if_it_is_unknown_and_takes_the_first_good_answer) {
  EXPECT_THAT(asked("a", "unknown"), ElementsAre(0, 1, 2));
  EXPECT_FALSE(routing_.hear(0, "a", std::unexpected{"does not know it"}).answer);
  auto heard = routing_.hear(2, "a", named("pod"));
  ASSERT_TRUE(heard.answer);
  EXPECT_EQ(heard.answer->facts->name, "pod");
  EXPECT_THAT(heard.forget, ElementsAre(1));
  EXPECT_FALSE(routing_.hear(1, "a", named("late")).answer);
}

TEST_F(routing_test, fails_only_when_all_have_and_names_each) {
  asked("a", "unknown");
  EXPECT_FALSE(routing_.hear(2, "a", std::unexpected{"no such socket /c"}).answer);
  EXPECT_FALSE(routing_.hear(0, "a", std::unexpected{"does not know it"}).answer);
  const auto heard = routing_.hear(1, "a", std::unexpected{"HTTP status 500"});
  ASSERT_TRUE(heard.answer);
  EXPECT_EQ(heard.answer->facts.error(), "crio: no such socket /c; "
                                         "docker: does not know it; "
                                         "podman: HTTP status 500");
  EXPECT_EQ(routing_.status().failed, 1U);
}

TEST_F(routing_test, asks_once_about_what_is_being_asked_about) {
  EXPECT_THAT(asked("a", "docker"), ElementsAre(0));
  EXPECT_THAT(asked("a", "docker"), IsEmpty());
  EXPECT_EQ(routing_.status().repeated, 1U);
  routing_.hear(0, "a", named("x"));
  EXPECT_THAT(asked("a", "docker"), ElementsAre(0));
}

TEST_F(routing_test, refuses_at_once_what_is_too_much_or_for_nobody) {
  EXPECT_EQ(refusal("x", "lxc"), "lxc: is not asked");
  for (const auto* id : {"a", "b", "c"})
    asked(id, "docker");
  EXPECT_EQ(refusal("d", "docker"), "docker: not asked: 3 questions are open");
  const auto status = routing_.status();
  EXPECT_EQ(status.asked, 5U);
  EXPECT_EQ(status.dropped, 1U);
  EXPECT_EQ(status.failed, 2U);
  EXPECT_EQ(status.open, 3U);
}

TEST_F(routing_test, knows_what_a_runtime_still_owes) {
  asked("a", "docker");
  asked("b", "unknown");
  routing_.hear(0, "b", std::unexpected{"no"});
  EXPECT_THAT(routing_.asked_of(0), ElementsAre("a"));
  EXPECT_THAT(routing_.asked_of(1), ElementsAre("b"));
}

} // namespace

} // namespace vedette
