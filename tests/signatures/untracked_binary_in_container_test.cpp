#include "tests/support/lineages.hpp"
#include "tests/support/signature_run.hpp"
#include "tests/support/task_events.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vedette {

namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr std::uint64_t made_at = 1'000, later = 1'001;

event_builder run_file(std::uint64_t ctime = later,
                       std::uint32_t facts = RECORD_FILE_UPPER_LAYER) {
  return executed({100, 7}, "/tmp/x")
      .at(5'000)
      .in_container("c1")
      .arg<events::sched_process_exec::ctime>(ctime)
      .detail(facts);
}

get_result<container_info> container(std::uint64_t ctime = made_at) {
  container_info info;
  info.id = "c1";
  info.name = "web";
  info.image = "nginx:1.27";
  info.ctime = at_ns(static_cast<std::int64_t>(ctime));
  return share(std::move(info));
}

/// A process in the container.
ancestor inside(std::string_view name, std::string_view path = "") {
  return {.name = std::string{name}, .path = std::string{path}, .container = "c1"};
}

class untracked_binary : public testing::Test {
protected:
  untracked_binary() {
    run_.answer = lineage_of({inside("x", "/tmp/x"), inside("sh")});
    run_.container_answers = [](const auto&) { return container(); };
  }

  signature_run run_{"VED-3"};
};

TEST_F(untracked_binary, is_reported_with_its_container_and_lineage) {
  const auto found = run_.on_any(run_file());
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(to_json(found[0]),
            R"({"path":"/tmp/x","container_name":"web","container_image":"nginx:1.27",)"
            R"("lineage":[{"pid":100,"name":"x","path":"/tmp/x"},)"
            R"({"pid":99,"name":"sh","path":"/bin/sh"}]})");
}

TEST_F(untracked_binary, is_asked_for_as_of_the_event) {
  run_.on(run_file().visible_at(at_ns(6'000)));
  ASSERT_THAT(run_.asked_containers, SizeIs(1));
  EXPECT_EQ(run_.asked_containers[0].key, container_key::of("c1"));
  EXPECT_EQ(run_.asked_containers[0].as_of, at_ns(6'000));
  ASSERT_THAT(run_.asked, SizeIs(1));
  EXPECT_EQ(run_.asked[0].key.about, tree_question::lineage);
  EXPECT_EQ(run_.asked[0].as_of, at_ns(6'000));
}

TEST_F(untracked_binary, is_on_the_upper_layer) {
  EXPECT_THAT(run_.on(run_file(later, 0)), IsEmpty());
  EXPECT_THAT(run_.on(run_file(later, RECORD_FILE_WRITABLE)), IsEmpty());
  EXPECT_THAT(run_.asked_containers, IsEmpty()) << "nothing is asked for";
  EXPECT_THAT(run_.on(run_file(later, RECORD_FILE_UPPER_LAYER | RECORD_FILE_DELETED)),
              SizeIs(1));
}

TEST_F(untracked_binary, is_younger_than_the_container) {
  EXPECT_THAT(run_.on(run_file(made_at + 1)), SizeIs(1));
  EXPECT_THAT(run_.on(run_file(made_at)), IsEmpty());
  EXPECT_THAT(run_.on(run_file(made_at - 1)), IsEmpty());
  EXPECT_THAT(run_.on(executed({100, 7}, "/tmp/x")
                          .in_container("c1")
                          .detail(RECORD_FILE_UPPER_LAYER)),
              IsEmpty())
      << "of no known age";
  run_.container_answers = [](const auto&) { return container(0); };
  EXPECT_THAT(run_.on(run_file()), IsEmpty()) << "in a container of no known age";
}

TEST_F(untracked_binary, is_in_a_container_that_has_started) {
  EXPECT_THAT(run_.on_any(run_file().container("")), SizeIs(1)) << "it says so";
  EXPECT_THAT(run_.on_any(executed({100, 7}, "/tmp/x")
                              .arg<events::sched_process_exec::ctime>(later)
                              .detail(RECORD_FILE_UPPER_LAYER)),
              IsEmpty());
}

TEST_F(untracked_binary, has_not_been_started_by_a_package_manager) {
  for (const auto* manager :
       {"apt", "apt-get", "dpkg", "yum", "dnf", "rpm", "apk", "pip", "npm"}) {
    SCOPED_TRACE(manager);
    run_.answer = lineage_of({inside("x", "/tmp/x"), inside("sh"), inside(manager)});
    EXPECT_THAT(run_.on(run_file()), IsEmpty());
  }
}

struct manager_case {
  std::string what;
  ancestor process;
  bool is_one;
};

class package_managers : public untracked_binary,
                         public testing::WithParamInterface<manager_case> {};

TEST_P(package_managers, are_told_by_name_or_file_inside_the_container) {
  run_.answer = lineage_of({inside("x", "/tmp/x"), GetParam().process, inside("sh")});
  EXPECT_THAT(run_.on(run_file()), SizeIs(GetParam().is_one ? 0 : 1))
      << GetParam().what;
}

INSTANTIATE_TEST_SUITE_P(
    all, package_managers,
    testing::Values(
        manager_case{"a script", inside("pip", "/usr/bin/python3"), true},
        manager_case{"renamed itself", inside("npm install", "/usr/bin/node"), true},
        manager_case{"renamed", inside("worker", "/usr/bin/dpkg"), true},
        manager_case{"a longer name", inside("aptitude"), false},
        manager_case{"a part of the path", inside("x", "/opt/apt/run"), false},
        manager_case{"on the host", {.name = "apt", .container = ""}, false},
        manager_case{"elsewhere", {.name = "apt", .container = "c2"}, false}));

TEST_F(untracked_binary, is_not_excused_by_its_own_name) {
  run_.answer = lineage_of({inside("apt", "/tmp/apt"), inside("sh")});
  EXPECT_THAT(run_.on(run_file()), SizeIs(1));
}

TEST_F(untracked_binary, is_not_told_of_without_answers) {
  run_.container_answers = [](const auto&) { return std::unexpected{ec::expired}; };
  EXPECT_THAT(run_.on(run_file()), IsEmpty());
  EXPECT_THAT(run_.asked, IsEmpty());
  run_.container_answers = [](const auto&) { return container(); };
  run_.answer = std::unexpected{ec::unavailable};
  EXPECT_THAT(run_.on(run_file()), IsEmpty());
}

TEST_F(untracked_binary, is_told_of_by_what_incomplete_answers_show) {
  run_.container_answers = [](const auto&) {
    auto answer = container();
    answer.complete = false;
    return answer;
  };
  run_.answer.complete = false;
  EXPECT_THAT(run_.on(run_file()), SizeIs(1));
}

TEST(untracked_binary_in_container, takes_other_managers_as_a_parameter) {
  signature_run run{"VED-3",
                    value::object{{"package_managers", value::list{"pacman"}}}};
  run.container_answers = [](const auto&) { return container(); };
  run.answer = lineage_of({inside("x"), inside("pacman")});
  EXPECT_THAT(run.on(run_file()), IsEmpty());
  run.answer = lineage_of({inside("x"), inside("apt")});
  EXPECT_THAT(run.on(run_file()), SizeIs(1));
}

TEST(untracked_binary_in_container, refuses_parameters_that_it_does_not_understand) {
  const auto refused = [](value params) {
    return signature_run{"VED-3", std::move(params)}.loaded().error().detail;
  };
  EXPECT_THAT(refused(value::object{{"managers", value::list{}}}),
              HasSubstr("unknown parameter 'managers'; there is: package_managers"));
  EXPECT_THAT(refused(value::object{{"package_managers", value::list{1}}}),
              HasSubstr("int"));
}

} // namespace

} // namespace vedette
