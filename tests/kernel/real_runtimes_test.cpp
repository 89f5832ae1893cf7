// What is asked of container runtimes, asked of the real ones.

#include "tests/datasources/containers/runtimes/runtimes_fixture.hpp"
#include "tests/kernel/support/real_runtimes.hpp"

#include <gmock/gmock.h>

#include <string>

namespace vedette {

namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::MatchesRegex;
using testing::Pair;
using testing::UnorderedElementsAre;

class real_runtimes_test : public runtimes_test {
protected:
  real_runtimes_test() {
    config.docker = real.file("d.sock");
    config.podman = real.file("p.sock");
    config.containerd = real.file("exec/containerd/containerd.sock");
    config.deadline = 10s; // Podman takes 100 ms and more, on a busy host a second.
  }
  ~real_runtimes_test() override {
    if (HasFailure())
      ADD_FAILURE() << real.logs();
  }

  void docker_tells();
  void podman_tells();
  void containerd_tells();
  void whichever_has_it_tells();
  void none_tells_of_what_is_not_there();

  real_runtimes real;
};

// One test: to start them takes seconds.
TEST_F(real_runtimes_test, tell_of_their_containers_as_we_ask_them) {
  docker_tells();
  podman_tells();
  containerd_tells();
  whichever_has_it_tells();
  none_tells_of_what_is_not_there();
}

void real_runtimes_test::docker_tells() {
  ask({{real.of("docker").id, "docker"}});
  const auto facts = next_facts();
  EXPECT_EQ(facts.runtime, "docker");
  EXPECT_EQ(facts.name, "vedette-web");
  EXPECT_EQ(facts.image, "vedette/bb:1.0");
  EXPECT_EQ(facts.image_digest, ""); // One that was imported has none.
  EXPECT_GT(facts.pid, 0U);
  EXPECT_EQ(facts.pid, real.of("docker").pid);
  EXPECT_THAT(facts.labels,
              UnorderedElementsAre(Pair("app", "shop"), Pair("tier", "1")));
}

void real_runtimes_test::podman_tells() {
  ask({{real.of("podman").id, "podman"}});
  const auto facts = next_facts();
  EXPECT_EQ(facts.runtime, "podman");
  EXPECT_EQ(facts.name, "vedette-pod");
  EXPECT_EQ(facts.image, "localhost/vedette/bb:1.0");
  EXPECT_THAT(facts.image_digest,
              MatchesRegex("localhost/vedette/bb@sha256:[0-9a-f]{64}"));
  EXPECT_GT(facts.pid, 0U);
  EXPECT_EQ(facts.pid, real.of("podman").pid);
  EXPECT_THAT(facts.labels, Contains(Pair("app", "shop")));
}

/// A pod's, in Kubernetes' namespace.
void real_runtimes_test::containerd_tells() {
  ask({{real.of("containerd").id, "containerd"}});
  const auto facts = next_facts();
  EXPECT_EQ(facts.runtime, "containerd");
  EXPECT_EQ(facts.name, "nginx");
  EXPECT_EQ(facts.image, "docker.io/vedette/bb:1.0");
  EXPECT_EQ(facts.image_digest, "docker.io/vedette/bb@" + real.of("containerd").digest);
  EXPECT_GT(facts.pid, 0U);
  EXPECT_EQ(facts.pid, real.of("containerd").pid);
  EXPECT_EQ(facts.pod_name, "web-0");
  EXPECT_EQ(facts.pod_namespace, "shop");
  EXPECT_EQ(facts.pod_id, "u-1");
  EXPECT_FALSE(facts.pod_sandbox);
  EXPECT_THAT(facts.labels, Contains(Pair("io.kubernetes.pod.name", "web-0")));
}

void real_runtimes_test::whichever_has_it_tells() {
  for (const auto* runtime : {"docker", "podman", "containerd"}) {
    ask({{real.of(runtime).id, "unknown"}});
    EXPECT_EQ(next_facts().runtime, runtime);
  }
}

void real_runtimes_test::none_tells_of_what_is_not_there() {
  ask({{std::string(64, 'a'), "unknown"}});
  const auto why = next_failure();
  EXPECT_THAT(why, HasSubstr("docker: does not know it"));
  EXPECT_THAT(why, HasSubstr("podman: does not know it"));
  EXPECT_THAT(why, HasSubstr("containerd: does not know it"));
}

} // namespace

} // namespace vedette
