#include "tests/support/connections.hpp"
#include "tests/support/signature_run.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace vedette {

namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

event_builder started(std::string_view container,
                      const std::vector<std::string>& environment) {
  return event_builder{event_kind::sched_process_exec}
      .in_container(container)
      .arg<events::sched_process_exec::env>(environment);
}

std::string api(std::string_view address) {
  return "KUBERNETES_SERVICE_HOST=" + std::string{address};
}

event_builder gone(std::string_view container) {
  return event_builder{event_kind::container_remove}
      .arg<events::container_remove::container_id>(container);
}

/// Whether a container is known to be at home in a cluster whose API is there.
bool finds(signature_run& run, std::string_view container, std::string_view address) {
  return !run.on_any(connected_to(address).in_container(container)).empty();
}

TEST(k8s_api_connection, reports_the_address) {
  signature_run run{"TRC-1013"};
  EXPECT_THAT(run.on_any(started("c1", {"PATH=/bin", api("10.96.0.1"), "A=1"})),
              IsEmpty());
  EXPECT_THAT(run.on_any(connected_to("10.96.0.1").in_container("c1")),
              ElementsAre(finding_data{{"ip", "10.96.0.1"}}));
}

TEST(k8s_api_connection, takes_any_spelling_of_an_address) {
  signature_run run{"TRC-1013"};
  run.on_any(started("c1", {api("fd00:0:0::1")}));
  EXPECT_THAT(run.on_any(connected_to("fd00::1").in_container("c1")),
              ElementsAre(finding_data{{"ip", "fd00::1"}}));
  run.on_any(started("c2", {api("10.96.0.1")}));
  EXPECT_THAT(run.on_any(connected_to("::ffff:10.96.0.1").in_container("c2")),
              ElementsAre(finding_data{{"ip", "10.96.0.1"}}));
}

TEST(k8s_api_connection, is_each_containers_own) {
  signature_run run{"TRC-1013"};
  run.on_any(started("c1", {api("10.96.0.1")}));
  run.on_any(started("c2", {api("10.97.0.1")}));
  EXPECT_TRUE(finds(run, "c1", "10.96.0.1"));
  EXPECT_FALSE(finds(run, "c1", "10.97.0.1"));
  EXPECT_FALSE(finds(run, "c3", "10.96.0.1"));
}

TEST(k8s_api_connection, comes_after_it_is_known) {
  signature_run run{"TRC-1013"};
  EXPECT_FALSE(finds(run, "c1", "10.96.0.1"));
  run.on_any(started("c1", {api("10.96.0.1")}));
  EXPECT_TRUE(finds(run, "c1", "10.96.0.1"));
}

TEST(k8s_api_connection, is_nothing_of_the_hosts_or_of_what_has_not_started) {
  signature_run run{"TRC-1013"};
  const auto environment = std::vector{api("10.96.0.1")};
  run.on_any(event_builder{event_kind::sched_process_exec}
                 .container("c1")
                 .arg<events::sched_process_exec::env>(environment));
  EXPECT_FALSE(finds(run, "c1", "10.96.0.1")) << "its runtime's environment";
  run.on_any(event_builder{event_kind::sched_process_exec}
                 .arg<events::sched_process_exec::env>(environment));
  EXPECT_THAT(run.on_any(connected_to("10.96.0.1")), IsEmpty());
}

TEST(k8s_api_connection, wants_the_variable_with_an_address) {
  signature_run run{"TRC-1013"};
  run.on_any(started("c1", {"XKUBERNETES_SERVICE_HOST=10.96.0.1",
                            "KUBERNETES_SERVICE_HOST_X=10.96.0.1",
                            "A=KUBERNETES_SERVICE_HOST=10.96.0.1", api(""),
                            api("kubernetes.default.svc"), api("10.96.0.1 ")}));
  run.on_any(event_builder{event_kind::sched_process_exec}.in_container("c1"));
  EXPECT_FALSE(finds(run, "c1", "10.96.0.1"));
}

TEST(k8s_api_connection, looks_at_network_sockets_alone) {
  signature_run run{"TRC-1013"};
  run.on_any(started("c1", {api("0.0.0.0")}));
  EXPECT_THAT(run.on_any(event_builder{event_kind::security_socket_connect}
                             .in_container("c1")
                             .arg<events::security_socket_connect::remote_addr>(
                                 R"({"sa_family":"AF_UNIX","sun_path":"/run/x"})")),
              IsEmpty());
  EXPECT_THAT(
      run.on_any(event_builder{event_kind::security_socket_connect}.in_container("c1")),
      IsEmpty());
}

TEST(k8s_api_connection, cannot_be_pushed_out_by_the_container_itself) {
  signature_run run{"TRC-1013"};
  run.on_any(started("c1", {api("10.96.0.1")}));
  for (const auto* other : {"1.1.1.1", "1.1.1.2", "1.1.1.3", "1.1.1.4", "1.1.1.5"})
    run.on_any(started("c1", {api(other)}));
  EXPECT_TRUE(finds(run, "c1", "10.96.0.1"));
  EXPECT_TRUE(finds(run, "c1", "1.1.1.3"));
  EXPECT_FALSE(finds(run, "c1", "1.1.1.4")) << "the fifth";
}

TEST(k8s_api_connection, forgets_a_container_that_is_gone) {
  signature_run run{"TRC-1013"};
  run.on_any(started("c1", {api("10.96.0.1")}));
  run.on_any(started("c2", {api("10.96.0.1")}));
  run.on_any(gone("c1"));
  run.on_any(gone("c7"));
  EXPECT_FALSE(finds(run, "c1", "10.96.0.1"));
  EXPECT_TRUE(finds(run, "c2", "10.96.0.1"));
}

TEST(k8s_api_connection, knows_4096_containers) {
  signature_run run{"TRC-1013"};
  run.on_any(started("first", {api("10.96.0.1")}));
  run.on_any(started("second", {api("10.96.0.1")}));
  for (int i = 0; i < 4095; ++i)
    run.on_any(started("c" + std::to_string(i), {api("10.96.0.1")}));
  EXPECT_FALSE(finds(run, "first", "10.96.0.1"));
  EXPECT_TRUE(finds(run, "second", "10.96.0.1"));
  EXPECT_TRUE(finds(run, "c4094", "10.96.0.1"));
}

TEST(k8s_api_connection, is_one_for_the_host) {
  EXPECT_EQ(signature_run{"TRC-1013"}.code().scope(), signature_scope::host);
}

} // namespace

} // namespace vedette
