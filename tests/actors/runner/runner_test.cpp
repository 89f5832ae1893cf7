#include "tests/support/runner_test.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vedette {

namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;
using enum task_of_scribe;

TEST_F(runner_test, gives_findings_with_their_cause_and_signature) {
  start(noting());
  give({told(1, 5)});
  ASSERT_THAT(taken_.got, SizeIs(1));
  ASSERT_THAT(taken_.got[0].findings, SizeIs(1));
  const auto& found = taken_.got[0].findings[0];
  EXPECT_EQ(found.signature->id, "scribe");
  EXPECT_EQ(found.cause.view().time(), at_ns(5));
  EXPECT_EQ(value{found.data}, (value::object{{"n", 5}, {"known", nullptr}}));
  EXPECT_EQ(taken_.got[0].watermark, at_ns(5));
  EXPECT_FALSE(taken_.got[0].events);
  EXPECT_THAT(answers_, ElementsAre(true));
}

TEST_F(runner_test, asks_all_questions_of_a_batch_in_one_bulk_get) {
  start(noting());
  give({told(1, 1, query), told(1, 2, query), told(2, 3), told(2, 4, query)});
  EXPECT_THAT(asked_.sizes(), ElementsAre(3));
  EXPECT_EQ(asked_.asked[0][1], (question<std::uint64_t>{2, at_ns(2)}));
  EXPECT_THAT(taken_.numbers("known"), ElementsAre(1, 2, -1, 4));
}

TEST_F(runner_test, asks_again_in_bulk_for_those_that_go_on) {
  start(noting());
  give({told(1, 1, query_twice), told(2, 2, query_twice), told(3, 3, query)});
  EXPECT_THAT(asked_.sizes(), ElementsAre(3, 2));
  EXPECT_THAT(taken_.numbers("known"), ElementsAre(1001, 1002, 3));
}

TEST_F(runner_test, asks_equal_questions_of_several_signatures_once) {
  auto other = noting();
  other.id = "other";
  start(noting(), other);
  give({told(1, 1, query), told(1, 2, query)});
  EXPECT_THAT(asked_.sizes(), ElementsAre(2));
  EXPECT_THAT(taken_.numbers(), ElementsAre(1, 1, 2, 2));
  EXPECT_EQ(count_of("other", "gets_asked"), 2);
}

TEST_F(runner_test, asks_as_of_the_time_at_which_a_late_event_counts) {
  start(noting());
  give({told(1, 5, query).visible_at(at_ns(9))});
  ASSERT_THAT(asked_.asked, SizeIs(1));
  EXPECT_EQ(asked_.asked[0][0].as_of, at_ns(9));
}

