#include "datasources/get_collector.hpp"
#include "tests/support/canary.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <numeric>
#include <string>
#include <vector>

namespace vedette {

namespace {

using testing::ElementsAre;
using testing::SizeIs;

time_ns at(int seconds) {
  return time_ns{std::chrono::seconds{seconds}};
}

struct numbers {
  using key = int;
  using record = std::string;
  struct handle {};

  static source_description description() { return {{"test", "numbers", 1, ""}, {}}; }
  static std::expected<int, error> parse_key(const value&) { return 1; }
  static value to_value(const std::string& number, time_ns) { return number; }
};

using collector = get_collector<numbers>;

/// Answers when told to: n → "n", negative n → data_not_found.
class manual_source {
public:
  co::task<collector::page> fetch(get_many<numbers> request) {
    auto& keys = requests.emplace_back();
    for (const auto& [key, as_of] : request.questions)
      keys.push_back(key);
    questions = request.questions;
    co_await hold{*this};
    if (down)
      co_return std::unexpected{make_error(ec::unavailable, "down")};
    get_page<std::string> page;
    for (const auto& [key, as_of] : request.questions)
      if (key < 0)
        page.emplace_back(std::unexpect, ec::data_not_found);
      else
        page.emplace_back(share(std::to_string(key)));
    if (forgetful)
      page.pop_back();
    co_return page;
  }

  void answer() {
    for (auto waiting : std::exchange(held_, {}))
      waiting.resume();
  }

  std::vector<std::vector<int>> requests; ///< Their keys.
  std::vector<question<int>> questions;   ///< Of the latest request.
  bool down = false;
  bool forgetful = false;

private:
  struct hold {
    manual_source& source;
    [[nodiscard]] bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> self) { source.held_.push_back(self); }
    void await_resume() const noexcept {}
  };

  std::vector<std::coroutine_handle<>> held_;
};

class get_collector_test : public testing::Test {
protected:
  static co::task<> get(get_collector_test& test, int key, time_ns as_of = at(1)) {
    const canary frame{test.destroyed_};
    const auto result = co_await test.gets_.get(key, as_of);
    test.results_.push_back(result ? *result : to_string(result.error()));
  }

  static co::task<> get_twice(get_collector_test& test, int key) {
    co_await get(test, key);
    co_await get(test, key + 1);
  }

  void flush_and_answer() {
    gets_.flush();
    source_.answer();
  }

  manual_source source_;
  std::vector<std::string> results_;
  int destroyed_ = 0;
  collector gets_{[this](auto request) { return source_.fetch(std::move(request)); },
                  [this] { gets_.flush(); }};
  std::unique_ptr<co::scope> coroutines_ = std::make_unique<co::scope>();
};

TEST_F(get_collector_test, SendsNothingWhenNothingWasAsked) {
  gets_.flush();
  EXPECT_THAT(source_.requests, SizeIs(0));
}

TEST_F(get_collector_test, TurnsTenThousandGetsIntoOneRequest) {
  std::vector<int> keys(10'000);
  std::iota(keys.begin(), keys.end(), 0);
  for (const auto key : keys)
    coroutines_->start(get(*this, key));
  EXPECT_THAT(source_.requests, SizeIs(0));

  flush_and_answer();

  EXPECT_THAT(source_.requests, ElementsAre(keys));
  ASSERT_THAT(results_, SizeIs(keys.size()));
  for (const auto key : keys)
    ASSERT_EQ(results_[static_cast<std::size_t>(key)], std::to_string(key));
  EXPECT_TRUE(coroutines_->idle());
}

TEST_F(get_collector_test, AsksEqualKeysOnceAndResumesInTheOrderOfTheGets) {
  for (const auto key : {7, -1, 7, 3, -1})
    coroutines_->start(get(*this, key));
  flush_and_answer();
  EXPECT_THAT(source_.requests, ElementsAre(ElementsAre(7, -1, 3)));
  EXPECT_THAT(results_, ElementsAre("7", "data_not_found", "7", "3", "data_not_found"));
}

TEST_F(get_collector_test, AsksEqualKeysOfDifferentTimesApart) {
  for (const auto seconds : {1, 2, 1, 3, 2})
    coroutines_->start(get(*this, 7, at(seconds)));
  flush_and_answer();
  EXPECT_THAT(source_.questions,
              ElementsAre(question{7, at(1)}, question{7, at(2)}, question{7, at(3)}));
  EXPECT_THAT(results_, SizeIs(5));
}

TEST_F(get_collector_test, AsksAgainWhenResumedCoroutinesDo) {
  coroutines_->start(get_twice(*this, 1));
  coroutines_->start(get_twice(*this, 5));
  flush_and_answer();
  source_.answer();
  EXPECT_THAT(source_.requests, ElementsAre(ElementsAre(1, 5), ElementsAre(2, 6)));
  EXPECT_THAT(results_, ElementsAre("1", "5", "2", "6"));
}

TEST_F(get_collector_test, KeepsRoundsApart) {
  coroutines_->start(get(*this, 1));
  gets_.flush();
  coroutines_->start(get(*this, 2));
  flush_and_answer();
  EXPECT_THAT(source_.requests, ElementsAre(ElementsAre(1), ElementsAre(2)));
  EXPECT_THAT(results_, ElementsAre("1", "2"));
}

TEST_F(get_collector_test, FailsEveryGetWhenTheRequestFails) {
  source_.down = true;
  coroutines_->start(get(*this, 1));
  coroutines_->start(get(*this, 2));
  flush_and_answer();
  EXPECT_THAT(results_, ElementsAre("unavailable", "unavailable"));
}

TEST_F(get_collector_test, FailsTheGetsThatAShortAnswerLeavesOut) {
  source_.forgetful = true;
  coroutines_->start(get(*this, 1));
  coroutines_->start(get(*this, 2));
  flush_and_answer();
  EXPECT_THAT(results_, ElementsAre("1", "unavailable"));
}

TEST_F(get_collector_test, LetsWaitingCoroutinesBeDestroyed) {
  co::scope others;
  others.start(get(*this, 1));
  coroutines_->start(get(*this, 2));
  others.start(get(*this, 3));
  gets_.flush();
  coroutines_.reset();
  EXPECT_EQ(destroyed_, 1);
  source_.answer();
  EXPECT_THAT(results_, ElementsAre("1", "3"));
}

} // namespace

} // namespace vedette
