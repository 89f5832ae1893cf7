#include "datasources/containers/fields.hpp"
#include "tests/datasources/containers/containers_fixture.hpp"
#include "tests/support/json_schema.hpp"

#include <gmock/gmock.h>

namespace vedette {

namespace {

class containers_description_test : public containers_test {};

TEST_F(containers_description_test, WritesAContainerAsItIsSpecified) {
  container_info all{"id", "web-1", "nginx:1.27", "nginx@sha256:00", "docker", at_ns(5), 7,
                     {{{"app", "web"}}}, "u", "p", "n", true, container_state::running,
                     "resolved"};
  EXPECT_EQ(
      to_json(containers::to_value(all, at_ns(9))),
      R"({"container_id":"id","container_name":"web-1","container_image":"nginx:1.27",)"
      R"("container_image_digest":"nginx@sha256:00","container_runtime":"docker",)"
      R"("container_ctime":5,"container_pid":7,"container_labels":{"app":"web"},)"
      R"("k8s_pod_id":"u","k8s_pod_name":"p","k8s_pod_namespace":"n",)"
      R"("k8s_pod_sandbox":true,"state":"running","enrichment":"resolved"})");
}

TEST_F(containers_description_test, ReadsKeysAndSaysWhatIsWrongWithOthers) {
  const auto parse = [](const char* json) {
    return containers::parse_key(parse_json(json).value());
  };
  EXPECT_EQ(parse(R"("0f3c1d9e7a2b")").value(), container_key::of("0f3c1d9e7a2b"));
  EXPECT_EQ(parse(R"({"cgroup":18446744073709551615})").value(),
            container_key::of(cgroup_id{~std::uint64_t{0}}));
  for (const auto* wrong :
       {R"("")", "5", "null", "[]", "{}", R"({"cgroup":0})", R"({"cgroup":"7"})",
        R"({"cgroup":-1})", R"({"cgroup":7,"x":1})", R"({"id":"x"})"}) {
    const auto key = parse(wrong);
    ASSERT_FALSE(key) << wrong;
    EXPECT_EQ(key.error().code, ec::key_not_supported);
    EXPECT_THAT(key.error().detail, testing::HasSubstr("at least 12 characters"));
  }
  const auto description = containers::description();
  EXPECT_EQ(description.identity.path(), "tracee/containers");
  EXPECT_EQ(description.identity.version, 1U);
  for (const auto& key : description.keys)
    EXPECT_TRUE(parse(key.example.c_str())) << key.type;
}

TEST_F(containers_description_test, DescribesEveryAnswerByASchemaThatIsOne) {
  see({mkdir_at(100, 7, web_path_), attach_at(150, web_path_, 5)});
  see({web_, std::unexpected{std::string{"docker: \n\"no\""}}}, 200);
  container_facts facts;
  facts.name = "web-1";
  facts.labels = {{"a", "b"}, {"\xff\"", ""}};
  see({web_, facts}, 300);
  see({rmdir_at(400, 7, web_path_), mkdir_at(100, 8, "/lxc.payload.x")});
  value::list cases;
  for (const auto& key : containers::description().keys) {
    for (const auto at : {100, 150, 200, 300, 400})
      cases.push_back(value::object{
          {"schema", key.schema},
          {"answer", containers::to_value(info(7, static_cast<std::uint64_t>(at)),
                                          at_ns(at))}});
    cases.push_back(value::object{
        {"schema", key.schema}, {"answer", containers::to_value(info(8, 400), at_ns(400))}});
  }
  EXPECT_TRUE(satisfy_schemas(cases));
}

} // namespace

} // namespace vedette
