#include "events/native_forms.h"
#include "tests/support/lineages.hpp"
#include "tests/support/signature_run.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace vedette {

namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

namespace changed = events::commit_creds;

std::string ids(std::uint32_t real, std::uint32_t effective, std::uint32_t saved) {
  return R"({"Uid":)" + std::to_string(real) + R"(,"Euid":)" + std::to_string(effective)
         + R"(,"Suid":)" + std::to_string(saved) + "}";
}

event_builder becomes(std::string_view before, std::string_view after) {
  return event_builder{event_kind::commit_creds}
      .by({100, 7})
      .at(50)
      .arg<changed::old_cred>(before)
      .arg<changed::new_cred>(after);
}

const std::string user = ids(1000, 1000, 1000), root = ids(0, 0, 0);

event_builder becomes_root() {
  return becomes(user, root);
}

/// With a root at the end that is pid 1, as where a daemon is somebody else's.
get_result<tree_answer> below_init(std::vector<ancestor> all) {
  all.back().ppid = 1;
  all.push_back({.name = "systemd", .uid = 0, .ns_pid = 1});
  return lineage_of(all);
}

TEST(lineage_break, reports_who_it_was_and_its_lineage) {
  signature_run run{"VED-4"};
  run.answer =
      below_init({{.name = "x", .uid = 0}, {.name = "sh"}, {.name = "php-fpm"}});
  const auto found = run.on(becomes_root());
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(to_json(found[0]),
            R"({"from_uid":1000,"lineage":[)"
            R"({"pid":100,"name":"x","path":"/bin/x"},)"
            R"({"pid":99,"name":"sh","path":"/bin/sh"},)"
            R"({"pid":98,"name":"php-fpm","path":"/bin/php-fpm"},)"
            R"({"pid":97,"name":"systemd","path":"/bin/systemd"}]})");
}

TEST(lineage_break, asks_about_the_process_as_of_the_event) {
  signature_run run{"VED-4"};
  run.on(becomes_root().visible_at(at_ns(60)));
  ASSERT_THAT(run.asked, SizeIs(1));
  EXPECT_EQ(run.asked[0].as_of, at_ns(60));
  EXPECT_EQ(run.asked[0].key.id, static_cast<std::uint64_t>(entity_of(100, 7)));
  EXPECT_EQ(run.asked[0].key.about, tree_question::lineage);
  EXPECT_EQ(run.asked[0].key.max_depth, 64);
}

TEST(lineage_break, is_about_becoming_root_without_having_been_able_to) {
  signature_run run{"VED-4"};
  run.answer = below_init({{.name = "x"}});
  EXPECT_THAT(run.on(becomes(ids(1000, 1001, 1002), ids(0, 0, 1002))), SizeIs(1));
  run.asked.clear();
  EXPECT_THAT(run.on(becomes(user, ids(1001, 1001, 1001))), IsEmpty());
  EXPECT_THAT(run.on(becomes(user, ids(1000, 0, 0))), IsEmpty()) << "a setuid exec";
  EXPECT_THAT(run.on(becomes(root, root)), IsEmpty());
  EXPECT_THAT(run.on(becomes(root, user)), IsEmpty());
  EXPECT_THAT(run.on(becomes(ids(1000, 0, 1000), root)), IsEmpty());
  EXPECT_THAT(run.on(becomes(ids(1000, 1000, 0), root)), IsEmpty());
  EXPECT_THAT(run.on(becomes("null", root)), IsEmpty());
  EXPECT_THAT(run.on(becomes(user, "{}")), IsEmpty());
  EXPECT_THAT(run.on(event_builder{event_kind::commit_creds}), IsEmpty());
  EXPECT_THAT(run.asked, IsEmpty()) << "nothing is asked for";
}

TEST(lineage_break, reads_what_the_kernel_had) {
  const auto bytes = [](std::uint32_t uid) {
    native_cred cred{};
    cred.uid = cred.euid = cred.suid = uid;
    return std::string{reinterpret_cast<const char*>(&cred), sizeof(cred)};
  };
  signature_run run{"VED-4"};
  run.answer = below_init({{.name = "x"}});
  const auto found = run.on(becomes(bytes(33), bytes(0)).with([](auto& header) {
    header.flags |= RECORD_NATIVE;
  }));
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0][0].second, value{33});
}

struct lineage_case {
  std::string name;
  std::vector<ancestor> all; ///< As they are, without a pid 1.
  bool breaks;
};

class lineages_of_roots : public testing::TestWithParam<lineage_case> {};

