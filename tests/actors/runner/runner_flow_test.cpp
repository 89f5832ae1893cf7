#include "actors/enrichment/enricher.hpp"
#include "actors/replay/shard_feeder.hpp"
#include "tests/support/runner_test.hpp"

#include <caf/stateful_actor.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>

namespace vedette {

namespace {

using testing::Each;
using testing::ElementsAre;
using testing::SizeIs;
using enum task_of_scribe;

class runner_flow : public runner_test {};

/// Which sink lost how many findings.
using lost_list = std::vector<std::pair<std::string, std::uint64_t>>;

origin_actor::behavior_type origin_of_losses(origin_actor::pointer, lost_list* lost) {
  return {[](nudge_atom, time_ns) {},
          [lost](lost_atom, const std::string& where, const std::string& what,
                 std::uint64_t count, time_ns, time_ns) {
            EXPECT_EQ(what, "findings");
            lost->emplace_back(where, count);
          },
          [](tell_atom, const raw_batch_ptr&, bool) {}};
}

TEST_F(runner_flow, answers_a_flow_when_its_findings_have_been_taken) {
  taken_.hold = true;
  setup_.credits = 2;
  start(noting());
  for (int i = 1; i <= 4; ++i)
    give({told(1, i)});
  EXPECT_THAT(taken_.numbers(), ElementsAre(1, 2));
  EXPECT_THAT(answers_, Each(false));
  let_go(1);
  EXPECT_THAT(taken_.numbers(), ElementsAre(1, 2, 3));
  EXPECT_THAT(answers_, ElementsAre(true, false, false, false));
  let_go(2);
  let_go(1);
  EXPECT_THAT(answers_, Each(true));
  EXPECT_EQ(status().balance, (stage_balance{4, 4, 8, 0, 0}));
}

TEST_F(runner_flow, waits_for_the_slowest_of_its_sinks) {
  spied_sink fast;
  const auto other = system_.spawn(test_sink, &fast);
  taken_.hold = true;
  setup_.sinks = {{"sink slow", sink_, {0}}, {"sink fast", other, {5}}};
  start(noting());
  give({told(1, 1)});
  EXPECT_THAT(fast.numbers(), ElementsAre(1));
  EXPECT_EQ(fast.got[0].stream, 5);
  EXPECT_THAT(answers_, ElementsAre(false));
  let_go(1);
  EXPECT_THAT(answers_, ElementsAre(true));
  EXPECT_EQ(status().balance, (stage_balance{1, 2, 3, 0, 0}));
  EXPECT_THAT(status().to, ElementsAre("sink slow", "sink fast"));
}

TEST_F(runner_flow, drops_live_what_a_sink_does_not_take_and_says_so) {
  lost_list lost;
  const auto origin = system_.spawn(origin_of_losses, &lost);
  setup_.credits = 1;
  setup_.room = 0;
  setup_.live = true;
  taken_.hold = true;
  start(noting());
  for (int i = 1; i <= 3; ++i)
    give({0, make_batch({told(1, i), told(1, 10 + i)}), at_ns(10 + i), false,
          origin});
  EXPECT_THAT(answers_, Each(true));
  EXPECT_THAT(
      lost, ElementsAre(testing::Pair("sink test", 2), testing::Pair("sink test", 2)));
  EXPECT_EQ(status().balance, (stage_balance{6, 6, 8, 0, 4}));
  EXPECT_TRUE(status().balance.adds_up());
  let_go(1);
  EXPECT_THAT(taken_.watermarks(), ElementsAre(11, 13)) << "time is never lost";
}

TEST_F(runner_flow, counts_events_that_no_signature_selects) {
  start(noting());
  give({event_builder{event_kind::read}.at(1), told(1, 2),
        event_builder{event_kind::task_begin}.at(3)});
  EXPECT_EQ(status().balance, (stage_balance{3, 1, 2, 2, 0}));
  EXPECT_EQ(status().findings, 1);
}

/// Deals records out to enrichers as a reader does: each batch when there is credit.
using reader_actor =
    interface<result<void>(start_atom), result<stage_status>(status_atom)>;

struct reader_plan {
  std::size_t shards;
  std::size_t batch;
  std::vector<event_builder> events; ///< The n-th goes to shard n modulo shards.
  std::vector<enricher_actor> to;
  std::size_t unanswered = 0;
};

class reader_state {
public:
  explicit reader_state(reader_actor::pointer self) : self_{self} {}

