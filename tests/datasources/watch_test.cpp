// Who watches a data source is told of every change, once, in order of time, and cannot
// make it grow.

#include "tests/support/actor_test.hpp"
#include "tests/support/events.hpp"
#include "tests/support/numbers.hpp"

#include <gmock/gmock.h>

#include <cstddef>
#include <deque>
#include <numeric>
#include <string>
#include <vector>

namespace vedette {

namespace {

using testing::ElementsAre;
using testing::IsEmpty;

/// One that answers when it is told to.
struct slow_watcher_state {
  std::deque<caf::response_promise> held;
};
using slow_watcher_actor = watcher_actor::extend<caf::replies_to<release_atom>::with<void>>;

slow_watcher_actor::behavior_type
slow_watcher(slow_watcher_actor::stateful_pointer<slow_watcher_state> self,
             std::vector<change_list>* told) {
  return {[=](change_list& list) -> caf::result<void> {
            told->push_back(std::move(list));
            auto promise = self->make_response_promise();
            self->state.held.push_back(promise);
            return promise;
          },
          [=](release_atom) {
            if (self->state.held.empty())
              return;
            self->state.held.front().deliver(caf::unit);
            self->state.held.pop_front();
          }};
}

class watch_test : public actor_test {
protected:
  ~watch_test() override {
    stop(source_);
    stop(watcher_);
  }

  void start(shell_config config = {}) {
    source_ = spawn_source<numbers>(system_, config, numbers_state{&noting_});
  }

  /// One `kill` per time.
  flow events(std::vector<std::int64_t> times) {
    std::vector<event_builder> made;
    for (const auto at : times)
      made.push_back(event_builder{event_kind::kill}.at(at_ns(at)));
    return {0, make_batch(made), at_ns(times.back()), false, {}};
  }

  void release() {
    self_->send(watcher_, release_atom_v);
    run();
  }

  /// time:count of each change told.
  [[nodiscard]] std::vector<std::string> told() const {
    std::vector<std::string> result;
    for (const auto& list : told_)
      for (const auto& [key, now] : list.changes)
        result.push_back(std::to_string(now.as_of.time_since_epoch().count()) + ":"
                         + to_json(*now.record));
    return result;
  }

  bool noting_ = false;
  source_actor<numbers> source_;
  std::vector<change_list> told_;
  slow_watcher_actor watcher_ = system_.spawn(slow_watcher, &told_);
};

TEST_F(watch_test, TellsOfAKeyWhatItIsAndThenEachChange) {
  start();
  ask(source_, events({1000}));
  ASSERT_TRUE(ask(source_, watch_request{value{7}, watcher_}));
  EXPECT_THAT(told(), ElementsAre("1000:1"));
  release();
  self_->send(source_, events({2000, 2500}));
  run();
  EXPECT_THAT(told(), ElementsAre("1000:1", "2000:2", "2500:3"));
  EXPECT_EQ(told_.front().source, "test/numbers");
}

TEST_F(watch_test, SaysNothingWhereNothingChanged) {
  start();
  ask(source_, watch_request{value{7}, watcher_});
  release();
  const auto before = told_.size();
  ask(source_, flow{0, nullptr, at_ns(5000), false, {}});
  EXPECT_EQ(told_.size(), before);
}

TEST_F(watch_test, NudgesWhoHoldsUpAChange) {
  start({.shards = 2});
  std::vector<time_ns> nudges;
  const auto origin =
      system_.spawn([&](origin_actor::pointer) -> origin_actor::behavior_type {
        return {[&](nudge_atom, time_ns until) { nudges.push_back(until); },
                [](lost_atom, const std::string&, const std::string&, std::uint64_t,
                   time_ns, time_ns) {},
                [](tell_atom, const raw_batch_ptr&, bool) {}};
      });
  ask(source_, flow{1, nullptr, at_ns(1), false, origin});
  ask(source_, events({1000}));
  EXPECT_EQ(nudges, std::vector<time_ns>{}) << "nobody watches";
  ask(source_, watch_request{value{7}, watcher_});
  release();
  self_->send(source_, events({1001}));
  run();
  EXPECT_EQ(nudges, std::vector{at_ns(1001)});
  self_->send(source_, flow{1, nullptr, at_ns(1001), false, origin});
  run();
  EXPECT_EQ(told().back(), "1001:2");
  self_->send(source_, flow{1, nullptr, at_ns(1002), false, origin});
  run();
  EXPECT_EQ(nudges.size(), 1U) << "nothing waits";
  stop(origin);
}

TEST_F(watch_test, ReplayWaitsForTheWatcherAndDropsNothing) {
  start();
  ask(source_, watch_request{std::nullopt, watcher_});
  EXPECT_FALSE(ask(source_, events({1000, 1001}))) << "no credit yet";
  EXPECT_THAT(told(), ElementsAre("1000:1", "1001:2")) << "one message is under way";
  EXPECT_FALSE(ask(source_, events({1002})));
  EXPECT_EQ(told().size(), 2U);
  release();
  EXPECT_THAT(told(), ElementsAre("1000:1", "1001:2", "1002:3"));
  EXPECT_FALSE(ask(source_, flow{0, nullptr, at_ns(1003), false, {}}));
  release();
  EXPECT_TRUE(ask(source_, flow{0, nullptr, at_ns(1004), false, {}})) << "all is told";
}

TEST_F(watch_test, LiveASlowWatcherMissesSomeAndIsToldHowMany) {
  shell_config live;
  live.live = true;
  start(live);
  ask(source_, watch_request{std::nullopt, watcher_});
  constexpr std::size_t all = 5000, kept = watch_limits{}.changes;
  ASSERT_TRUE(ask(source_, events({999})));
  std::vector<std::int64_t> times(all - 1);
  std::iota(times.begin(), times.end(), 1000);
  ASSERT_TRUE(ask(source_, events(times))) << "no waiting";
  const auto dropped = all - 1 - kept; // The first is under way.
  EXPECT_EQ(ask(source_, status_atom_v)->metrics.changes_dropped, dropped);
  while (told().size() < 1 + kept)
    release();
  EXPECT_EQ(told_[1].dropped, dropped);
  EXPECT_EQ(ask(source_, status_atom_v)->metrics.changes_told, 1 + kept);
}

TEST_F(watch_test, EndsWithTheWatcher) {
  start();
  ask(source_, watch_request{std::nullopt, watcher_});
  EXPECT_EQ(ask(source_, status_atom_v)->metrics.watchers, 1U);
  ask(source_, events({900}));
  EXPECT_TRUE(noting_);
  told_.clear();
  stop(watcher_);
  ask(source_, events({1000}));
  EXPECT_EQ(ask(source_, status_atom_v)->metrics.watchers, 0U);
  ask(source_, events({1100}));
  ask(source_, events({1200}));
  EXPECT_FALSE(noting_) << "nobody would take it: it would grow for ever";
  EXPECT_THAT(told_, IsEmpty());
}

TEST_F(watch_test, RefusesMoreKeysThanItHasRoomFor) {
  start();
  for (std::size_t i = 0; i < watch_limits{}.keys; ++i)
    ASSERT_TRUE(ask(source_, watch_request{value{i}, watcher_}));
  const auto refused = ask(source_, watch_request{value{1}, watcher_});
  ASSERT_FALSE(refused);
  EXPECT_EQ(to_ec(refused.error()), ec::unavailable);
}

} // namespace

} // namespace vedette