TEST_P(lineages_of_roots, break_or_not) {
  signature_run run{"VED-4"};
  run.answer = lineage_of(GetParam().all);
  EXPECT_THAT(run.on(becomes_root()), SizeIs(GetParam().breaks ? 1 : 0));
}

constexpr std::uint16_t setuid = 04755;

/// A child of pid 1.
ancestor daemon(ancestor one = {.name = "daemon"}) {
  one.ppid = 1;
  return one;
}

INSTANTIATE_TEST_SUITE_P(
    all, lineages_of_roots,
    testing::Values(
        lineage_case{"a_daemon_itself", {daemon()}, true},
        lineage_case{"below_a_daemon", {{.name = "x"}, daemon()}, true},
        lineage_case{"below_a_root_daemon",
                     {{.name = "x"}, daemon({.name = "daemon", .uid = 0})},
                     false},
        lineage_case{"with_root_between",
                     {{.name = "x"}, {.name = "y", .uid = 0}, daemon()},
                     false},
        lineage_case{"root_by_now", {{.name = "x", .uid = 0}, daemon()}, true},
        lineage_case{"what_was_before_the_daemon",
                     {{.name = "x"}, daemon(), {.name = "sshd", .uid = 0}},
                     true},
        lineage_case{
            "runs_a_setuid_file", {{.name = "mount", .mode = setuid}, daemon()}, false},
        lineage_case{"ran_a_setuid_file",
                     {{.name = "x"}, {.name = "mount", .mode = setuid}, daemon()},
                     false},
        lineage_case{"a_setgid_file", {{.name = "x", .mode = 02755}, daemon()}, true},
        lineage_case{"sudo", {{.name = "sudo"}, daemon()}, false},
        lineage_case{"below_su", {{.name = "sh"}, {.name = "su"}, daemon()}, false},
        lineage_case{"login", {{.name = "sh"}, {.name = "login"}, daemon()}, false},
        lineage_case{"below_sshd", {{.name = "sh"}, daemon({.name = "sshd"})}, false},
        lineage_case{"below_cron", {{.name = "sh"}, daemon({.name = "cron"})}, false},
        lineage_case{
            "below_polkit", {{.name = "sh"}, daemon({.name = "polkitd"})}, false},
        lineage_case{"a_switcher_by_its_file",
                     {{.name = "x", .path = "/usr/bin/sudo"}, daemon()},
                     false},
        lineage_case{"like_a_switcher", {{.name = "sudoku"}, daemon()}, true},
        lineage_case{"below_a_containers_init",
                     {{.name = "x"},
                      {.name = "sh"},
                      {.name = "app", .container = "c1", .ns_pid = 1}},
                     true},
        lineage_case{"below_a_containers_root",
                     {{.name = "x"}, {.name = "app", .uid = 0, .ns_pid = 1}},
                     true},
        lineage_case{"a_containers_init",
                     {{.name = "app", .container = "c1", .ns_pid = 1}},
                     true},
        lineage_case{"that_leads_nowhere", {{.name = "x"}, {.name = "y"}}, false},
        lineage_case{"empty", {}, false}),
    [](const auto& test) { return test.param.name; });

TEST(lineage_break, finds_what_an_incomplete_lineage_shows_and_nothing_without) {
  signature_run run{"VED-4"};
  run.answer = below_init({{.name = "x"}});
  run.answer.complete = false;
  EXPECT_THAT(run.on(becomes_root()), SizeIs(1));
  run.answer = std::unexpected{ec::expired};
  EXPECT_THAT(run.on(becomes_root()), IsEmpty());
}

TEST(lineage_break, takes_other_switchers_as_a_parameter) {
  signature_run run{"VED-4", value::object{{"switchers", value::list{"doas"}}}};
  run.answer = below_init({{.name = "sh"}, {.name = "doas"}});
  EXPECT_THAT(run.on(becomes_root()), IsEmpty());
  run.answer = below_init({{.name = "sh"}, {.name = "sudo"}});
  EXPECT_THAT(run.on(becomes_root()), SizeIs(1));
}

TEST(lineage_break, refuses_parameters_that_it_does_not_understand) {
  const auto refused = [](value params) {
    return signature_run{"VED-4", std::move(params)}.loaded().error().detail;
  };
  EXPECT_THAT(refused(value::object{{"switcher", value::list{}}}),
              HasSubstr("unknown parameter 'switcher'; there is: switchers"));
  EXPECT_THAT(refused(value::object{{"switchers", "su"}}), HasSubstr("list of texts"));
}

} // namespace

} // namespace vedette
