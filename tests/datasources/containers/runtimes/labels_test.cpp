#include "datasources/containers/runtimes/image_name.hpp"
#include "datasources/containers/runtimes/labels.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vedette {

namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

TEST(label_reader, finds_the_pod_in_what_kubernetes_writes) {
  found_container found;
  label_reader labels{found, 1000};
  labels.add("app", "web");
  labels.add("io.kubernetes.pod.name", "web-0");
  labels.add("io.kubernetes.pod.namespace", "shop");
  labels.add("io.kubernetes.pod.uid", "5c-7");
  labels.add("io.kubernetes.container.name", "nginx");
  EXPECT_EQ(labels.finish(), "nginx");
  EXPECT_EQ(found.facts.pod_name, "web-0");
  EXPECT_EQ(found.facts.pod_namespace, "shop");
  EXPECT_EQ(found.facts.pod_id, "5c-7");
  EXPECT_FALSE(found.facts.pod_sandbox);
  EXPECT_EQ(found.facts.labels.size(), 5U);
  EXPECT_THAT(found.facts.labels.front(), Pair("app", "web"));
}

TEST(label_reader, knows_a_sandbox_as_each_runtime_marks_it) {
  for (const auto& [name, text] :
       {std::pair{"io.cri-containerd.kind", "sandbox"},
        std::pair{"io.kubernetes.docker.type", "podsandbox"}}) {
    found_container found;
    label_reader{found, 1000}.add(name, text);
    EXPECT_TRUE(found.facts.pod_sandbox) << name;
  }
  found_container found;
  label_reader{found, 1000}.add("io.cri-containerd.kind", "container");
  EXPECT_FALSE(found.facts.pod_sandbox);
}

TEST(label_reader, keeps_the_pod_of_a_container_with_too_many_labels) {
  found_container found;
  label_reader labels{found, 1000};
  for (auto n = 0; n < 1000; ++n)
    labels.add("label" + std::to_string(n), "x");
  labels.add("io.kubernetes.pod.name", "web-0");
  labels.add("nerdctl/name", "mine");
  EXPECT_EQ(labels.finish(), "mine");
  EXPECT_EQ(found.facts.pod_name, "web-0");
  EXPECT_TRUE(found.labels_dropped);
  EXPECT_THAT(found.facts.labels, IsEmpty());
}

TEST(image_name, is_without_tag_and_digest_its_repository) {
  for (const auto& [image, repository] :
       {std::pair{"nginx", "nginx"}, std::pair{"nginx:1.27", "nginx"},
        std::pair{"r.io:5000/a/b", "r.io:5000/a/b"},
        std::pair{"r.io:5000/a/b:v1", "r.io:5000/a/b"},
        std::pair{"r.io:5000/a/b:v1@sha256:12", "r.io:5000/a/b"}, std::pair{"", ""}})
    EXPECT_EQ(repository_of(image), repository) << image;
}

TEST(image_name, may_be_an_id) {
  EXPECT_TRUE(is_image_id("sha256:12"));
  EXPECT_TRUE(is_image_id("0123456789abcdef"));
  EXPECT_FALSE(is_image_id("beef"));
  EXPECT_FALSE(is_image_id("docker.io/library/nginx"));
}

} // namespace

} // namespace vedette
