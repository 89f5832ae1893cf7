#include "actors/enrichment/enricher.hpp"
#include "events/batch_builder.hpp"
#include "tests/support/actor_test.hpp"
#include "tests/support/task_events.hpp"
#include "tests/support/test_sink.hpp"

#include <caf/event_based_actor.hpp>
#include <caf/send.hpp>
#include <caf/stateful_actor.hpp>
#include <gmock/gmock.h>

#include <cstdint>
#include <utility>
#include <vector>

namespace vedette {

namespace {

using testing::Each;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr task someone{7, 70};

raw_batch_ptr raw(const std::vector<event_builder>& events) {
  batch_builder builder{0};
  for (const auto& event : events)
    builder.add(event.record());
  return builder.take();
}

event_builder happened(event_kind kind, std::uint64_t time) {
  return event_builder{kind}.by(someone).at(time);
}

sink_takes taking(std::initializer_list<event_kind> kinds) {
  sink_takes takes;
  for (const auto kind : kinds)
    takes.events.add(kind);
  return takes;
}

struct reported_loss {
  std::string where, what;
  std::uint64_t count;
  time_ns since, until;
};

origin_actor::behavior_type origin(origin_actor::pointer,
                                   std::vector<reported_loss>* to,
                                   std::vector<time_ns>* nudges,
                                   std::vector<std::pair<std::size_t, bool>>* told) {
  return {
      [=](nudge_atom, time_ns until) { nudges->push_back(until); },
      [=](lost_atom, std::string& where, std::string& what, std::uint64_t count,
          time_ns since, time_ns until) {
        to->push_back({std::move(where), std::move(what), count, since, until});
      },
      [=](tell_atom, const raw_batch_ptr& events, bool last) {
        told->emplace_back(events ? events->size() : 0, last);
      },
  };
}

runner_actor::behavior_type runner(runner_actor::pointer, std::vector<flow>* got) {
  return {
      [=](const flow& next) { got->push_back(next); },
      [](nudge_atom, time_ns) {},
      [](status_atom) { return stage_status{}; },
  };
}

/// A data source, as far as an enricher knows it.
using spied_source = interface<result<void>(flow)>;

any_source_actor spawn_spied(caf::actor_system& system, std::vector<flow>* got) {
  return caf::actor_cast<any_source_actor>(
      system.spawn([got](spied_source::pointer) -> spied_source::behavior_type {
        return {[got](const flow& next) { got->push_back(next); }};
      }));
}

std::vector<std::int64_t> watermarks(const std::vector<flow>& all) {
  std::vector<std::int64_t> result;
  for (const auto& one : all)
    result.push_back(one.watermark.time_since_epoch().count());
  return result;
}

bool is_kill(event_view event) {
  return event.kind() == event_kind::kill;
}

class enricher : public actor_test {
public:
  ~enricher() override {
    for (const auto& sink : sinks_)
      stop(sink); // What it holds keeps it.
    if (enricher_)
      stop(enricher_); // What sinks were given knows it.
  }

protected:
  void start(bool live) {
    setup_.name = "enricher 0";
    setup_.live = live;
    setup_.credits = 1;
    enricher_ = spawn_enricher(system_, std::move(setup_));
  }
  void add_sink(const std::string& name, spied_sink& spy, sink_takes takes,
                std::uint32_t stream = 0) {
    const auto sink = system_.spawn(test_sink, &spy);
    sinks_.push_back(sink);
    setup_.sinks.push_back({name, caf::actor_cast<sink_actor>(sink), stream, takes});
  }
  void give(const std::vector<event_builder>& events, std::int64_t watermark,
            bool last = false) {
    give(raw_flow{0, events.empty() ? nullptr : raw(events), at_ns(watermark), last,
                  origin_});
  }
  void give(raw_flow next) {
    const auto place = answered_.size();
    answered_.push_back(false);
    self_->send(system_.spawn(asker, enricher_, std::move(next), &answered_, place),
                caf::ok_atom_v);
    run();
  }
  void let_go(std::size_t sink, std::size_t count) {
    self_->send(sinks_.at(sink), let_go_atom_v, count);
    run();
  }
  template <class Actor>
  void nudge_by(const Actor& waiting, std::int64_t until) {
    caf::send_as(waiting, enricher_, nudge_atom_v, at_ns(until));
    run();
  }
  stage_balance balance() { return ask(enricher_, status_atom_v)->balance; }

