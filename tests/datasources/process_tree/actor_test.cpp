// The actor around the state: what shards feed in any order becomes one story, and
// questions wait for it.

#include "tests/support/actor_test.hpp"

#include "datasources/process_tree/actor.hpp"
#include "tests/support/task_events.hpp"

#include <gmock/gmock.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace vedette {

namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr task init{1, 5}, shell{100, 1000}, child{200, 2000};

class process_tree_actor_test : public actor_test {
protected:
  using page = get_page<tree_answer>;

  process_tree_actor spawn(shell_config config) {
    return spawn_process_tree(system_, config, {}).value();
  }

  /// Where a shard's events come from; keeps what it is told.
  origin_actor make_origin(std::vector<time_ns>& nudges) {
    return system_.spawn([&nudges]() -> origin_actor::behavior_type {
      return {[&nudges](nudge_atom, time_ns until) { nudges.push_back(until); },
              [](lost_atom, const std::string&, const std::string&, std::uint64_t,
                 time_ns, time_ns) {},
              [](tell_atom, const raw_batch_ptr&, bool) {}};
    });
  }

  void feed(const process_tree_actor& tree, std::uint32_t shard,
            const std::vector<event_builder>& events, std::int64_t watermark,
            origin_actor origin = {}) {
    const auto batch = events.empty() ? nullptr : make_batch(events, {.shard = shard});
    EXPECT_TRUE(
        ask(tree, flow{shard, batch, at_ns(watermark), false, std::move(origin)}))
        << "its credit";
  }

  static question<tree_key> about(task who, std::int64_t as_of) {
    return {{static_cast<std::uint64_t>(who.id())}, at_ns(as_of)};
  }

  auto start(const process_tree_actor& tree, std::vector<question<tree_key>> asked) {
    auto pending =
        self_->request(tree, caf::infinite, get_many<process_tree>{std::move(asked)});
    run();
    return pending;
  }

  /// The answer, or nothing if there is none yet.
  template <class Response>
  static std::optional<page> finish(Response& response) {
    std::optional<page> result;
    response.receive([&](page& answers) { result = std::move(answers); },
                     [](const caf::error&) {});
    return result;
  }

  static std::vector<std::string> paths(const page& answers) {
    std::vector<std::string> result;
    for (const auto& one : answers)
      result.push_back(one ? std::string{std::get<process_info>(*one).path()}
                           : to_string(one.error()));
    return result;
  }

  static std::vector<event_builder> life() {
    return {begun({}, init, true), forked(init, shell),
            executed(shell, "/bin/sh").at(std::uint64_t{1500}).parent(init),
            executed(shell, "/bin/ls").at(std::uint64_t{1600}).parent(init)};
  }
};

TEST_F(process_tree_actor_test, RefusesAConfigThatCannotBe) {
  const auto tree = spawn_process_tree(system_, {}, {.processes = 0});
  ASSERT_FALSE(tree);
  EXPECT_EQ(tree.error().code, ec::invalid_config);
}

TEST_F(process_tree_actor_test, AnswersInBulkAsSinglyEachAtItsOwnTime) {
  const auto tree = spawn({});
  feed(tree, 0, life(), 9000);
  const std::vector<question<tree_key>> questions{
      about(shell, 1600), about(shell, 1499), about(child, 1600), about(shell, 1500),
      {{}, at_ns(1600)},  about(shell, 0),    about(shell, 1600)};
  const auto bulk = ask(tree, get_many<process_tree>{questions});
  ASSERT_TRUE(bulk);
  EXPECT_THAT(paths(*bulk),
              ElementsAre("/bin/ls", "", "data_not_found", "/bin/sh",
                          "key_not_supported", "key_not_supported", "/bin/ls"));
  for (std::size_t i = 0; i < questions.size(); ++i) {
    const auto single = ask(tree, get_many<process_tree>{{questions[i]}});
    ASSERT_TRUE(single);
    EXPECT_EQ(paths(*single), (std::vector{paths(*bulk)[i]}));
    EXPECT_EQ((*single)[0].complete, (*bulk)[i].complete);
  }
  EXPECT_EQ((*bulk)[0].shared(), (*bulk)[6].shared()) << "shared, not copied";
  const auto none = ask(tree, get_many<process_tree>{{}});
  ASSERT_TRUE(none);
  EXPECT_THAT(*none, IsEmpty());
  stop(tree);
}

