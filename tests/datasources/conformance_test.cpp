// What every data source must do, whatever it knows. It runs over all of them.

#include "tests/support/actor_test.hpp"
#include "tests/support/conforming.hpp"
#include "tests/support/json_schema.hpp"

#include "datasources/registry.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <set>

namespace vedette {

namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class conformance_test : public actor_test,
                         public testing::WithParamInterface<conforming_source> {
protected:
  ~conformance_test() override {
    if (source_)
      stop(source_);
  }

  any_source_actor spawn(shell_config config = {}) {
    source_ = GetParam().spawn(system_, config);
    return source_;
  }

  /// Knows what the sample events tell.
  any_source_actor filled() {
    const auto source = spawn();
    EXPECT_TRUE(ask(source, flow{0, make_batch(GetParam().events), end_of_time, false, {}}));
    return source;
  }

  dynamic_page get(const any_source_actor& source, std::vector<dynamic_question> asked) {
    auto page = ask(source, get_many_dynamic{std::move(asked)});
    return page ? *page : dynamic_page{};
  }

  static dynamic_question about(value key, std::int64_t at = 2000) {
    return {std::move(key), at_ns(at)};
  }

  static std::vector<dynamic_question> about_known() {
    std::vector<dynamic_question> result;
    for (const auto& [type, key] : GetParam().known)
      result.push_back(about(key));
    return result;
  }

  static std::string shown(const dynamic_result& one) {
    return (one.record ? to_json(*one.record) : to_string(one.record.error().code))
           + (one.complete ? "" : "?");
  }

  static value schema_of(const std::string& type) {
    for (const auto& key : GetParam().description.keys)
      if (key.type == type)
        return key.schema;
    return {};
  }

  any_source_actor source_;
};

TEST_P(conformance_test, SaysWhoItIs) {
  const auto answer = ask(spawn(), describe_atom_v);
  ASSERT_TRUE(answer);
  const auto& who = answer->identity;
  EXPECT_EQ(who.path(), GetParam().description.identity.path());
  EXPECT_THAT(who.description, Not(IsEmpty()));
  EXPECT_GE(who.version, 1U);
  source_registry registry;
  EXPECT_TRUE(registry.add({who, source_}));
  const auto again = registry.add({who, source_});
  ASSERT_FALSE(again) << "(namespace, id) is unique";
  EXPECT_EQ(again.error().code, ec::duplicate);
}

TEST_P(conformance_test, DescribesItsKeysByExamplesAndSchemas) {
  const auto& keys = GetParam().description.keys;
  ASSERT_THAT(keys, Not(IsEmpty()));
  const auto source = filled();
  std::set<std::string> types;
  for (const auto& key : keys) {
    EXPECT_TRUE(types.insert(key.type).second) << key.type << " twice";
    const auto page = get(source, {about(parse_json(key.example).value())});
    ASSERT_EQ(page.size(), 1U);
    if (!page[0].record) {
      EXPECT_NE(page[0].record.error().code, ec::key_not_supported)
          << key.type << ": " << page[0].record.error().detail;
    }
    EXPECT_EQ(key.schema.at("$schema").value()->as_string(),
              "https://json-schema.org/draft/2020-12/schema");
  }
}

TEST_P(conformance_test, AnswersThatSatisfyTheSchema) {
  const auto page = get(filled(), about_known());
  ASSERT_EQ(page.size(), GetParam().known.size());
  value::list cases;
  std::set<std::string> types;
  for (std::size_t i = 0; i < page.size(); ++i) {
    const auto& [type, key] = GetParam().known[i];
    ASSERT_TRUE(page[i].record) << type << ' ' << to_json(key) << ": "
                                << page[i].record.error().detail;
    EXPECT_TRUE(page[i].complete) << to_json(key);
    cases.push_back(
        value::object{{"schema", schema_of(type)}, {"answer", *page[i].record}});
    types.insert(type);
  }
  EXPECT_EQ(types.size(), GetParam().description.keys.size()) << "every type of key";
  EXPECT_TRUE(satisfy_schemas(cases));
}

TEST_P(conformance_test, SaysWhyThereIsNoRecord) {
  const auto source = filled();
  const auto code = [&](const value& key, std::int64_t at) {
    const auto page = get(source, {about(key, at)});
    EXPECT_FALSE(page.at(0).record) << to_json(key);
    EXPECT_THAT(page[0].record.error().detail, Not(IsEmpty()));
    return page[0].record.error().code;
  };
  EXPECT_EQ(code(GetParam().unknown, 2000), ec::data_not_found);
  ASSERT_THAT(GetParam().wrong, Not(IsEmpty()));
  for (const auto& key : GetParam().wrong)
    EXPECT_EQ(code(key, 2000), ec::key_not_supported) << to_json(key);
  for (const auto& [type, key] : GetParam().known) {
    EXPECT_EQ(code(key, 0), ec::key_not_supported) << "time 0 is an error";
    EXPECT_EQ(code(key, 500), ec::data_not_found) << type << ", before it was there";
  }
}

TEST_P(conformance_test, AnswersInBulkWhatItAnswersSingly) {
  const auto source = filled();
  auto asked = about_known();
  asked.push_back(about(GetParam().wrong.front()));
  asked.push_back(about(GetParam().unknown));
  for (const auto& one : about_known())
    asked.push_back(one);
  const auto page = get(source, asked);
  ASSERT_EQ(page.size(), asked.size());
  for (std::size_t i = 0; i < asked.size(); ++i)
    EXPECT_EQ(shown(page[i]), shown(get(source, {asked[i]}).at(0)))
        << to_json(asked[i].key);
  EXPECT_TRUE(get(source, {}).empty());
}

TEST_P(conformance_test, AnswersTheSameTypedAndDynamic) {
  const auto source = filled();
  auto asked = about_known();
  asked.push_back(about(GetParam().unknown));
  for (const auto& [type, key] : GetParam().known)
    asked.push_back(about(key, 1));
  const auto dynamic = get(source, asked);
  const auto typed = GetParam().ask_typed(self_, [this] { run(); }, source, asked);
  ASSERT_EQ(typed.size(), dynamic.size());
  for (std::size_t i = 0; i < typed.size(); ++i)
    EXPECT_EQ(shown(typed[i]), shown(dynamic[i])) << to_json(asked[i].key);
}

TEST_P(conformance_test, AnswersAsOfNowWhereNoTimeIsGiven) {
  const auto source = filled();
  const auto page = get(source, {{GetParam().known.front().second, std::nullopt}});
  ASSERT_TRUE(page.at(0).record);
  EXPECT_GT(page[0].as_of, at_ns(999));
}

TEST_P(conformance_test, StaysWithinItsLimit) {
  const auto source = spawn();
  const auto limit = GetParam().limit;
  std::int64_t at = 1000;
  for (std::size_t n = 0; n < 4 * limit; ++n, at += 1000)
    ASSERT_TRUE(ask(source, flow{0, make_batch(GetParam().more(n, at)), at_ns(at), false, {}}));
  const auto status = ask(source, status_atom_v);
  ASSERT_TRUE(status);
  EXPECT_LE(status->metrics.items, limit);
  EXPECT_GT(status->metrics.items, 0U);
  EXPECT_GT(status->metrics.evicted + status->metrics.expired, 0U);
}

TEST_P(conformance_test, CountsWhatItDoes) {
  const auto source = filled();
  get(source, about_known());
  get(source, {about(GetParam().unknown)});
  const auto status = ask(source, status_atom_v);
  ASSERT_TRUE(status);
  EXPECT_EQ(status->is, health::healthy);
  EXPECT_GT(status->metrics.items, 0U);
  EXPECT_GT(status->metrics.bytes, 0U);
  EXPECT_GE(status->metrics.hits, GetParam().known.size());
  EXPECT_GE(status->metrics.misses, 1U);
  EXPECT_EQ(status->metrics.writes, GetParam().events.size()) << "it learns from all";
}

TEST_P(conformance_test, WaitsForWatermarksAndSaysWhereItCouldNot) {
  shell_config config;
  config.shards = 2;
  config.live = true;
  config.max_wait = std::chrono::milliseconds{100};
  const auto source = spawn(config);
  EXPECT_TRUE(ask(source, flow{0, make_batch(GetParam().events), end_of_time, false, {}}));
  const auto asked = about_known();
  auto pending = self_->request(source, caf::infinite, get_many_dynamic{asked});
  run();
  EXPECT_EQ(ask(source, status_atom_v)->metrics.waited, asked.size())
      << "the other shard has not come so far";
  let_time_pass();
  pending.receive(
      [&](const dynamic_page& page) {
        for (const auto& one : page)
          EXPECT_FALSE(one.complete);
      },
      [](const caf::error& error) { FAIL() << render(error); });
}

TEST_P(conformance_test, IsUnavailableWhenItGoesWithQuestionsOutstanding) {
  const auto source = spawn();
  auto pending = self_->request(source, caf::infinite, get_many_dynamic{about_known()});
  run();
  stop(source);
  pending.receive([](const dynamic_page&) { FAIL() << "there was no watermark"; },
                  [](const caf::error& error) { EXPECT_EQ(to_ec(error), ec::unavailable); });
  auto late = self_->request(source, caf::infinite, get_many_dynamic{about_known()});
  run();
  late.receive([](const dynamic_page&) { FAIL() << "it is gone"; },
               [](const caf::error& error) { EXPECT_EQ(to_ec(error), ec::unavailable); });
}

TEST_P(conformance_test, TellsWatchersWhatChanges) {
  const auto source = spawn();
  std::vector<changed_answer> told, all;
  const auto watcher = [this](std::vector<changed_answer>& to) -> watcher_actor {
    return system_.spawn([&to]() -> watcher_actor::behavior_type {
      return {[&to](const change_list& list) {
        to.insert(to.end(), list.changes.begin(), list.changes.end());
      }};
    });
  };
  const auto& key = GetParam().known.front().second;
  const auto of_key = watcher(told), of_all = watcher(all);
  ASSERT_TRUE(ask(source, watch_request{key, of_key}));
  ASSERT_TRUE(ask(source, watch_request{std::nullopt, of_all}));
  EXPECT_FALSE(ask(source, watch_request{GetParam().wrong.front(), of_key}));
  ASSERT_TRUE(ask(source, flow{0, make_batch(GetParam().events), end_of_time, false, {}}));
  ASSERT_THAT(told, Not(IsEmpty()));
  EXPECT_THAT(all, Not(IsEmpty()));
  EXPECT_EQ(shown(told.back().now), shown(get(source, {{key, told.back().now.as_of}}).at(0)));
  EXPECT_TRUE(std::ranges::is_sorted(all, {}, [](auto& one) { return one.now.as_of; }));
  for (const auto& [shown_key, now] : all)
    EXPECT_TRUE(get(source, {{shown_key, now.as_of}}).at(0).record) << to_json(shown_key);
  EXPECT_EQ(ask(source, status_atom_v)->metrics.watchers, 2U);
  stop(of_key);
  stop(of_all);
}

INSTANTIATE_TEST_SUITE_P(sources, conformance_test,
                         testing::ValuesIn(conforming_sources()),
                         [](const auto& one) { return one.param.description.identity.id; });

} // namespace

} // namespace vedette
