// What the live source does with others: asks runtimes, tells the first shard.

#include "datasources/containers/actor.hpp"
#include "tests/datasources/containers/containers_fixture.hpp"
#include "tests/support/actor_test.hpp"

#include <gmock/gmock.h>

namespace vedette {

namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

/// What a collector is told.
struct told_shard {
  std::vector<time_ns> nudges;
  std::vector<raw_batch_ptr> events;
  unsigned ends = 0;
};

origin_actor::behavior_type collector(origin_actor::pointer, told_shard* told) {
  return {
      [told](nudge_atom, time_ns until) { told->nudges.push_back(until); },
      [](lost_atom, const std::string&, const std::string&, std::uint64_t, time_ns,
         time_ns) {},
      [told](tell_atom, const raw_batch_ptr& events, bool last) {
        if (events)
          told->events.push_back(events);
        told->ends += last ? 1U : 0U;
      },
  };
}

runtimes_actor::behavior_type runtime(runtimes_actor::pointer,
                                      std::vector<container_question>* asked) {
  return {
      [asked](const std::vector<container_question>& questions) {
        asked->insert(asked->end(), questions.begin(), questions.end());
      },
      [](status_atom) { return runtimes_status{}; },
  };
}

class live_containers_test : public actor_test {
protected:
  static constexpr std::int64_t second = 1'000'000'000;

  void start(bool asks) {
    containers_config config;
    config.enrich.docker = asks;
    source_ = spawn_containers(
                  system_, {.shards = 2, .live = true, .max_wait = 1s}, config,
                  container_enrichment{
                      [this](caf::actor_system& system, deliver_answers deliver) {
                        deliver_ = std::move(deliver);
                        return system.spawn(runtime, &asked_);
                      },
                      [this] { return now_; }})
                  .value();
  }
  ~live_containers_test() override {
    stop(source_);
    deliver_ = {};
  }

  /// Not ask(): that lets time pass.
  void feed(std::uint32_t shard, const std::vector<event_builder>& events,
            time_ns watermark) {
    self_->send(source_, flow{shard,
                              events.empty() ? nullptr
                                             : make_batch(events, {.shard = shard}),
                              watermark, watermark == end_of_time, origins_.at(shard)});
    run();
  }
  void feed(std::uint32_t shard, const std::vector<event_builder>& events,
            std::int64_t watermark) {
    feed(shard, events, at_ns(watermark));
  }
  void begin() {
    feed(0, {}, 1);
    feed(1, {}, 1);
  }
  /// Kind and time of what the first shard was told.
  std::vector<std::pair<event_kind, time_ns>> told() {
    std::vector<std::pair<event_kind, time_ns>> result;
    for (const auto& batch : told_[0].events)
      for (const auto event : batch->events())
        if (event.kind() != event_kind::container_notice)
          result.emplace_back(event.kind(), event.time());
    return result;
  }
  /// Names that a shard was told for its events' contexts.
  std::vector<std::string> named(std::size_t shard) {
    namespace notice = events::container_notice;
    std::vector<std::string> result;
    for (const auto& batch : told_.at(shard).events)
      for (const auto event : batch->events())
        if (const auto name = event.get<notice::container_name>()) {
          EXPECT_EQ(event.get<notice::container_id>(), web_);
          EXPECT_EQ(event.header().time_ns, 0U) << "the collector's affair";
          result.emplace_back(*name);
        }
    return result;
  }

  const std::string web_ = full_id("ab"), path_ = "/docker/" + web_;
  std::array<told_shard, 2> told_;
  std::vector<origin_actor> origins_{system_.spawn(collector, &told_[0]),
                                     system_.spawn(collector, &told_[1])};
  std::vector<container_question> asked_;
  deliver_answers deliver_;
  time_ns now_ = at_ns(0);
  containers_actor source_;
};

constexpr auto made = event_kind::container_create;
constexpr auto removed = event_kind::container_remove;

TEST_F(live_containers_test, tell_the_first_shard_when_they_begin_and_end) {
  start(false);
  begin();
  feed(1, {mkdir_at(100, 7, path_)}, 100);
  EXPECT_THAT(told_[0].nudges, ElementsAre(at_ns(100))) << "that lags";
  EXPECT_THAT(told_[1].nudges, IsEmpty());
  EXPECT_THAT(told(), IsEmpty());
  feed(0, {}, 150);
  EXPECT_THAT(told(), ElementsAre(std::pair{made, at_ns(100)}));
  feed(0, {rmdir_at(200, 7, path_)}, 200);
  feed(1, {}, 250);
  EXPECT_THAT(told(), ElementsAre(std::pair{made, at_ns(100)},
                                  std::pair{removed, at_ns(200)}));
}

TEST_F(live_containers_test, are_told_when_their_runtime_has_answered) {
  start(true);
  begin();
  feed(0, {mkdir_at(100, 7, path_)}, 100);
  feed(1, {}, 100);
  EXPECT_THAT(asked_, ElementsAre(container_question{web_, "docker"}));
  EXPECT_THAT(told(), IsEmpty());
  now_ = at_ns(500);
  container_facts facts;
  facts.name = "web";
  deliver_({{web_, facts}});
  run();
  EXPECT_THAT(told_[0].nudges, ElementsAre(at_ns(500))) << "nothing happens there";
  EXPECT_THAT(told_[1].nudges, ElementsAre(at_ns(100), at_ns(500)));
  feed(0, {}, 500);
  feed(1, {}, 500);
  EXPECT_THAT(told(), ElementsAre(std::pair{made, at_ns(100)}));
  EXPECT_THAT(named(0), ElementsAre("web"));
  EXPECT_THAT(named(1), ElementsAre("web"));
  EXPECT_EQ((*told_[0].events[1])[0].get<events::container_create::container_name>(),
            "web");
}

TEST_F(live_containers_test, do_not_wait_for_a_runtime_that_does_not_answer) {
  start(true);
  begin();
  feed(0, {mkdir_at(100, 7, path_)}, 100);
  feed(1, {}, 100);
  EXPECT_THAT(told(), IsEmpty());
  let_time_pass();
  EXPECT_THAT(told_[0].nudges, ElementsAre(at_ns(100 + second)));
  feed(0, {}, 100 + second);
  feed(1, {}, 100 + second);
  EXPECT_THAT(told(), ElementsAre(std::pair{made, at_ns(100)}));
}

TEST_F(live_containers_test, say_when_there_is_no_more_to_tell) {
  start(true);
  begin();
  feed(0, {mkdir_at(100, 7, path_)}, end_of_time);
  EXPECT_EQ(told_[0].ends, 0U);
  feed(1, {}, end_of_time);
  EXPECT_THAT(told(), ElementsAre(std::pair{made, at_ns(100)})) << "nobody has answered";
  EXPECT_EQ(told_[0].ends, 1U);
  now_ = at_ns(500);
  deliver_({{web_, container_facts{}}});
  run();
  EXPECT_EQ(told_[0].ends, 1U);
  EXPECT_EQ(told().size(), 1U);
}

TEST_F(live_containers_test, say_so_even_if_there_was_none) {
  start(false);
  begin();
  feed(1, {}, end_of_time);
  feed(0, {}, end_of_time);
  EXPECT_EQ(told_[0].ends, 1U);
  EXPECT_EQ(told_[1].ends, 0U);
}

} // namespace

} // namespace vedette
