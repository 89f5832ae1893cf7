#include "events/exec_facts.h"
#include "tests/support/lineages.hpp"
#include "tests/support/signature_run.hpp"
#include "tests/support/task_events.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <sys/stat.h>
#include <vector>

namespace vedette {

namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

namespace exec = events::sched_process_exec;

event_builder shell_with(std::uint16_t input, std::uint32_t facts = 0,
                         std::string_view path = "/bin/sh") {
  return executed({100, 7}, path).at(50).arg<exec::stdin_type>(input).detail(facts);
}

event_builder shell(std::string_view path = "/bin/sh") {
  return shell_with(S_IFSOCK, 0, path);
}

event_builder listening(task who) {
  return event_builder{event_kind::security_socket_listen}.by(who).at(20);
}

/// "" or the server that it reports.
std::string server_of(const std::vector<finding_data>& found) {
  return found.empty() ? "" : std::string{found[0][1].second.as_string().value()};
}

TEST(reverse_shell_lineage, reports_shell_server_and_lineage) {
  signature_run run{"VED-1"};
  run.answer = lineage({"sh", "perl", "nginx"});
  const auto found = run.on(shell());
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(to_json(found[0]), R"({"shell":"/bin/sh","server":"nginx","lineage":[)"
                               R"({"pid":100,"name":"sh","path":"/bin/sh"},)"
                               R"({"pid":99,"name":"perl","path":"/bin/perl"},)"
                               R"({"pid":98,"name":"nginx","path":"/bin/nginx"}]})");
}

TEST(reverse_shell_lineage, asks_about_the_process_as_of_the_event) {
  signature_run run{"VED-1"};
  run.on(shell().visible_at(at_ns(60)));
  ASSERT_THAT(run.asked, SizeIs(1));
  EXPECT_EQ(run.asked[0].as_of, at_ns(60));
  EXPECT_EQ(run.asked[0].key.id, static_cast<std::uint64_t>(entity_of(100, 7)));
  EXPECT_EQ(run.asked[0].key.about, tree_question::lineage);
  EXPECT_EQ(run.asked[0].key.max_depth, 16);
}

TEST(reverse_shell_lineage, wants_a_socket_as_input_or_output) {
  signature_run run{"VED-1"};
  run.answer = lineage({"sh", "nginx"});
  const std::uint32_t output = RECORD_EXEC_SOCKET_OUTPUT;
  EXPECT_THAT(run.on(shell_with(S_IFSOCK)), SizeIs(1));
  EXPECT_THAT(run.on(shell_with(S_IFCHR, output)), SizeIs(1));
  EXPECT_THAT(run.on(shell_with(S_IFSOCK, output)), SizeIs(1));
  EXPECT_THAT(run.on(executed({100, 7}, "/bin/sh").detail(output)), SizeIs(1));
  run.asked.clear();
  EXPECT_THAT(run.on(shell_with(S_IFCHR)), IsEmpty());
  EXPECT_THAT(run.on(shell_with(S_IFIFO, RECORD_FILE_DELETED)), IsEmpty());
  EXPECT_THAT(run.on(shell_with(S_IFBLK)), IsEmpty()) << "has a bit in common";
  EXPECT_THAT(run.on(executed({100, 7}, "/bin/sh")), IsEmpty());
  EXPECT_THAT(run.asked, IsEmpty()) << "nothing is asked for";
}

TEST(reverse_shell_lineage, wants_a_shell_whatever_it_is_a_link_to) {
  signature_run run{"VED-1"};
  run.answer = lineage({"sh", "nginx"});
  EXPECT_THAT(run.on(shell("/usr/bin/bash")), SizeIs(1));
  EXPECT_THAT(run.on(shell("/usr/bin/ls")), IsEmpty());
  EXPECT_THAT(run.on(shell("/usr/bin/fish")), IsEmpty()) << "passes the filter";
  const auto found = run.on(shell("/bin/busybox").arg<exec::cmdpath>("/bin/ash"));
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0][0].second, value{"/bin/ash"});
}

TEST(reverse_shell_lineage, selects_what_may_be_a_shell) {
  signature_run run{"VED-1"};
  std::vector<std::string> filters;
  for (const auto& one : run.code().selected_events())
    if (one.name == "sched_process_exec")
      filters.insert(filters.end(), one.filters.begin(), one.filters.end());
  EXPECT_THAT(filters, testing::ElementsAre("pathname=*sh", "cmdpath=*sh"));
}

TEST(reverse_shell_lineage, finds_the_nearest_server) {
  signature_run run{"VED-1"};
  run.answer = lineage({"sh", "sh", "java", "nginx"});
  EXPECT_EQ(server_of(run.on(shell())), "java");
  run.answer = lineage({"nginx", "init"});
  EXPECT_EQ(server_of(run.on(shell())), "") << "not its own ancestor";
  run.answer = lineage({"sh", "bash", "cron"});
  EXPECT_EQ(server_of(run.on(shell())), "");
  run.answer = lineage({});
  EXPECT_EQ(server_of(run.on(shell())), "");
}

