// What holds for all runtimes; shown with Docker's, which is the easiest to play.

#include "tests/datasources/containers/runtimes/runtimes_fixture.hpp"
#include "tests/support/unix_server.hpp"

#include <gmock/gmock.h>

#include <memory>
#include <set>

namespace vedette {

namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Lt;

/// Says that the container is called by its id; hangs for those called `slow…`.
scripted play(const std::string& path) {
  if (!path.starts_with("/containers/"))
    return scripted::not_found();
  const auto id = path.substr(12, path.rfind('/') - 12);
  return id.starts_with("slow") ? scripted::hang()
                                : scripted::ok(R"({"Name":"/)" + id + "\"}");
}
scripted know_nothing(const std::string&) {
  return scripted::not_found();
}
scripted hang(const std::string&) {
  return scripted::hang();
}

TEST_F(runtimes_test, one_request_that_hangs_does_not_delay_another) {
  config.docker = socket("d");
  const unix_server server{config.docker, play};
  ask({{"slow", "docker"}, {"quick", "docker"}});
  EXPECT_EQ(next_facts().name, "quick");
  EXPECT_EQ(status_of("docker").in_flight, 1U);
}

TEST_F(runtimes_test, one_runtime_that_hangs_does_not_delay_another) {
  config.docker = socket("d");
  config.podman = socket("p");
  config.containerd = socket("c");
  config.in_flight = 1;
  const unix_server docker{config.docker, hang}, containerd{config.containerd, hang};
  const unix_server podman{config.podman, play};
  ask({{"a", "docker"},
       {"b", "docker"},
       {"c", "containerd"},
       {"d", "podman"},
       {"e", "unknown"}});
  EXPECT_EQ(next_facts().name, "d");
  EXPECT_EQ(next_facts().name, "e");
}

TEST_F(runtimes_test, a_socket_may_appear_after_start) {
  config.docker = socket("d");
  ask({{"a", "docker"}, {"b", "docker"}});
  while (status_of("docker").failures["no_socket"] < 2)
    ;
  const unix_server late{config.docker, play};
  EXPECT_TRUE(next().facts);
  EXPECT_TRUE(next().facts);
  EXPECT_EQ(status_of("docker").retries, 0U);
}

TEST_F(runtimes_test, a_socket_may_go_and_come_back) {
  config.docker = socket("d");
  auto server = std::make_unique<unix_server>(config.docker, play);
  ask({{"a", "docker"}});
  EXPECT_EQ(next_facts().name, "a");
  server.reset();
  ask({{"b", "docker"}});
  while (status_of("docker").failures["no_socket"] < 1)
    ;
  server = std::make_unique<unix_server>(config.docker, play);
  EXPECT_EQ(next_facts().name, "b");
}

TEST_F(runtimes_test, a_socket_that_never_appears_is_named_when_patience_is_over) {
  config.docker = socket("d");
  config.patience = 40ms;
  ask({{"a", "docker"}});
  EXPECT_EQ(next_failure(), "docker: no such socket " + socket("d"));
}

TEST_F(runtimes_test, the_first_good_answer_wins_and_the_others_are_let_go) {
  config.docker = socket("d");
  config.podman = socket("p");
  config.crio = socket("never");
  config.patience = 60s;
  const unix_server docker{config.docker, know_nothing};
  const unix_server podman{config.podman, play};
  ask({{"a", "unknown"}});
  EXPECT_EQ(next_facts().runtime, "podman");
  for (const auto* runtime : {"docker", "crio"})
    while (status_of(runtime).waiting + status_of(runtime).in_flight > 0)
      ;
  EXPECT_EQ(status_of("crio").dropped, 1U);
}

TEST_F(runtimes_test, an_unknown_ones_failure_names_all_that_were_asked) {
  config.docker = socket("d");
  config.podman = socket("p");
  config.containerd = socket("c");
  config.crio = socket("o");
  config.deadline = config.patience = 30ms;
  config.retries = 0;
  const unix_server docker{config.docker, know_nothing};
  const unix_server podman{config.podman, hang};
  ask({{"a", "unknown"}});
  EXPECT_THAT(next_failure(), AllOf(HasSubstr("docker: does not know it"),
                                    HasSubstr("podman: no answer within 30 ms"),
                                    HasSubstr("containerd: no such socket"),
                                    HasSubstr("crio: no such socket")));
}

TEST_F(runtimes_test, no_more_are_in_flight_than_may_be) {
  config.docker = socket("d");
  config.in_flight = 3;
  const unix_server server{config.docker, hang};
  std::vector<container_question> questions;
  for (auto n = 0; n < 10; ++n)
    questions.push_back({"slow" + std::to_string(n), "docker"});
  ask(questions);
  while (server.unanswered() < 3)
    ;
  EXPECT_EQ(status_of("docker").in_flight, 3U);
  EXPECT_EQ(status_of("docker").waiting, 7U);
  EXPECT_EQ(server.requests(), 3U);
}

TEST_F(runtimes_test, questions_beyond_the_queue_fail_at_once) {
  config.docker = socket("d");
  config.queue = 1;
  const unix_server server{config.docker, play};
  ask({{"slow", "docker"}, {"b", "docker"}, {"slow", "docker"}});
  EXPECT_EQ(next_failure(), "docker: not asked: 1 questions are open");
  EXPECT_EQ(status().dropped, 1U);
  EXPECT_EQ(status().repeated, 1U);
}

TEST_F(runtimes_test, a_runtime_that_is_off_is_not_asked) {
  ask({{"a", "docker"}, {"b", "unknown"}});
  EXPECT_EQ(next_failure(), "docker: is not asked");
  EXPECT_EQ(next_failure(), "unknown: no runtime is asked");
}

TEST_F(runtimes_test, answers_a_thousand_questions_each_once) {
  config.docker = socket("d");
  const unix_server server{config.docker, play};
  std::vector<container_question> questions;
  for (auto n = 0; n < 1000; ++n)
    questions.push_back({"c" + std::to_string(n), "docker"});
  ask(questions);
  std::set<std::string> answered;
  for (auto n = 0; n < 1000; ++n) {
    const auto answer = next();
    EXPECT_EQ(answer.facts.value_or(container_facts{}).name, answer.container_id);
    answered.insert(answer.container_id);
  }
  EXPECT_EQ(answered.size(), 1000U);
}

TEST_F(runtimes_test, quits_at_once_whatever_is_outstanding) {
  config.docker = socket("d");
  config.podman = socket("never");
  config.containerd = socket("c");
  config.patience = 60s;
  const unix_server docker{config.docker, hang}, containerd{config.containerd, hang};
  ask({{"a", "docker"}, {"b", "podman"}, {"c", "containerd"}});
  while (docker.unanswered() < 1 || status_of("containerd").in_flight < 1)
    ;
  EXPECT_THAT(stop(), Lt(500ms));
}

} // namespace

} // namespace vedette
