#include "actors/runner/loaded_signatures.hpp"
#include "tests/support/listener.hpp"
#include "tests/support/runner_test.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

// Whatever one signature does, the others find what they find.
namespace vedette {

namespace {

using testing::ElementsAre;
using enum task_of_scribe;

/// Keeps its thread busy for 10 ms an event.
class slow final : public signature {
public:
  [[nodiscard]] signature_metadata metadata() const override {
    signature_metadata about;
    about.id = about.event_name = "slow";
    return about;
  }
  [[nodiscard]] std::vector<selector> selected_events() const override {
    return {{.name = "kill"}};
  }
  handled on_event(event_view, reporter) override {
    using clock = std::chrono::steady_clock;
    for (const auto end = clock::now() + std::chrono::milliseconds{10}; clock::now() < end;) {
    }
    return {};
  }
};

class runner_isolation : public runner_test {
protected:
  /// What the scribe finds beside `other`, with the event that each finding is about.
  std::string found_beside(std::unique_ptr<signature> other) {
    if (other)
      add(std::move(other));
    add(std::make_unique<scribe>(noting()));
    spawn();
    give({told(1, 1), told(1, 2, query), told(2, 3), told(1, 4, query_twice), told(2, 5)});
    std::string all;
    for (const auto& one : taken_.got)
      for (const auto& found : one.findings)
        if (found.signature->id == "scribe")
          all += to_json(value{found.data});
    return all;
  }
  static constexpr auto undisturbed =
      R"({"n":1,"known":null}{"n":2,"known":2}{"n":3,"known":null})"
      R"({"n":4,"known":1004}{"n":5,"known":null})";
};

TEST_F(runner_isolation, is_compared_with_a_signature_that_is_alone) {
  EXPECT_EQ(found_beside(nullptr), undisturbed);
}

TEST_F(runner_isolation, of_one_that_never_resumes) {
  EXPECT_EQ(found_beside(std::make_unique<listener>(listener::options{
                .id = "stuck", .selectors = {{.name = "kill"}}, .never_resumes = true})),
            undisturbed);
  EXPECT_EQ(count_of("stuck", "errors"), 5);
}

TEST_F(runner_isolation, of_one_that_is_slow) {
  EXPECT_EQ(found_beside(std::make_unique<slow>()), undisturbed);
  EXPECT_EQ(count_of("slow", "events"), 5);
}

TEST_F(runner_isolation, of_one_whose_id_is_taken) {
  auto chosen = noting();
  chosen.entries = nullptr;
  add(std::make_unique<scribe>(chosen));
  EXPECT_EQ(found_beside(nullptr), undisturbed);
  EXPECT_EQ(status().signatures.size(), 2U) << "one of them says why it is not loaded";
}

TEST_F(runner_isolation, of_one_that_throws) {
  class thrower final : public signature {
  public:
    [[nodiscard]] signature_metadata metadata() const override {
      signature_metadata about;
      about.id = about.event_name = "thrower";
      return about;
    }
    [[nodiscard]] std::vector<selector> selected_events() const override {
      return {{.name = "kill"}};
    }
    handled on_event(event_view, reporter) override { throw 1; }
  };
  EXPECT_EQ(found_beside(std::make_unique<thrower>()), undisturbed);
  EXPECT_EQ(count_of("thrower", "errors"), 5);
}

/// The slow one is seen.
TEST_F(runner_isolation, shows_how_long_a_signature_takes) {
  add(std::make_unique<slow>());
  spawn();
  std::vector<event_builder> events;
  for (std::int32_t i = 1; i <= 5; ++i)
    events.push_back(told(1, i));
  give(events);
  EXPECT_GE(count_of("slow", "handler_ns_p50"), 10'000'000U);
  EXPECT_GE(count_of("slow", "handler_ns"), 4 * 10'000'000U); // The fifth is not timed.
}

} // namespace

} // namespace vedette
