#include "actors/enrichment/known_cgroups.hpp"
#include "tests/datasources/containers/containers_fixture.hpp"

namespace vedette {

namespace {

const std::string web = full_id("ab");
const std::string web_path = "/docker/" + web;

TEST(known_cgroups, belong_to_the_container_that_their_path_names) {
  known_cgroups all;
  all.made(1, "/");
  all.made(7, web_path);
  all.made(8, web_path + "/init.scope");
  EXPECT_EQ(all.find(1), nullptr);
  ASSERT_NE(all.find(7), nullptr);
  EXPECT_EQ(all.find(7), all.find(8)) << "one container";
  EXPECT_EQ(all.find(7)->texts->id, web);
  EXPECT_EQ(all.find(7)->texts->container, R"({"id":")" + web + "\"}");
  EXPECT_EQ(all.find(7)->texts->kubernetes, "{}");
  EXPECT_FALSE(all.take_unknown());
}

TEST(known_cgroups, that_nobody_told_of_are_asked_for_once) {
  known_cgroups all;
  EXPECT_EQ(all.find(5), nullptr);
  EXPECT_EQ(all.find(5), nullptr);
  EXPECT_TRUE(all.take_unknown());
  EXPECT_EQ(all.find(5), nullptr);
  EXPECT_FALSE(all.take_unknown());
  all.made(5, web_path);
  ASSERT_NE(all.find(5), nullptr) << "somebody has looked";
}

TEST(known_cgroups, that_are_gone_are_forgotten) {
  known_cgroups all;
  all.made(7, web_path);
  all.made(8, web_path + "/below");
  all.started(8);
  EXPECT_TRUE(all.find(7)->started);
  all.gone(8);
  EXPECT_NE(all.find(7), nullptr);
  all.gone(7);
  all.gone(7);
  EXPECT_EQ(all.find(7), nullptr);
  EXPECT_TRUE(all.take_unknown());
  all.made(9, web_path);
  EXPECT_FALSE(all.find(9)->started) << "another life";
}

TEST(known_cgroups, show_what_a_runtime_has_said) {
  known_cgroups all;
  all.made(7, web_path);
  const auto before = all.find(7)->texts;
  container_names facts;
  facts.name = "we\"b";
  facts.image = "nginx:1.27";
  facts.image_digest = "nginx@sha256:00";
  all.named(web, facts);
  EXPECT_EQ(all.find(7)->texts->container,
            R"({"id":")" + web
                + R"(","name":"we\"b","image":"nginx:1.27","imageDigest":"nginx@sha256:00"})");
  EXPECT_EQ(all.find(7)->texts->kubernetes, "{}");
  EXPECT_EQ(before->container, R"({"id":")" + web + "\"}") << "events may still show it";
  facts.pod_name = "p";
  facts.pod_namespace = "n";
  facts.pod_uid = "u";
  all.named(web, facts);
  EXPECT_EQ(all.find(7)->texts->kubernetes,
            R"({"podName":"p","podNamespace":"n","podUID":"u","podSandbox":false})");
  all.named(full_id("cd"), facts);
  EXPECT_EQ(all.find(7)->texts->id, web);
}

TEST(known_cgroups, are_no_more_than_there_is_room_for) {
  known_cgroups all{4};
  all.made(7, web_path);
  for (std::uint64_t id = 100; id < 200; ++id)
    all.made(id, "/host");
  EXPECT_NE(all.find(7), nullptr) << "the host's go first";
  for (std::uint64_t id = 200; id < 300; ++id)
    all.made(id, "/docker/" + full_id(std::to_string(id)));
  unsigned known = 0;
  for (std::uint64_t id = 200; id < 300; ++id)
    known += all.find(id) != nullptr ? 1 : 0;
  EXPECT_LE(known, 4U);
}

} // namespace

} // namespace vedette
