#include "tests/datasources/containers/runtimes/runtimes_fixture.hpp"
#include "tests/support/unix_server.hpp"

#include <gmock/gmock.h>

namespace vedette {

namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

constexpr std::string_view web = R"({"Id":"c1","Image":"sha256:77","State":{"Pid":4711},
  "Name":"/web","Config":{"Image":"nginx:1.27","Labels":{"app":"shop","tier":"1"}}})";
constexpr std::string_view nginx = R"({"Id":"sha256:77","RepoTags":["nginx:1.27"],
  "RepoDigests":["other@sha256:aa","nginx@sha256:bb"],"Config":{"Labels":{"x":"y"}}})";

/// As Docker answers for containers of this JSON and images of that.
scripted docker(const std::string& path, std::string_view container = web,
                std::string_view image = nginx) {
  if (path.starts_with("/containers/"))
    return scripted::ok(container);
  return path == "/images/sha256:77/json" ? scripted::ok(image) : scripted::not_found();
}

/// `first` to the first request, then what Docker says.
unix_server::script at_first(scripted first) {
  return [first, seen = false](const std::string& path) mutable {
    return std::exchange(seen, true) ? docker(path) : first;
  };
}

class docker_test : public runtimes_test {
protected:
  docker_test() { config.docker = socket("d.sock"); }

  unix_server serve(unix_server::script what) {
    return {config.docker, std::move(what)};
  }

  /// Asks a server that does `first` at first: what is counted, and that it is tried
  /// again.
  std::string failure_before_success(scripted first) {
    const auto server = serve(at_first(std::move(first)));
    ask({{"c1", "docker"}});
    EXPECT_EQ(next_facts().name, "web");
    const auto counted = status_of("docker");
    EXPECT_EQ(counted.attempts, 2U);
    EXPECT_EQ(counted.retries, 1U);
    EXPECT_EQ(counted.failures.size(), 1U);
    return counted.failures.empty() ? "" : counted.failures.begin()->first;
  }
};

TEST_F(docker_test, tells_what_a_container_is) {
  const auto server = serve([](const std::string& path) { return docker(path); });
  ask({{"c1", "docker"}});
  const auto answer = next();
  EXPECT_EQ(answer.container_id, "c1");
  ASSERT_TRUE(answer.facts) << answer.facts.error();
  EXPECT_EQ(answer.facts->runtime, "docker");
  EXPECT_EQ(answer.facts->name, "web");
  EXPECT_EQ(answer.facts->image, "nginx:1.27");
  EXPECT_EQ(answer.facts->image_digest, "nginx@sha256:bb");
  EXPECT_EQ(answer.facts->pid, 4711U);
  EXPECT_THAT(answer.facts->labels,
              ElementsAre(Pair("app", "shop"), Pair("tier", "1")));
  EXPECT_FALSE(answer.facts->pod_sandbox);

  const auto all = status();
  EXPECT_EQ(all.asked, 1U);
  EXPECT_EQ(all.answered, 1U);
  EXPECT_EQ(all.open, 0U);
  ASSERT_EQ(all.runtimes.size(), 1U);
  EXPECT_EQ(all.runtimes[0].socket, config.docker);
  EXPECT_EQ(all.runtimes[0].answered, 1U);
  EXPECT_EQ(all.runtimes[0].in_flight, 0U);
}

TEST_F(docker_test, podman_is_asked_in_the_same_way) {
  config.podman = socket("p.sock");
  const unix_server server{config.podman,
                           [](const std::string& path) { return docker(path); }};
  ask({{"c1", "podman"}});
  EXPECT_EQ(next_facts().runtime, "podman");
}

TEST_F(docker_test, names_the_image_of_a_container_that_was_begun_by_its_id) {
  const auto server = serve([](const std::string& path) {
    return docker(path, R"({"Image":"sha256:77","Config":{"Image":"sha256:77"}})");
  });
  ask({{"c1", "docker"}});
  const auto facts = next_facts();
  EXPECT_EQ(facts.image, "nginx:1.27");
  EXPECT_EQ(facts.image_digest, "nginx@sha256:bb");
}

TEST_F(docker_test, an_image_that_cannot_be_read_costs_only_its_digest) {
  const auto server =
      serve([](const std::string& path) { return docker(path, web, "no json"); });
  ask({{"c1", "docker"}});
  const auto facts = next_facts();
  EXPECT_EQ(facts.image, "nginx:1.27");
  EXPECT_EQ(facts.image_digest, "");
}