TEST_F(runner_test, asks_ten_thousand_questions_in_one_message) {
  start(scribe::options{});
  std::vector<event_builder> events;
  for (int i = 1; i <= 10'000; ++i)
    events.push_back(told(static_cast<std::uint32_t>(i), i, query));
  give(events);
  EXPECT_THAT(asked_.sizes(), ElementsAre(10'000));
  EXPECT_THAT(taken_.numbers(), SizeIs(10'000));
}

TEST_F(runner_test, goes_on_when_the_source_has_quit) {
  start(noting());
  stop(source_);
  give({told(1, 1, query)});
  ASSERT_THAT(taken_.got, SizeIs(1));
  ASSERT_THAT(taken_.got[0].findings, SizeIs(1));
  EXPECT_EQ(taken_.got[0].findings[0].data[1].second, value{"unavailable"});
  EXPECT_EQ(count_of("scribe", "gets_failed"), 1);
}

TEST_F(runner_test, answers_its_flows_when_it_quits_with_questions_outstanding) {
  asked_.hold = true;
  start(noting());
  give({told(1, 1, query)});
  EXPECT_THAT(answers_, ElementsAre(false));
  stop(runner_);
  EXPECT_THAT(answers_, ElementsAre(true));
  EXPECT_THAT(taken_.got, SizeIs(0));
  EXPECT_EQ(entries_.back(), "close");
}

TEST_F(runner_test, isolates_a_signature_that_throws) {
  auto other = noting();
  other.id = "other";
  start(scribe::options{}, other);
  give({told(1, 1, query_and_fail), told(1, 2)});
  give({told(1, 3)});
  EXPECT_THAT(taken_.numbers(), ElementsAre(2, 2, 3, 3));
  EXPECT_EQ(count_of("scribe", "errors"), 1);
  EXPECT_EQ(count_of("other", "errors"), 1);
  EXPECT_THAT(answers_, ElementsAre(true, true));
}

TEST_F(runner_test, disables_a_signature_that_throws_ten_times_in_a_row) {
  scribe::options other;
  other.id = "other";
  other.selectors = {{.name = "kill"}};
  start(noting(), other);
  std::vector<event_builder> events;
  for (int i = 0; i < 9; ++i)
    events.push_back(told(1, i, i % 2 == 0 ? fail : query_and_fail));
  give(events);
  give({told(1, 20)});
  EXPECT_EQ(*status_of("scribe").at("state").value(), value{"running"});
  give(events);
  give({told(1, 30, fail)});
  give({told(1, 40)});
  EXPECT_EQ(*status_of("scribe").at("state").value(), value{"disabled"});
  EXPECT_THAT(std::string{*status_of("scribe").at("reason").value()->as_string()},
              HasSubstr("told to fail"));
  EXPECT_THAT(entries_, testing::Not(testing::Contains("begin 40")));
  EXPECT_TRUE(status().balance.adds_up());
}

TEST_F(runner_test, delivers_neither_internal_records_nor_old_findings) {
  auto all = noting();
  all.selectors = {{}};
  start(all);
  give({event_builder{event_kind::task_begin}.at(1), told(1, 2).metadata("{}"),
        event_builder{event_kind::unknown}.at(2).named("anti_debugging").metadata("{}"),
        told(1, 3)});
  EXPECT_THAT(entries_, ElementsAre("begin 3", "end 3"));
  EXPECT_EQ(status().balance, (stage_balance{4, 1, 2, 3, 0}));
}

TEST_F(runner_test, delivers_an_event_once_however_many_selectors_match) {
  auto often = noting();
  often.selectors = {{.name = "kill"}, {}, {.name = "kill"}};
  start(often);
  give({told(1, 1)});
  EXPECT_THAT(entries_, ElementsAre("begin 1", "end 1"));
}

TEST_F(runner_test, delivers_events_that_are_not_in_the_table_by_name) {
  auto named = noting();
  named.selectors = {{.name = "from_elsewhere"}};
  start(named);
  give({event_builder{event_kind::unknown}.at(1).named("from_elsewhere"),
        event_builder{event_kind::unknown}.at(2).named("something_else")});
  EXPECT_EQ(count_of("scribe", "events"), 1);
}

TEST_F(runner_test, delivers_events_of_the_selected_origin) {
  const auto of = [this](std::string id, event_origin origin) {
    auto chosen = noting();
    chosen.id = std::move(id);
    chosen.selectors = {{.name = "kill", .origin = origin}};
    return chosen;
  };
  start(of("host", event_origin::host), of("container", event_origin::container),
        of("init", event_origin::container_init), of("any", event_origin::any));
  const auto started = [](record_header& header) {
    header.flags |= RECORD_CONTAINER_STARTED;
  };
  give({told(1, 1), told(2, 2).container("c"), told(3, 3).container("c").with(started),
        told(4, 4).container("c").with(started)});
  EXPECT_EQ(count_of("host", "events"), 1);
  EXPECT_EQ(count_of("init", "events"), 1);
  EXPECT_EQ(count_of("container", "events"), 2);
  EXPECT_EQ(count_of("any", "events"), 4);
}

TEST_F(runner_test, delivers_what_passes_the_filters_of_one_selector) {
  auto chosen = noting();
  chosen.selectors = {{.name = "kill", .filters = {"comm=cat", "uid=0"}},
                      {.name = "kill", .origin = event_origin::host, .filters = {"comm=dog"}},
                      {.name = "kill", .filters = {"comm=dog,cow"}}};
  start(chosen);
  give({told(1, 1).comm("cat"), told(1, 2).comm("cat").user(5, 5, 5),
        told(1, 3).comm("dog"), told(1, 4).comm("cow").container("c"),
        told(1, 5).comm("owl")});
  EXPECT_THAT(entries_, ElementsAre("begin 1", "end 1", "begin 3", "end 3", "begin 4",
                                    "end 4"));
}

struct unusable {
  std::string name;
  scribe::options chosen;
};

void PrintTo(const unusable& one, std::ostream* out) {
  *out << one.name;
}

class runner_with_unusable : public runner_test,
                             public testing::WithParamInterface<unusable> {};

TEST_P(runner_with_unusable, leaves_the_signature_out_and_runs_the_others) {
  auto other = noting();
  other.id = "other";
  start(other, GetParam().chosen);
  give({told(1, 1)});
  EXPECT_THAT(taken_.numbers(), ElementsAre(1));
  const value all{status().signatures};
  const auto& first = *all.as_object()->begin();
  EXPECT_EQ(first.first, GetParam().chosen.id);
  EXPECT_EQ(*first.second.at("state").value(), value{"not loaded"});
}

INSTANTIATE_TEST_SUITE_P(
    signatures, runner_with_unusable,
    testing::Values(unusable{"no_event_source",
                             {.id = "bad", .selectors = {{"elsewhere", "kill"}}}},
                    unusable{"no_such_field",
                             {.id = "bad",
                              .selectors = {{.name = "kill", .filters = {"color=red"}}}}},
                    unusable{"source_too_new", {.id = "bad", .supported = 0}},
                    unusable{"duplicate", {.id = "other"}}),
    [](const auto& test) { return test.param.name; });

} // namespace

} // namespace vedette
