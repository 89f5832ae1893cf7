#include "actors/runner/runner.hpp"
#include "datasources/process_tree/actor.hpp"
#include "signatures/builtin_factories.hpp"
#include "tests/support/actor_test.hpp"
#include "tests/support/lineages.hpp"
#include "tests/support/signature_run.hpp"
#include "tests/support/task_events.hpp"
#include "tests/support/test_sink.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace vedette {

namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

event_builder shell(std::string_view path = "/bin/sh") {
  return executed({100, 7}, path).at(50);
}

TEST(shell_under_server, reports_shell_server_and_lineage) {
  signature_run run{"VED-6"};
  run.answer = lineage({"sh", "perl", "nginx", "systemd"});
  const auto found = run.on(shell());
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(to_json(found[0]),
            R"({"shell":"/bin/sh","server":"nginx","lineage":[)"
            R"({"pid":100,"name":"sh","path":"/bin/sh"},)"
            R"({"pid":99,"name":"perl","path":"/bin/perl"},)"
            R"({"pid":98,"name":"nginx","path":"/bin/nginx"},)"
            R"({"pid":97,"name":"systemd","path":"/bin/systemd"}]})");
}

TEST(shell_under_server, asks_about_the_process_as_of_the_event) {
  signature_run run{"VED-6"};
  run.on(shell().visible_at(at_ns(60)));
  ASSERT_THAT(run.asked, SizeIs(1));
  EXPECT_EQ(run.asked[0].as_of, at_ns(60));
  EXPECT_EQ(run.asked[0].key.id, static_cast<std::uint64_t>(entity_of(100, 7)));
  EXPECT_EQ(run.asked[0].key.about, tree_question::lineage);
  EXPECT_EQ(run.asked[0].key.max_depth, 16);
}

struct shell_case {
  std::string path;
  bool is_one;
};

class shells : public testing::TestWithParam<shell_case> {};

TEST_P(shells, are_told_by_the_name_of_the_file) {
  signature_run run{"VED-6"};
  run.answer = lineage({"x", "nginx"});
  EXPECT_THAT(run.on(shell(GetParam().path)), SizeIs(GetParam().is_one ? 1 : 0));
  EXPECT_THAT(run.asked, SizeIs(GetParam().is_one ? 1 : 0))
      << "nothing else is asked for";
}

INSTANTIATE_TEST_SUITE_P(
    names, shells,
    testing::Values(shell_case{"/bin/ash", true}, shell_case{"/usr/bin/bash", true},
                    shell_case{"csh", true}, shell_case{"/x/ksh", true},
                    shell_case{"/bin/sh", true}, shell_case{"/bin/tcsh", true},
                    shell_case{"/bin/zsh", true}, shell_case{"/bin/dash", true},
                    shell_case{"/bin/fish", false}, shell_case{"/bin/sh/id", false},
                    shell_case{"/bin/bash-static", false}, shell_case{"/bin/", false},
                    shell_case{"", false}));

struct lineage_case {
  std::vector<std::string> names;
  std::string server; ///< Empty: no finding.
};

class lineages : public testing::TestWithParam<lineage_case> {};

TEST_P(lineages, are_searched_for_a_server) {
  signature_run run{"VED-6"};
  run.answer = lineage(GetParam().names);
  const auto found = run.on(shell());
  ASSERT_THAT(found, SizeIs(GetParam().server.empty() ? 0 : 1));
  for (const auto& data : found)
    EXPECT_EQ(data[1], (std::pair<std::string, value>{"server", GetParam().server}));
}

INSTANTIATE_TEST_SUITE_P(
    of, lineages,
    testing::Values(lineage_case{{"sh", "nginx"}, "nginx"},
                    lineage_case{{"sh", "sh", "java", "nginx"}, "java"},
                    lineage_case{{"sh", "redis-server"}, "redis-server"},
                    lineage_case{{"nginx", "systemd"}, ""}, // Not its own ancestor.
                    lineage_case{{"sh", "nginx-proxy"}, ""},
                    lineage_case{{"sh", "bash", "sshd"}, ""}, lineage_case{{"sh"}, ""},
                    lineage_case{{}, ""}));