TEST_F(process_tree_actor_test, WaitsUntilEveryShardHasPassed) {
  const auto tree = spawn({.shards = 2});
  feed(tree, 0, {executed(shell, "/bin/sh").at(std::uint64_t{1500}).parent(init)},
       1700);
  auto pending = start(tree, {about(shell, 1600), about(shell, 1400)});
  feed(tree, 1, {}, 1599);
  feed(tree, 1,
       {forked(init, shell).at(std::uint64_t{1001}),
        event_builder{event_kind::task_rename}
            .by(shell)
            .parent(init)
            .at(std::uint64_t{1600})
            .comm("x")
            .arg<events::task_rename::new_name>("x")},
       1601);
  const auto answers = finish(pending);
  ASSERT_TRUE(answers);
  EXPECT_THAT(paths(*answers), ElementsAre("/bin/sh", ""));
  EXPECT_EQ(std::get<process_info>(*(*answers)[0]).name, "x")
      << "what came last counts";
  EXPECT_TRUE((*answers)[0].complete);
  EXPECT_EQ(ask(tree, status_atom_v)->metrics.waited, 2U);
  stop(tree);
}

TEST_F(process_tree_actor_test, NudgesTheShardsThatLagOnce) {
  const auto tree = spawn({.shards = 3});
  std::vector<time_ns> first, second, third;
  const auto one = make_origin(first), two = make_origin(second),
             three = make_origin(third);
  feed(tree, 0, life(), 1500, one);
  feed(tree, 1, {}, 2000, two);
  feed(tree, 2, {}, 1700, three);
  auto early = start(tree, {about(shell, 1600)});
  auto same = start(tree, {about(shell, 1600)});
  EXPECT_THAT(first, ElementsAre(at_ns(1600)));
  auto later = start(tree, {about(shell, 1800)});
  EXPECT_THAT(first, ElementsAre(at_ns(1600))) << "it owes an answer";
  EXPECT_THAT(second, IsEmpty());
  EXPECT_THAT(third, ElementsAre(at_ns(1800)));
  feed(tree, 0, {}, 1700, one);
  EXPECT_THAT(first, ElementsAre(at_ns(1600), at_ns(1800)));
  feed(tree, 0, {}, 1800, one);
  feed(tree, 2, {}, 1800, three);
  for (auto* pending : {&early, &same, &later})
    EXPECT_THAT(paths(finish(*pending).value()), ElementsAre("/bin/ls"));
  EXPECT_EQ(ask(tree, status_atom_v)->metrics.nudges, 3U);
  for (const auto& origin : {one, two, three})
    stop(origin);
  stop(tree);
}

TEST_F(process_tree_actor_test, AnswersWhatIsKnownWhenTimeIsOver) {
  const auto tree = spawn({.shards = 2, .live = true, .max_wait = 100ms});
  feed(tree, 0, life(), 1700);
  auto pending = start(tree, {about(shell, 1600), about(child, 1600)});
  let_time_pass();
  const auto answers = finish(pending);
  ASSERT_TRUE(answers);
  EXPECT_THAT(paths(*answers), ElementsAre("/bin/ls", "data_not_found"));
  EXPECT_FALSE((*answers)[0].complete);
  EXPECT_FALSE((*answers)[1].complete);
  EXPECT_EQ(ask(tree, status_atom_v)->metrics.incomplete, 2U);
  // What comes late all the same is put where it belongs.
  feed(tree, 1, {forked(shell, child).at(std::uint64_t{1550}).parent(init)}, 1700);
  const auto late = ask(tree, get_many<process_tree>{{about(child, 1600)}});
  EXPECT_THAT(paths(*late), ElementsAre("/bin/sh"));
  EXPECT_TRUE((*late)[0].complete);
  stop(tree);
}

TEST_F(process_tree_actor_test, NudgesNobodyForWhoHasBeenAnswered) {
  const auto tree = spawn({.shards = 2, .live = true, .max_wait = 100ms});
  std::vector<time_ns> nudges;
  const auto lags = make_origin(nudges);
  feed(tree, 0, life(), 1700);
  feed(tree, 1, {}, 1500, lags);
  auto pending = start(tree, {about(shell, 9000)});
  EXPECT_THAT(nudges, ElementsAre(at_ns(9000)));
  feed(tree, 1, {}, 1600, lags);
  EXPECT_THAT(nudges, ElementsAre(at_ns(9000), at_ns(9000))) << "it waits still";
  let_time_pass();
  EXPECT_FALSE(finish(pending).value()[0].complete);
  feed(tree, 1, {}, 1700, lags);
  EXPECT_THAT(nudges, ElementsAre(at_ns(9000), at_ns(9000)));
  stop(lags);
  stop(tree);
}

