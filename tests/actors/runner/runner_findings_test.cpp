#include "tests/support/listener.hpp"
#include "tests/support/runner_test.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

// What signatures find is given to signatures.
namespace vedette {

namespace {

using testing::ElementsAre;
using testing::SizeIs;
using enum task_of_scribe;

class runner_findings : public runner_test {
protected:
  /// Selects the scribe's findings, and kill as the scribe does.
  listener::options both() {
    return {.selectors = {{.source = "vedette", .name = "scribe"}, {.name = "kill"}},
            .entries = &entries_};
  }
  void listen(const listener::options& chosen) {
    add(std::make_unique<listener>(chosen));
  }
};

TEST_F(runner_findings, are_given_to_those_who_select_them_before_the_next_event) {
  add(std::make_unique<scribe>(noting()));
  listen(both());
  spawn();
  give({told(1, 1), told(1, 2)});
  EXPECT_THAT(entries_, ElementsAre("begin 1", "end 1", "listener heard scribe n=1",
                                    "listener heard kill", "begin 2", "end 2",
                                    "listener heard scribe n=2", "listener heard kill"));
}

TEST_F(runner_findings, hold_back_the_events_of_a_process_while_one_may_come) {
  asked_.hold = true;
  add(std::make_unique<scribe>(noting()));
  listen(both());
  spawn();
  give({told(1, 1, query), told(1, 2), told(2, 3)});
  EXPECT_THAT(entries_,
              ElementsAre("begin 1", "begin 2", "end 2", "listener heard scribe n=2",
                          "begin 3", "end 3", "listener heard scribe n=3",
                          "listener heard kill"))
      << "of process 2 alone; findings themselves need not wait";
  entries_.clear();
  release();
  EXPECT_THAT(entries_, ElementsAre("end 1", "listener heard scribe n=1",
                                    "listener heard kill", "listener heard kill"));
  EXPECT_THAT(answers_, ElementsAre(true));
}

TEST_F(runner_findings, have_the_context_of_their_cause) {
  class reader final : public signature {
  public:
    [[nodiscard]] signature_metadata metadata() const override {
      signature_metadata about;
      about.id = about.event_name = "reader";
      return about;
    }
    [[nodiscard]] std::vector<selector> selected_events() const override {
      return {{.source = "vedette", .name = "scribe"}};
    }
    handled on_event(event_view event, reporter report) override {
      finding_data data;
      data.emplace_back("n", event.time().time_since_epoch().count());
      data.emplace_back("process", static_cast<std::uint64_t>(event.process()));
      data.emplace_back("cause", *argument_named(event, "triggeredBy").find("name"));
      report.found(std::move(data));
      return {};
    }
  };
  add(std::make_unique<scribe>(noting()));
  add(std::make_unique<reader>());
  spawn();
  give({told(7, 5)});
  ASSERT_THAT(taken_.got, SizeIs(1));
  ASSERT_THAT(taken_.got[0].findings, SizeIs(2));
  const auto& found = taken_.got[0].findings[1];
  const auto process = taken_.got[0].findings[0].cause.view().process();
  EXPECT_EQ(to_json(value{found.data}),
            R"({"n":5,"process":)"
                + std::to_string(static_cast<std::uint64_t>(process))
                + R"(,"cause":"kill"})");
  EXPECT_EQ(found.cause.view().process(), process);
  EXPECT_EQ(found.cause.view().kind(), event_kind::unknown);
}

TEST_F(runner_findings, go_five_findings_deep_and_no_deeper) {
  add(std::make_unique<scribe>(noting()));
  listen({.selectors = {{.source = "vedette"}}, .entries = &entries_, .reports = true});
  spawn();
  give({told(1, 1)});
  EXPECT_THAT(taken_.numbers(), ElementsAre(1, 1, 1, 1, 1, 1));
  EXPECT_EQ(count_of("listener", "events"), 5);
  EXPECT_EQ(count_of("listener", "too_deep"), 1);
}

TEST_F(runner_findings, that_are_excepted_are_neither_told_nor_given_on) {
  const auto except = finding_exception::parse(
      value::object{{"id", "scribe"}, {"uid", 0}});
  ASSERT_TRUE(except);
  setup_.signatures.push_back({std::make_unique<scribe>(noting()), {}, {*except}});
  listen({.selectors = {{.source = "vedette", .name = "scribe"}}, .entries = &entries_});
  spawn();
  give({told(1, 1), told(2, 2).user(1000, 1000, 1000)});
  EXPECT_THAT(taken_.numbers(), ElementsAre(2));
  EXPECT_THAT(entries_, ElementsAre("begin 1", "end 1", "begin 2", "end 2",
                                    "listener heard scribe n=2"));
  EXPECT_EQ(count_of("scribe", "excepted"), 1);
  EXPECT_EQ(count_of("scribe", "findings"), 1);
}

TEST_F(runner_findings, over_their_rate_are_counted_and_told_at_the_end_of_the_time) {
  setup_.rate = {.per = std::chrono::nanoseconds{10}, .max = 2};
  start(noting());
  give({told(1, 1), told(1, 2), told(1, 3), told(2, 4), told(1, 5), told(1, 12)});
  EXPECT_THAT(taken_.numbers(), ElementsAre(1, 2, 4, 12));
  EXPECT_THAT(taken_.numbers("suppressed"), ElementsAre(2));
  EXPECT_THAT(taken_.numbers("since"), ElementsAre(3));
  EXPECT_THAT(taken_.numbers("until"), ElementsAre(5));
  const auto& summary = taken_.got[0].findings[3];
  EXPECT_EQ(summary.cause.view().time(), at_ns(11));
  EXPECT_EQ(summary.signature->id, "scribe");
  EXPECT_EQ(status().suppressed, 2);
}

TEST_F(runner_findings, over_their_rate_are_told_where_nothing_follows) {
  setup_.rate = {.per = std::chrono::nanoseconds{10}, .max = 1};
  start(noting());
  give({told(1, 1), told(1, 2)});
  EXPECT_THAT(taken_.numbers("suppressed"), ElementsAre());
  give(flow{0, nullptr, at_ns(10), false, {}});
  EXPECT_THAT(taken_.numbers("suppressed"), ElementsAre()) << "it is not over";
  give(flow{0, nullptr, at_ns(11), false, {}});
  EXPECT_THAT(taken_.numbers("suppressed"), ElementsAre(1));
  give({told(1, 20), told(1, 21), told(1, 22)});
  give_end();
  EXPECT_THAT(taken_.numbers("suppressed"), ElementsAre(1, 2));
}

TEST_F(runner_findings, do_not_come_from_one_that_waits_for_ever_and_others_do) {
  listen({.id = "stuck", .selectors = {{.name = "kill"}}, .never_resumes = true});
  add(std::make_unique<scribe>(noting()));
  spawn();
  give({told(1, 1), told(1, 2, query)});
  EXPECT_THAT(taken_.numbers(), ElementsAre(1, 2));
  EXPECT_THAT(answers_, ElementsAre(true));
  EXPECT_EQ(count_of("stuck", "errors"), 2);
}

TEST_F(runner_findings, are_lost_to_nobody_when_one_asks_without_end) {
  class endless final : public signature {
  public:
    [[nodiscard]] signature_metadata metadata() const override {
      signature_metadata about;
      about.id = about.event_name = "endless";
      return about;
    }
    [[nodiscard]] std::vector<selector> selected_events() const override {
      return {{.name = "kill"}};
    }
    std::expected<void, error> init(signature_context& context) override {
      numbers_ = *context.data_source<numbers>("test", "numbers", 1);
      return {};
    }
    handled on_event(event_view event, reporter) override { return ask(event); }

  private:
    handled ask(event_view event) {
      for (;;)
        static_cast<void>(co_await numbers_.get(1, event.visible_at()));
    }
    source_handle<numbers> numbers_;
  };
  add(std::make_unique<endless>());
  add(std::make_unique<scribe>(noting()));
  spawn();
  give({told(1, 1)});
  EXPECT_THAT(taken_.numbers(), ElementsAre(1));
  EXPECT_EQ(count_of("endless", "errors"), 1);
}

TEST_F(runner_findings, end_with_an_event_that_says_who_was_disabled) {
  setup_.sinks.push_back({"sink test", sink_, streams_, true});
  add(std::make_unique<scribe>(noting()));
  listen({.selectors = {{.source = "vedette", .name = "signature_disabled"}},
          .entries = &entries_});
  spawn();
  std::vector<event_builder> events;
  for (int i = 1; i <= 12; ++i)
    events.push_back(told(1, i, fail));
  give(events);
  EXPECT_EQ(entries_.back(), "listener heard signature_disabled");
  EXPECT_THAT(entries_, SizeIs(11)) << "ten begins";
  ASSERT_THAT(taken_.got, SizeIs(2));
  ASSERT_TRUE(taken_.got[0].events);
  const auto told_of = (*taken_.got[0].events)[0];
  EXPECT_EQ(told_of.get<events::signature_disabled::signature>(), "scribe");
  EXPECT_EQ(told_of.time(), at_ns(10));
  const auto balance = status().balance;
  EXPECT_TRUE(balance.adds_up()) << balance.in << ' ' << balance.made << ' '
                                 << balance.out << ' ' << balance.filtered;
}

} // namespace

} // namespace vedette