TEST(reverse_shell_lineage, takes_who_has_listened_for_a_server) {
  signature_run run{"VED-1"};
  const task server{40, 4};
  const auto below = lineage_of({{.name = "sh"},
                                 {.name = "worker", .entity = entity_of(41, 5)},
                                 {.name = "mine", .entity = server.process()}});
  run.answer = below;
  EXPECT_EQ(server_of(run.on(shell())), "");
  EXPECT_THAT(run.on(listening({.tid = 77, .start = 9, .pid = 40, .leader_start = 4})),
              IsEmpty());
  run.answer = below;
  EXPECT_EQ(server_of(run.on(shell())), "mine") << "by any of its threads";
  run.answer = lineage({"sh", "mine"});
  EXPECT_EQ(server_of(run.on(shell())), "") << "it is not about the name";
}

TEST(reverse_shell_lineage, does_not_take_a_server_of_logins_for_one) {
  const task daemon{40, 4};
  const auto below = lineage_of({{.name = "sh"}, {.name = "sshd", .entity = daemon.process()}});
  signature_run run{"VED-1"};
  run.on(listening(daemon));
  run.answer = below;
  EXPECT_EQ(server_of(run.on(shell())), "");
  signature_run told{"VED-1", value::object{{"logins", value::list{}}}};
  told.on(listening(daemon));
  told.answer = below;
  EXPECT_EQ(server_of(told.on(shell())), "sshd");
  signature_run named{"VED-1", value::object{{"servers", value::list{"sshd"}}}};
  named.answer = below;
  EXPECT_EQ(server_of(named.on(shell())), "sshd");
}

TEST(reverse_shell_lineage, keeps_the_order_of_what_happens_together) {
  const task server{40, 4};
  const auto answers = [&](const auto& asked) {
    return asked.key.about == tree_question::lineage
               ? lineage_of(
                   {{.name = "sh"}, {.name = "mine", .entity = server.process()}})
               : get_result<tree_answer>{std::unexpected{ec::data_not_found}};
  };
  signature_run before{"VED-1"}, after{"VED-1"};
  before.tree_answers = after.tree_answers = answers;
  EXPECT_THAT(before.on_batch({shell(), listening(server)}), IsEmpty());
  EXPECT_THAT(after.on_batch({listening(server), shell()}), SizeIs(1));
}

TEST(reverse_shell_lineage, does_not_take_the_hosts_init_for_one) {
  const task init{1, 1};
  signature_run run{"VED-1"};
  run.tree_answers = [&](const auto& asked) {
    if (asked.key.about == tree_question::lineage)
      return lineage_of(
          {{.name = "sh"}, {.name = "systemd", .entity = init.process()}});
    process_info info;
    info.pid = 1;
    return get_result<tree_answer>{share(tree_answer{info})};
  };
  EXPECT_THAT(run.on_batch({listening(init), shell()}), IsEmpty());
}

TEST(reverse_shell_lineage, knows_16384_that_listened) {
  signature_run run{"VED-1"};
  const task first{1, 1}, second{2, 1};
  run.on(listening(first));
  run.on(listening(second));
  for (std::uint32_t i = 0; i < 16383; ++i)
    run.on(listening({i + 10, 1}));
  run.answer = lineage_of({{.name = "sh"}, {.name = "a", .entity = first.process()}});
  EXPECT_EQ(server_of(run.on(shell())), "");
  run.answer = lineage_of({{.name = "sh"}, {.name = "b", .entity = second.process()}});
  EXPECT_EQ(server_of(run.on(shell())), "b");
}

TEST(reverse_shell_lineage,
     finds_what_an_incomplete_lineage_shows_and_nothing_without) {
  signature_run run{"VED-1"};
  run.answer = lineage({"sh", "nginx"});
  run.answer.complete = false;
  EXPECT_THAT(run.on(shell()), SizeIs(1));
  run.answer = std::unexpected{ec::unavailable};
  EXPECT_THAT(run.on(shell()), IsEmpty());
}

TEST(reverse_shell_lineage, takes_other_names_as_a_parameter) {
  signature_run run{"VED-1", value::object{{"servers", value::list{"cron"}}}};
  run.answer = lineage({"sh", "cron"});
  EXPECT_EQ(server_of(run.on(shell())), "cron");
  run.answer = lineage({"sh", "nginx"});
  EXPECT_EQ(server_of(run.on(shell())), "");
}

TEST(reverse_shell_lineage, refuses_parameters_that_it_does_not_understand) {
  const auto refused = [](value params) {
    return signature_run{"VED-1", std::move(params)}.loaded().error().detail;
  };
  EXPECT_THAT(refused(value::object{{"server", value::list{}}}),
              HasSubstr("unknown parameter 'server'; there is: servers, logins"));
  EXPECT_THAT(refused(value::object{{"servers", "nginx"}}), HasSubstr("list of texts"));
}

TEST(reverse_shell_lineage, is_one_for_the_host) {
  EXPECT_EQ(signature_run{"VED-1"}.code().scope(), signature_scope::host);
}

} // namespace

} // namespace vedette