TEST_F(process_tree_actor_test, LetsADeadlineThatIsAnsweredPass) {
  const auto tree = spawn({.live = true, .max_wait = 100ms});
  auto first = start(tree, {about(shell, 1600)});
  feed(tree, 0, life(), 1700);
  EXPECT_TRUE(finish(first).value()[0].complete);
  let_time_pass();
  EXPECT_EQ(ask(tree, status_atom_v)->metrics.incomplete, 0U);
  stop(tree);
}

TEST_F(process_tree_actor_test, SaysUnavailableToThoseWhoWaitWhenItStops) {
  const auto tree = spawn({});
  auto pending = start(tree, {about(shell, 1600)});
  stop(tree);
  ec error{};
  pending.receive([](const page&) {},
                  [&](const caf::error& why) { error = to_ec(why); });
  EXPECT_EQ(error, ec::unavailable);
}

TEST_F(process_tree_actor_test, AnswersTheSameDynamically) {
  const auto tree = spawn({});
  feed(tree, 0, life(), 9000);
  const auto id = static_cast<std::uint64_t>(shell.id());
  const auto typed =
      ask(tree, get_many<process_tree>{
                    {{{id, tree_question::process, tree_parts::all, 0}, at_ns(1550)}}});
  const auto answers =
      ask(tree, get_many_dynamic{{{value::object{{"process", id}}, at_ns(1550)},
                                  {value::object{{"process", id}}, {}},
                                  {value::object{{"process", 77}}, at_ns(1550)},
                                  {value{5}, at_ns(1550)},
                                  {value::object{{"process", id}}, at_ns(0)}}});
  ASSERT_TRUE(answers);
  ASSERT_EQ(answers->size(), 5U);
  EXPECT_EQ((*answers)[0].record.value(),
            process_tree::to_value(*(*typed)[0], at_ns(1550)));
  EXPECT_TRUE((*answers)[0].complete);
  EXPECT_EQ((*answers)[1].as_of, at_ns(9000)) << "now: as far as is known";
  EXPECT_EQ((*answers)[1].record.value().find("info")->find("name")->as_string(), "ls");
  EXPECT_EQ((*answers)[2].record.error().code, ec::data_not_found);
  EXPECT_EQ((*answers)[2].record.error().detail,
            R"({"process":77} in tracee/process_tree as of 1550)");
  EXPECT_EQ((*answers)[3].record.error().code, ec::key_not_supported);
  EXPECT_EQ((*answers)[4].record.error().detail,
            "time 0 is no time: give ns since the epoch, or none");
  stop(tree);
}

TEST_F(process_tree_actor_test, TellsWhoItIsAndHowItIs) {
  const auto tree = spawn({});
  any_source_actor any = tree;
  EXPECT_EQ(ask(any, describe_atom_v)->identity.path(), "tracee/process_tree");
  feed(tree, 0, life(), 1599);
  EXPECT_TRUE(
      ask(tree, get_many<process_tree>{{about(shell, 1550), about(child, 1550)}}));
  const auto status = ask(any, status_atom_v);
  ASSERT_TRUE(status);
  EXPECT_EQ(status->is, health::healthy);
  EXPECT_EQ(status->metrics.items, 2U);
  EXPECT_GT(status->metrics.bytes, 0U);
  EXPECT_EQ(status->metrics.hits, 1U);
  EXPECT_EQ(status->metrics.misses, 1U);
  EXPECT_EQ(status->metrics.writes, 3U);
  EXPECT_EQ(status->metrics.pending, 1U);
  EXPECT_EQ(status->metrics.feed_lag, 1ns);
  stop(tree);
}

TEST_F(process_tree_actor_test, NudgesWhoHoldsUpTooManyEvents) {
  const auto tree = spawn({.shards = 2, .pending = 3});
  std::vector<time_ns> nudges;
  const auto origin = make_origin(nudges);
  feed(tree, 1, {}, 0, origin);
  feed(tree, 0, life(), 1700);
  EXPECT_THAT(nudges, ElementsAre(at_ns(5)));
  stop(origin);
  stop(tree);
}

/// An event keeps the batch that it is in.
TEST_F(process_tree_actor_test, NudgesWhoHoldsUpTooManyBytes) {
  for (const std::size_t most : {1, 1 << 20}) {
    const auto tree = spawn({.shards = 2, .pending_bytes = most});
    std::vector<time_ns> nudges;
    const auto origin = make_origin(nudges);
    feed(tree, 1, {}, 0, origin);
    feed(tree, 0, life(), 1700);
    if (most == 1)
      EXPECT_THAT(nudges, ElementsAre(at_ns(5)));
    else
      EXPECT_THAT(nudges, IsEmpty());
    stop(origin);
    stop(tree);
  }
}

} // namespace

} // namespace vedette