  void start(reader_plan* plan, std::size_t credits) {
    plan_ = plan;
    feeder_.emplace(plan->shards, plan->batch, credits,
                    [this](raw_flow next) { send(std::move(next)); });
  }

  void pump() {
    for (; next_ < plan_->events.size(); ++next_) {
      const auto record = plan_->events[next_].record();
      const auto* header = reinterpret_cast<const record_header*>(record.data());
      if (!feeder_->offer(next_ % plan_->shards,
                          {at_ns(static_cast<std::int64_t>(header->time_ns)), record}))
        return;
    }
    if (!done_)
      done_ = feeder_->finish();
  }

private:
  void send(raw_flow next) {
    const auto shard = next.shard;
    const bool counts = next.events != nullptr;
    ++plan_->unanswered;
    const auto done = [=, this] {
      --plan_->unanswered;
      if (counts)
        feeder_->credit(shard);
      if (counts)
        pump();
    };
    self_->request(plan_->to[shard], caf::infinite, std::move(next))
        .then(done, [=](const caf::error&) { done(); });
  }

  reader_actor::pointer self_;
  reader_plan* plan_ = nullptr;
  std::optional<shard_feeder> feeder_;
  std::size_t next_ = 0;
  bool done_ = false;
};

reader_actor::behavior_type reader(reader_actor::stateful_pointer<reader_state> self,
                                   reader_plan* plan, std::size_t credits) {
  self->state.start(plan, credits);
  return {
      [self](start_atom) { self->state.pump(); },
      [](status_atom) { return stage_status{}; },
  };
}

/// Two shards, as little credit as there can be, and every event asks a real source,
/// which answers when both shards have passed the event's time.
class backlog : public runner_test,
                public testing::WithParamInterface<std::size_t /* credits */> {
protected:
  static constexpr std::uint32_t shards = 2;
  static constexpr std::size_t batch = 8;
  static constexpr int events = 100 * 2 * static_cast<int>(batch);
};

TEST_P(backlog, is_answered_without_a_deadline) {
  const auto credits = GetParam();
  const auto source =
      spawn_source<numbers>(system_, {.shards = shards, .pending = 1}, numbers_state{});
  reader_plan plan{shards, batch, {}, {}, 0};
  for (int i = 1; i <= events; ++i)
    plan.events.push_back(told(static_cast<std::uint32_t>(i % 7 + 1), i, query_twice));
  std::vector<runner_actor> runners;
  for (std::uint32_t shard = 0; shard < shards; ++shard) {
    runner_setup setup;
    setup.name = "runner main/" + std::to_string(shard);
    setup.shards = {shard};
    setup.credits = credits;
    setup.sources.push_back(registered<numbers>(source));
    setup.sinks.push_back({"sink test", sink_, {shard}});
    setup.signatures.push_back({std::make_unique<scribe>(scribe::options{}), {}});
    runners.push_back(spawn_runner(system_, std::move(setup)));
    enricher_setup before;
    before.sources = {
        {caf::actor_cast<any_source_actor>(source), numbers_state::learns_from}};
    before.runners = {runners.back()};
    before.credits = credits;
    plan.to.push_back(spawn_enricher(system_, std::move(before)));
  }
  const auto from = system_.spawn(reader, &plan, credits);
  self_->send(from, start_atom_v);
  run();

  EXPECT_EQ(plan.unanswered, 0);
  auto numbers = taken_.numbers();
  std::ranges::sort(numbers);
  std::vector<std::int64_t> all(events);
  std::iota(all.begin(), all.end(), 1);
  EXPECT_EQ(numbers, all);
  auto known = taken_.numbers("known");
  std::ranges::sort(known);
  EXPECT_EQ(known, all) << "each was answered with exactly what had happened";
  EXPECT_EQ(std::ranges::count_if(taken_.got, &output::last), 2);
  EXPECT_EQ(ask(source, status_atom_v)->metrics.incomplete, 0);
  for (const auto& one : runners)
    EXPECT_TRUE(ask(one, status_atom_v)->balance.adds_up());
  for (const auto& one : plan.to)
    stop(one); // Those behind it know it, and it knows them.
}

INSTANTIATE_TEST_SUITE_P(credits, backlog, testing::Values(1, 2, 4));

} // namespace

} // namespace vedette