  std::vector<reported_loss> losses_;
  std::vector<time_ns> nudges_;
  std::vector<std::pair<std::size_t, bool>>
      told_; ///< How many events, whether the last.
  origin_actor origin_ = system_.spawn(origin, &losses_, &nudges_, &told_);
  enricher_setup setup_;
  std::vector<test_sink_actor> sinks_;
  enricher_actor enricher_;
  std::vector<bool> answered_;

private:
  static caf::behavior asker(caf::event_based_actor* self, const enricher_actor& to,
                             const raw_flow& next, std::vector<bool>* answered,
                             std::size_t place) {
    return {[=](caf::ok_atom) {
      self->request(to, caf::infinite, next)
          .then([=] { (*answered)[place] = true; }, [](const caf::error&) {});
    }};
  }
};

TEST_F(enricher, gives_sinks_the_batches_that_have_what_they_take) {
  spied_sink traces, kills;
  add_sink("sink traces", traces, taking({event_kind::ptrace}), 3);
  add_sink("sink kills", kills, taking({event_kind::kill, event_kind::ptrace}), 5);
  start(false);
  give({happened(event_kind::kill, 10), happened(event_kind::read, 11)}, 20);
  give({happened(event_kind::ptrace, 30)}, 40, true);
  ASSERT_THAT(traces.got, SizeIs(2));
  EXPECT_EQ(traces.got[0].stream, 3U);
  EXPECT_EQ(traces.got[0].events, nullptr);
  EXPECT_EQ(traces.got[0].watermark, at_ns(20));
  EXPECT_EQ(traces.got[0].from, enricher_);
  EXPECT_FALSE(traces.got[0].last);
  ASSERT_NE(traces.got[1].events, nullptr);
  EXPECT_EQ(traces.got[1].passed_over, 0U);
  EXPECT_TRUE(traces.got[1].last);
  ASSERT_THAT(kills.got, SizeIs(2));
  EXPECT_EQ(kills.got[0].stream, 5U);
  EXPECT_THAT(*kills.got[0].events, SizeIs(2));
  EXPECT_EQ(kills.got[0].passed_over, 1U);
  EXPECT_EQ(kills.got[1].events, traces.got[1].events) << "they share the batch";
  EXPECT_EQ(balance(), (stage_balance{3, 1, 3, 1, 0}));
  EXPECT_THAT(answered_, Each(true));
}

TEST_F(enricher, tells_a_sink_without_events_how_far_it_is_when_it_asks) {
  spied_sink traces;
  add_sink("sink traces", traces, taking({event_kind::ptrace}));
  start(true);
  const auto nudge = [&](std::int64_t until) { nudge_by(sinks_[0], until); };
  give({}, 10);
  give({happened(event_kind::read, 15)}, 20);
  give({}, 30);
  EXPECT_THAT(traces.watermarks(), ElementsAre(10)) << "so that it knows whom to ask";
  nudge(25);
  nudge(28);
  EXPECT_THAT(traces.watermarks(), ElementsAre(10, 30));
  EXPECT_THAT(nudges_, IsEmpty());
  nudge(40);
  EXPECT_THAT(nudges_, ElementsAre(at_ns(40)));
  give({}, 35);
  give({}, 45);
  give({}, 50);
  EXPECT_THAT(traces.watermarks(), ElementsAre(10, 30, 35, 45)) << "who waits is told";
  give({happened(event_kind::ptrace, 55)}, 60);
  EXPECT_THAT(traces.watermarks(), ElementsAre(10, 30, 35, 45, 60));
}

TEST_F(enricher, gives_sources_the_batches_that_they_learn_from) {
  std::vector<flow> of_kills, of_all;
  const auto one = spawn_spied(system_, &of_kills),
             other = spawn_spied(system_, &of_all);
  setup_.sources = {{one, is_kill}, {other}};
  start(true);
  give({}, 10);
  give({happened(event_kind::read, 15)}, 20);
  EXPECT_THAT(watermarks(of_kills), ElementsAre(10)) << "so that it knows whom to ask";
  EXPECT_EQ(of_kills[0].origin, enricher_);
  give({happened(event_kind::read, 25), happened(event_kind::kill, 26)}, 30);
  give(raw_flow{0, nullptr, end_of_time, false, origin_});
  EXPECT_EQ(of_kills.back().watermark, end_of_time)
      << "what a source waits for with its last";
  give({happened(event_kind::read, 35)}, 40, true);
  EXPECT_THAT(of_kills, SizeIs(4));
  EXPECT_THAT(of_all, SizeIs(5));
  ASSERT_NE(of_kills[1].events, nullptr);
  EXPECT_EQ(of_kills[1].events, of_all[2].events);
  EXPECT_EQ(of_kills[3].events, nullptr);
  EXPECT_TRUE(of_kills[3].last);
  EXPECT_THAT(answered_, Each(true));
  stop(one);
  stop(other);
}

TEST_F(enricher, tells_who_asks_how_far_it_is_and_nobody_else) {
  std::vector<flow> of_kills, of_others, ran;
  const auto one = spawn_spied(system_, &of_kills),
             other = spawn_spied(system_, &of_others);
  setup_.sources = {{one, is_kill}, {other, is_kill}};
  setup_.runners = {system_.spawn(runner, &ran)};
  const auto asking = setup_.runners[0].to;
  start(true);
  give({}, 10);
  give({happened(event_kind::read, 15)}, 20);
  nudge_by(one, 15);
  EXPECT_THAT(watermarks(of_kills), ElementsAre(10, 20));
  EXPECT_THAT(watermarks(of_others), ElementsAre(10));
  EXPECT_THAT(nudges_, IsEmpty());
  nudge_by(asking, 25);
  EXPECT_THAT(nudges_, ElementsAre(at_ns(25)));
  nudge_by(one, 27);
  EXPECT_THAT(nudges_, SizeIs(1)) << "it owes an answer";
  give({}, 26);
  EXPECT_THAT(watermarks(of_kills), ElementsAre(10, 20, 26)) << "who waits is told";
  EXPECT_THAT(nudges_, SizeIs(1)) << "it may have been answered since";
  nudge_by(one, 27);
  EXPECT_THAT(nudges_, ElementsAre(at_ns(25), at_ns(27)));
  give({}, 30);
  give({}, 40);
  EXPECT_THAT(watermarks(of_kills), ElementsAre(10, 20, 26, 30));
  EXPECT_THAT(watermarks(of_others), ElementsAre(10));
  EXPECT_THAT(watermarks(ran), ElementsAre(10, 20, 26, 30, 40));
  stop(one);
  stop(other);
}

TEST_F(enricher, passes_on_what_those_behind_it_tell_the_origin) {
  start(true);
  self_->send(enricher_, lost_atom_v, std::string{"early"}, std::string{"events"},
              std::uint64_t{1}, at_ns(1), at_ns(2));
  run();
  EXPECT_THAT(losses_, IsEmpty()) << "nobody can know it before its first flow";
  give({}, 10);
  self_->send(enricher_, lost_atom_v, std::string{"sink out"}, std::string{"findings"},
              std::uint64_t{3}, at_ns(5), at_ns(6));
  self_->send(enricher_, tell_atom_v, raw({happened(event_kind::kill, 1)}), true);
  run();
  ASSERT_THAT(losses_, SizeIs(1));
  EXPECT_EQ(losses_[0].where, "sink out");
  EXPECT_EQ(losses_[0].count, 3U);
  EXPECT_THAT(told_, ElementsAre(std::pair{std::size_t{1}, true}));
}

TEST_F(enricher, gives_a_sink_no_batch_without_what_passes_its_filter) {
  spied_sink hidden;
  event_filter filter{event_kind::kill};
  ASSERT_TRUE(filter.add("uid=0"));
  sink_takes takes;
  takes.events.add(std::move(filter));
  add_sink("sink hidden", hidden, takes, 3);
  start(false);
  give({happened(event_kind::kill, 10).user(1, 1, 1)}, 20);
  give({happened(event_kind::kill, 30).user(0, 0, 0),
        happened(event_kind::kill, 31).user(1, 1, 1)},
       40, true);
  ASSERT_THAT(hidden.got, SizeIs(2));
  EXPECT_EQ(hidden.got[0].events, nullptr);
  EXPECT_EQ(hidden.got[1].passed_over, 1U);
  EXPECT_EQ(balance(), (stage_balance{3, 0, 1, 2, 0}));
}

TEST_F(enricher, counts_an_event_for_every_receiver) {
  std::vector<flow> first, second;
  spied_sink traces;
  setup_.runners = {system_.spawn(runner, &first), system_.spawn(runner, &second)};
  add_sink("sink traces", traces, taking({event_kind::ptrace}));
  start(false);
  give({happened(event_kind::ptrace, 10), happened(event_kind::read, 11)}, 20);
  EXPECT_EQ(balance(), (stage_balance{2, 3, 5, 0, 0}));
  ASSERT_THAT(first, SizeIs(1));
  EXPECT_EQ(first[0].events, second.at(0).events);
  EXPECT_EQ((*first[0].events)[0].process(), someone.process());
}

TEST_F(enricher, answers_when_all_behind_it_are_done) {
  spied_sink slow, fast;
  slow.hold = true;
  add_sink("sink slow", slow, taking({event_kind::kill}));
  add_sink("sink fast", fast, taking({event_kind::kill}));
  start(false);
  for (std::uint64_t i = 1; i <= 3; ++i)
    give({happened(event_kind::kill, i)}, static_cast<std::int64_t>(i));
  EXPECT_THAT(slow.got, SizeIs(1)) << "it has one credit";
  EXPECT_THAT(fast.got, SizeIs(3));
  EXPECT_THAT(answered_, Each(false));
  let_go(0, 1);
  EXPECT_THAT(slow.got, SizeIs(2));
  EXPECT_THAT(answered_, ElementsAre(true, false, false));
  let_go(0, 1);
  let_go(0, 1);
  EXPECT_THAT(answered_, Each(true));
  EXPECT_EQ(balance(), (stage_balance{3, 3, 6, 0, 0}));
}

TEST_F(enricher, drops_live_what_a_sink_has_no_credit_for_and_says_so) {
  spied_sink slow;
  slow.hold = true;
  std::vector<flow> ran;
  setup_.runners = {system_.spawn(runner, &ran)};
  add_sink("sink slow", slow, taking({event_kind::kill}));
  setup_.room = 0;
  start(true);
  give({happened(event_kind::kill, 1)}, 1);
  give({happened(event_kind::read, 2), happened(event_kind::kill, 3),
        happened(event_kind::kill, 5), happened(event_kind::read, 6)},
       6);
  give({happened(event_kind::read, 7)}, 7);
  EXPECT_THAT(answered_, Each(true)) << "nobody waits for a live sink";
  ASSERT_THAT(losses_, SizeIs(1));
  EXPECT_EQ(losses_[0].where, "sink slow");
  EXPECT_EQ(losses_[0].what, "events");
  EXPECT_EQ(losses_[0].count, 2U) << "of four events it takes two";
  EXPECT_LE(losses_[0].since, at_ns(3));
  EXPECT_GE(losses_[0].until, at_ns(5));
  EXPECT_EQ(balance(), (stage_balance{6, 3, 7, 0, 2}));
  EXPECT_TRUE(balance().adds_up());
  let_go(0, 1);
  EXPECT_THAT(slow.watermarks(), ElementsAre(1, 6)) << "time is never lost";
}

TEST_F(enricher, counts_what_a_sink_that_is_gone_was_given) {
  spied_sink spy;
  add_sink("sink gone", spy, taking({event_kind::kill}));
  start(false);
  stop(sinks_[0]);
  give({happened(event_kind::kill, 1), happened(event_kind::read, 2)}, 2);
  EXPECT_THAT(answered_, Each(true));
  ASSERT_THAT(losses_, SizeIs(1));
  EXPECT_EQ(losses_[0].count, 1U);
  EXPECT_EQ(balance(), (stage_balance{2, 0, 0, 1, 1}));
}

} // namespace

} // namespace vedette
