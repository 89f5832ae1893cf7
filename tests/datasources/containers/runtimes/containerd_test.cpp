#include "tests/datasources/containers/runtimes/runtimes_fixture.hpp"
#include "tests/support/grpc_runtimes.hpp"
#include "tests/support/unix_server.hpp"

#include <gmock/gmock.h>

#include <memory>

namespace vedette {

namespace {

using testing::HasSubstr;
using testing::Lt;
using testing::Pair;
using testing::UnorderedElementsAre;

class containerd_test : public runtimes_test {
protected:
  containerd_test() { config.containerd = socket("c"); }

  played_containerd serve(std::vector<played_container> all) {
    return {config.containerd, std::move(all)};
  }
};

class cri_test : public runtimes_test {
protected:
  cri_test() { config.crio = socket("o"); }
};

const played_container nginx{"k8s.io",
                             "c1",
                             "docker.io/library/nginx:1.27",
                             "sha256:bb",
                             4711,
                             {{"io.kubernetes.container.name", "web"},
                              {"io.kubernetes.pod.name", "web-0"},
                              {"io.kubernetes.pod.namespace", "shop"},
                              {"io.kubernetes.pod.uid", "u1"},
                              {"io.cri-containerd.kind", "container"}}};

TEST_F(containerd_test, tells_what_a_container_is_in_whatever_namespace) {
  const auto server = serve({{"default", "other", "x"}, nginx});
  ask({{"c1", "containerd"}});
  const auto facts = next_facts();
  EXPECT_EQ(facts.runtime, "containerd");
  EXPECT_EQ(facts.name, "web");
  EXPECT_EQ(facts.image, "docker.io/library/nginx:1.27");
  EXPECT_EQ(facts.image_digest, "docker.io/library/nginx@sha256:bb");
  EXPECT_EQ(facts.pid, 4711U);
  EXPECT_EQ(facts.pod_name, "web-0");
  EXPECT_EQ(facts.pod_namespace, "shop");
  EXPECT_EQ(facts.pod_id, "u1");
  EXPECT_FALSE(facts.pod_sandbox);
  EXPECT_EQ(facts.labels.size(), 5U);
}

TEST_F(containerd_test, one_without_image_and_task_is_called_by_its_id) {
  const auto server = serve({{"default", "plain", "", "", 0, {{"a", "b"}}}});
  ask({{"plain", "containerd"}});
  const auto facts = next_facts();
  EXPECT_EQ(facts.name, "plain");
  EXPECT_EQ(facts.image + facts.image_digest, "");
  EXPECT_EQ(facts.pid, 0U);
  EXPECT_THAT(facts.labels, UnorderedElementsAre(Pair("a", "b")));
}

TEST_F(containerd_test, knows_a_pods_sandbox) {
  const auto server = serve(
      {{"k8s.io", "s", "pause:3.9", "", 1, {{"io.cri-containerd.kind", "sandbox"}}}});
  ask({{"s", "containerd"}});
  EXPECT_TRUE(next_facts().pod_sandbox);
}

TEST_F(containerd_test, leaves_dockers_own_containers_to_docker) {
  config.retries = 0;
  const auto server = serve({{"moby", "d1", ""}});
  ask({{"d1", "unknown"}});
  EXPECT_EQ(next_failure(), "containerd: does not know it");
}

TEST_F(containerd_test, one_request_that_hangs_does_not_delay_another) {
  auto slow = nginx;
  slow.id = "slow";
  slow.hangs = true;
  const auto server = serve({slow, nginx});
  ask({{"slow", "containerd"}, {"c1", "containerd"}});
  EXPECT_EQ(next_facts().name, "web");
  EXPECT_EQ(status_of("containerd").in_flight, 1U);
  EXPECT_THAT(stop(), Lt(1s));
}

TEST_F(containerd_test, gives_up_on_a_server_that_hangs_after_deadline_and_retries) {
  config.deadline = 50ms;
  auto slow = nginx;
  slow.hangs = true;
  const auto server = serve({slow});
  ask({{"c1", "containerd"}});
  EXPECT_EQ(next_failure(), "containerd: no answer within 50 ms");
  EXPECT_EQ(status_of("containerd").failures["timed_out"], 2U);
}

TEST_F(containerd_test, gives_up_on_what_does_not_speak_grpc) {
  config.deadline = 50ms;
  config.retries = 0;
  const unix_server server{config.containerd,
                           [](const std::string&) { return scripted::ok("{}"); }};
  ask({{"c1", "containerd"}});
  EXPECT_THAT(next_failure(), HasSubstr("containerd: "));
}

TEST_F(containerd_test, ten_megabytes_of_labels_cost_the_labels_and_nothing_else) {
  auto big = nginx;
  for (auto n = 0; n < 10'000; ++n)
    big.labels.emplace("l" + std::to_string(n), std::string(1000, 'x'));
  const auto server = serve({big});
  ask({{"c1", "containerd"}});
  const auto facts = next_facts();
  EXPECT_EQ(facts.name, "web");
  EXPECT_EQ(facts.image_digest, "docker.io/library/nginx@sha256:bb");
  EXPECT_EQ(facts.pod_name, "web-0");
  EXPECT_TRUE(facts.labels.empty());
  auto counted = status_of("containerd");
  EXPECT_EQ(counted.labels_dropped, 1U);
  EXPECT_EQ(counted.failures["too_large"], 1U);
}

TEST_F(containerd_test, a_socket_may_appear_after_start) {
  ask({{"c1", "containerd"}});
  while (status_of("containerd").failures["no_socket"] < 2)
    ;
  const auto late = serve({nginx});
  EXPECT_EQ(next_facts().name, "web");
}

TEST_F(containerd_test, a_socket_may_go_and_come_back) {
  auto server =
      std::make_unique<played_containerd>(config.containerd, std::vector{nginx});
  ask({{"c1", "containerd"}});
  EXPECT_EQ(next_facts().name, "web");
  server.reset();
  ask({{"c1", "containerd"}});
  while (status_of("containerd").failures["no_socket"] < 1)
    ;
  server = std::make_unique<played_containerd>(config.containerd, std::vector{nginx});
  EXPECT_EQ(next_facts().name, "web");
}

TEST_F(cri_test, tells_what_a_container_is) {
  auto web = nginx;
  web.name_space = "web"; // Here: its name.
  web.digest = "docker.io/library/nginx@sha256:bb";
  const played_crio server{config.crio, {web}, {}};
  ask({{"c1", "crio"}});
  const auto facts = next_facts();
  EXPECT_EQ(facts.runtime, "crio");
  EXPECT_EQ(facts.name, "web");
  EXPECT_EQ(facts.image, "docker.io/library/nginx:1.27");
  EXPECT_EQ(facts.image_digest, "docker.io/library/nginx@sha256:bb");
  EXPECT_EQ(facts.pid, 4711U);
  EXPECT_EQ(facts.pod_name, "web-0");
  EXPECT_EQ(facts.pod_namespace, "shop");
  EXPECT_EQ(facts.pod_id, "u1");
  EXPECT_FALSE(facts.pod_sandbox);
}

TEST_F(cri_test, tells_what_a_sandbox_is) {
  const played_crio server{config.crio, {}, {{"s1", "web-0", "shop", "u1"}}};
  ask({{"s1", "crio"}});
  const auto facts = next_facts();
  EXPECT_TRUE(facts.pod_sandbox);
  EXPECT_EQ(facts.name, "web-0");
  EXPECT_EQ(facts.pod_name + facts.pod_namespace + facts.pod_id, "web-0shopu1");
}

TEST_F(cri_test, fails_for_what_it_does_not_know_or_does_not_answer) {
  config.deadline = 50ms;
  config.retries = 0;
  auto slow = nginx;
  slow.hangs = true;
  const played_crio server{config.crio, {slow}, {}};
  ask({{"c2", "crio"}});
  EXPECT_EQ(next_failure(), "crio: does not know it");
  ask({{"c1", "crio"}});
  EXPECT_EQ(next_failure(), "crio: no answer within 50 ms");
}

} // namespace

} // namespace vedette