TEST(shell_under_server, finds_nothing_without_an_answer) {
  signature_run run{"VED-6"};
  run.answer = std::unexpected{ec::expired};
  EXPECT_THAT(run.on(shell()), SizeIs(0));
}

TEST(shell_under_server, finds_what_an_incomplete_lineage_shows) {
  signature_run run{"VED-6"};
  run.answer = lineage({"sh", "nginx"});
  run.answer.complete = false;
  EXPECT_THAT(run.on(shell()), SizeIs(1));
  run.answer = lineage({"sh", "cron"});
  run.answer.complete = false;
  EXPECT_THAT(run.on(shell()), SizeIs(0));
}

TEST(shell_under_server, takes_other_servers_as_a_parameter) {
  signature_run run{
      "VED-6",
      value::object{{"servers", value::list{"cron", "a-very-long-name-indeed"}}}};
  run.answer = lineage({"sh", "cron"});
  EXPECT_THAT(run.on(shell()), SizeIs(1));
  run.answer = lineage({"sh", "a-very-long-nam"}); // What the kernel keeps of it.
  EXPECT_THAT(run.on(shell()), SizeIs(1));
  run.answer = lineage({"sh", "nginx"});
  EXPECT_THAT(run.on(shell()), SizeIs(0));
}

TEST(shell_under_server, refuses_parameters_that_it_does_not_understand) {
  const auto refused = [](value params) {
    return signature_run{"VED-6", std::move(params)}.loaded().error().detail;
  };
  EXPECT_THAT(refused(value::object{{"server", value::list{}}}),
              HasSubstr("unknown parameter 'server'; there is: servers"));
  EXPECT_THAT(refused(value::object{{"servers", "nginx"}}), HasSubstr("list of texts"));
  EXPECT_THAT(refused(value::object{{"servers", value::list{1}}}), HasSubstr("int"));
  EXPECT_THAT(refused(value::list{}), HasSubstr("map"));
}

class shell_under_server_live : public actor_test {};

TEST_F(shell_under_server_live, asks_the_real_process_tree) {
  spied_sink taken;
  const auto sink = system_.spawn(test_sink, &taken);
  const auto tree = spawn_process_tree(system_, {}, {}).value();
  runner_setup setup;
  setup.name = "runner main/0";
  setup.sources.push_back(registered<process_tree>(tree));
  setup.sinks.push_back({"sink test", sink, {0}});
  setup.signatures.push_back({builtin::make_shell_under_server(), {}});
  const auto runner = spawn_runner(system_, std::move(setup));

  const task init{1, 1}, server{10, 100}, worker{11, 200}, child{12, 300};
  const auto events = make_batch({
      begun(init, server, true).at(101),
      executed(server, "/usr/sbin/nginx").at(110),
      forked(server, worker),
      forked(worker, child),
      executed(child, "/bin/sh", {"sh", "-c", "id"}).at(310),
  });
  const flow next{0, events, at_ns(310), false, {}};
  ASSERT_TRUE(ask(tree, next));
  ASSERT_TRUE(ask(runner, next));

  ASSERT_THAT(taken.got, SizeIs(1));
  ASSERT_THAT(taken.got[0].findings, SizeIs(1));
  const value data{taken.got[0].findings[0].data};
  EXPECT_EQ(*data.find("shell"), value{"/bin/sh"});
  EXPECT_EQ(*data.find("server"), value{"nginx"});
  std::vector<std::int64_t> pids;
  for (const auto& one : *data.find("lineage")->as_list())
    pids.push_back(one.find("pid")->as_int().value());
  ASSERT_GE(pids.size(), 3U);
  pids.resize(3);
  EXPECT_THAT(pids, ElementsAre(12, 11, 10));
}

} // namespace

} // namespace vedette