TEST_F(docker_test, finds_pods_in_labels) {
  const auto server = serve([](const std::string& path) {
    return docker(path, R"({"Config":{"Labels":{"io.kubernetes.pod.name":"p",
      "io.kubernetes.pod.namespace":"n","io.kubernetes.pod.uid":"u",
      "io.kubernetes.docker.type":"podsandbox"}}})");
  });
  ask({{"c1", "docker"}});
  const auto facts = next_facts();
  EXPECT_EQ(facts.pod_name + facts.pod_namespace + facts.pod_id, "pnu");
  EXPECT_TRUE(facts.pod_sandbox);
}

TEST_F(docker_test, tries_again_after_half_an_answer) {
  EXPECT_EQ(failure_before_success(scripted::half(web)), "broken");
}
TEST_F(docker_test, tries_again_after_a_closed_connection) {
  EXPECT_EQ(failure_before_success(scripted{"", scripted::then::close}), "broken");
}
TEST_F(docker_test, tries_again_after_garbage) {
  EXPECT_EQ(
      failure_before_success(scripted{std::string(100, '\xfe'), scripted::then::close}),
      "bad_answer");
}
TEST_F(docker_test, tries_again_after_what_is_not_its_json) {
  EXPECT_EQ(failure_before_success(scripted::ok("[1,")), "bad_answer");
}
TEST_F(docker_test, tries_again_after_500) {
  EXPECT_EQ(failure_before_success(scripted::answer("500 Internal Server Error", "{}")),
            "refused");
}
TEST_F(docker_test, tries_again_when_the_container_is_not_known_yet) {
  EXPECT_EQ(failure_before_success(scripted::not_found()), "not_found");
}
TEST_F(docker_test, tries_again_after_silence) {
  config.deadline = 50ms;
  EXPECT_EQ(failure_before_success(scripted::hang()), "timed_out");
}

TEST_F(docker_test, gives_up_on_a_server_that_hangs_after_deadline_and_retries) {
  config.deadline = 30ms;
  const auto server = serve([](const std::string&) { return scripted::hang(); });
  ask({{"c1", "docker"}});
  EXPECT_EQ(next_failure(), "docker: no answer within 30 ms");
  EXPECT_EQ(server.requests(), 2U);
  EXPECT_EQ(status().failed, 1U);
  EXPECT_EQ(status_of("docker").failures,
            (std::map<std::string, std::uint64_t>{{"timed_out", 2}}));
}

TEST_F(docker_test, gives_up_on_an_answer_that_never_ends) {
  config.deadline = 30ms;
  config.retries = 0;
  const auto server = serve([](const std::string&) {
    return scripted{"HTTP/1.1 200 OK\r\n\r\n{\"Config\":{\"Labels\":{\"",
                    scripted::then::keep_open, std::string(1U << 16U, 'x')};
  });
  ask({{"c1", "docker"}});
  EXPECT_THAT(next_failure(), HasSubstr("docker: "));
}

TEST_F(docker_test, a_digest_that_hangs_is_left_out_at_the_deadline) {
  config.deadline = 50ms;
  const auto server = serve([](const std::string& path) {
    return path.starts_with("/images/") ? scripted::hang() : docker(path);
  });
  ask({{"c1", "docker"}});
  const auto facts = next_facts();
  EXPECT_EQ(facts.name, "web");
  EXPECT_EQ(facts.image_digest, "");
}

TEST_F(docker_test, ten_megabytes_of_labels_cost_the_labels_and_nothing_else) {
  std::string json = R"({"Name":"/big","Config":{"Image":"evil:1","Labels":{"a":"b")";
  for (auto n = 0; n < 10'000; ++n)
    json += ",\"l" + std::to_string(n) + "\":\"" + std::string(1000, 'x') + '"';
  json += R"(,"io.kubernetes.pod.name":"p"}}})";
  const auto server =
      serve([&](const std::string& path) { return docker(path, json); });
  ask({{"c1", "docker"}});
  const auto facts = next_facts();
  EXPECT_EQ(facts.name, "big");
  EXPECT_EQ(facts.image, "evil:1");
  EXPECT_EQ(facts.pod_name, "p");
  EXPECT_TRUE(facts.labels.empty());
  EXPECT_EQ(status_of("docker").labels_dropped, 1U);
}

TEST_F(docker_test, asks_nothing_of_what_is_no_id) {
  config.retries = 0;
  const auto server = serve([](const std::string& path) { return docker(path); });
  ask({{"../images/x", "docker"}});
  EXPECT_EQ(next_failure(), "docker: is no container's id");
  EXPECT_EQ(server.requests(), 0U);
}

TEST_F(docker_test, does_not_ask_a_proxy) {
  setenv("http_proxy", "http://127.0.0.1:1", 1);
  const auto server = serve([](const std::string& path) { return docker(path); });
  ask({{"c1", "docker"}});
  EXPECT_EQ(next_facts().name, "web");
  unsetenv("http_proxy");
}

} // namespace

} // namespace vedette
