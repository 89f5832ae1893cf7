#include "events/batch_builder.hpp"
#include "events/line_parser.hpp"
#include "tests/datasources/containers/containers_fixture.hpp"

#include <simdjson.h>

namespace vedette {

namespace {

/// Recorded NDJSON without cgroup events.
class container_sightings_test : public containers_test {
protected:
  void see_line(std::uint64_t ns, std::uint64_t cgroup, std::string_view id,
                std::string_view container = "{}", std::string_view pod = "{}") {
    std::string line = R"({"timestamp":)" + std::to_string(ns) + R"(,"cgroupId":)"
                       + std::to_string(cgroup) + R"(,"containerId":")"
                       + std::string{id} + R"(","container":)" + std::string{container}
                       + R"(,"kubernetes":)" + std::string{pod}
                       + R"(,"eventId":"62","eventName":"kill","args":[]})";
    const auto size = line.size();
    line.resize(size + simdjson::SIMDJSON_PADDING);
    const auto record = parser_.parse({line.data(), size}, ++position_);
    ASSERT_TRUE(record) << record.error();
    batch_builder builder{0};
    builder.add(*record);
    const auto batch = builder.take();
    batch->attach(std::vector<event_context>(1), nullptr);
    ASSERT_TRUE(containers_state::learns_from((*batch)[0]));
    state_.apply((*batch)[0]);
  }

  containers_state& quiet() { return state_ = containers_state{{}}; }

  line_parser parser_;
  std::uint64_t position_ = 0;
};

TEST_F(container_sightings_test, AContainerIsKnownFromTheFirstEventInItOn) {
  quiet();
  see_line(100, 7, web_);
  see_line(200, 7, web_,
           R"({"id":"x","name":"web-1","image":"nginx","imageDigest":"d"})",
           R"({"podName":"p","podNamespace":"n","podUID":"u","podSandbox":true})");
  EXPECT_EQ(error_at(web_, 99), ec::data_not_found);
  EXPECT_EQ(info(web_, 100).state, container_state::running);
  EXPECT_EQ(info(web_, 100).enrichment, "off");
  EXPECT_EQ(info(web_, 100).runtime, "unknown");
  EXPECT_EQ(info(web_, 199).name, "");
  const auto known = info(7, 200);
  EXPECT_EQ(known.id, web_);
  EXPECT_EQ(known.name, "web-1");
  EXPECT_EQ(known.image, "nginx");
  EXPECT_EQ(known.image_digest, "d");
  EXPECT_EQ(known.pod_name, "p");
  EXPECT_EQ(known.pod_namespace, "n");
  EXPECT_EQ(known.pod_id, "u");
  EXPECT_TRUE(known.pod_sandbox);
  EXPECT_EQ(known.enrichment, "resolved");
  EXPECT_TRUE(state_.take_announcements().empty());
}

TEST_F(container_sightings_test, TheSameAgainChangesNothing) {
  quiet();
  state_.changes().listen(true);
  for (std::uint64_t n = 0; n < 100; ++n)
    see_line(100 + n, 7, web_,
             n % 2 == 0 ? R"({"name":"web-1","image":"nginx"})" : "{}");
  EXPECT_LE(state_.changes().take().size(), 2U);
  EXPECT_EQ(ask(web_, 100).shared(), ask(web_, 199).shared());
}

TEST_F(container_sightings_test, AddsNamesToWhatCgroupEventsTold) {
  see({mkdir_at(100, 7, web_path_)});
  see_line(150, 7, web_, R"({"name":"web-1"})");
  EXPECT_EQ(info(web_, 150).state, container_state::running);
  EXPECT_EQ(info(web_, 150).runtime, "docker");
  EXPECT_EQ(info(web_, 150).ctime, at_ns(100));
  EXPECT_EQ(info(web_, 150).enrichment, "resolved");
  see({rmdir_at(200, 7, web_path_)});
  see_line(210, 7, web_, R"({"name":"web-1"})");
  EXPECT_EQ(info(web_, 220).state, container_state::removed);
}

TEST_F(container_sightings_test, AnotherContainerInACgroupIsBelieved) {
  quiet();
  const auto db = full_id("db");
  see_line(100, 7, web_);
  see_line(200, 7, db);
  EXPECT_EQ(info(7, 150).id, web_);
  EXPECT_EQ(info(7, 200).id, db);
  see_line(300, 0, full_id("cc"));
  EXPECT_EQ(info(full_id("cc"), 300).state, container_state::running);
}

} // namespace

} // namespace vedette
