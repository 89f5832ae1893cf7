#include "actors/flow_control.hpp"
#include "tests/support/actor_test.hpp"
#include "tests/support/events.hpp"
#include "tests/support/test_sink.hpp"

#include <caf/stateful_actor.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <vector>

namespace vedette {

namespace {

using testing::Each;
using testing::ElementsAre;
using testing::SizeIs;

/// Passes on what it is sent.
using sender_actor = interface<result<void>(output), result<stage_status>(status_atom)>;
using sender_lane = lane<sender_actor, sink_actor, output>;

struct sender_state {
  std::optional<sender_lane> out;
};

/// What a test sees of a sender.
struct spied_sender {
  std::vector<load> lost;
  std::vector<std::weak_ptr<const completion>> tokens;
  sender_lane* out = nullptr;

  [[nodiscard]] std::size_t answered() const {
    return static_cast<std::size_t>(
        std::ranges::count_if(tokens, [](const auto& one) { return one.expired(); }));
  }
  [[nodiscard]] std::uint64_t lost_items() const {
    std::uint64_t sum = 0;
    for (const auto& one : lost)
      sum += one.items;
    return sum;
  }
};

sender_actor::behavior_type sender(sender_actor::stateful_pointer<sender_state> self,
                                   const sink_actor& to, const lane_limits& limits,
                                   spied_sender* spy) {
  self->state.out.emplace(self, to, limits,
                          [spy](const load& lost) { spy->lost.push_back(lost); });
  spy->out = &*self->state.out;
  return {
      [=](output& next) {
        auto token = complete_later(self);
        spy->tokens.emplace_back(token);
        self->state.out->push(std::move(next), std::move(token));
      },
      [](status_atom) { return stage_status{}; },
  };
}

const auto about = std::make_shared<const signature_metadata>();

/// With a finding per time.
output with(std::vector<std::int64_t> times, std::uint32_t stream = 0) {
  output result;
  result.stream = stream;
  for (const auto time : times) {
    const auto events = make_batch(
        {event_builder{event_kind::kill}.at(static_cast<std::uint64_t>(time))});
    result.findings.push_back({about, {events, 0}, {{"n", time}}});
    result.watermark = at_ns(time);
  }
  return result;
}

output bare(std::int64_t watermark, std::uint32_t stream = 0, bool last = false) {
  return {stream, nullptr, {}, at_ns(watermark), last, {}};
}

class flow_control_test : public actor_test {
public:
  /// Whoever owes an answer does not go by itself.
  ~flow_control_test() override {
    stop(sender_);
    stop(sink_);
  }

protected:
  void start(std::size_t credits, when_full full = when_full::wait,
             std::size_t room = 0) {
    sender_ = system_.spawn(sender, sink_actor{sink_}, lane_limits{credits, full, room},
                            &sent_);
  }
  void send(output next) {
    self_->send(sender_, std::move(next));
    run();
  }
  void let_go(std::size_t count) {
    self_->send(sink_, let_go_atom_v, count);
    run();
  }

  spied_sink taken_{{}, true};
  spied_sender sent_;
  test_sink_actor sink_ = system_.spawn(test_sink, &taken_);
  sender_actor sender_;
};

TEST_F(flow_control_test, knows_up_to_when_all_has_been_answered) {
  start(2);
  const auto settled = [&] { return sent_.out->settled(); };
  send(with({10}));
  EXPECT_EQ(settled(), beginning_of_time);
  send(with({20}));
  send(with({30}));
  send(bare(35)); // Goes with the one before it.
  EXPECT_EQ(settled(), beginning_of_time);
  let_go(1);
  EXPECT_EQ(settled(), at_ns(10)) << "20 is unanswered, and 30 was sent";
  let_go(2);
  EXPECT_EQ(settled(), at_ns(35));
  send(bare(40));
  EXPECT_EQ(settled(), at_ns(40)) << "there is nothing to answer for";
}

TEST_F(flow_control_test, sends_exactly_its_credits_to_a_sink_that_has_stopped) {
  start(3);
  for (int i = 0; i < 10; ++i)
    send(with({i}));
  EXPECT_THAT(taken_.numbers(), ElementsAre(0, 1, 2));
  EXPECT_EQ(sent_.out->unanswered(), 3);
  EXPECT_EQ(sent_.out->waiting(), 7);
  EXPECT_EQ(sent_.answered(), 0);
}

TEST_F(flow_control_test, loses_nothing_and_keeps_the_order_when_it_goes_on) {
  start(3);
  for (int i = 0; i < 10; ++i)
    send(with({i}));
  let_go(1);
  EXPECT_THAT(taken_.numbers(), ElementsAre(0, 1, 2, 3));
  EXPECT_EQ(sent_.answered(), 1);
  for (int i = 0; i < 3; ++i)
    let_go(3);
  EXPECT_THAT(taken_.numbers(), ElementsAre(0, 1, 2, 3, 4, 5, 6, 7, 8, 9));
  EXPECT_EQ(sent_.answered(), 10);
  EXPECT_TRUE(sent_.out->idle());
  EXPECT_THAT(sent_.lost, SizeIs(0));
}

TEST_F(flow_control_test, answers_the_sender_only_when_the_receiver_has) {
  start(1);
  auto first = self_->request(sender_, caf::infinite, with({1}));
  run();
  EXPECT_EQ(sent_.answered(), 0);
  let_go(1);
  first.receive([] {}, [](const caf::error& error) { FAIL() << render(error); });
}

TEST_F(flow_control_test, counts_what_a_receiver_that_is_gone_did_not_take) {
  start(2);
  for (int i = 0; i < 5; ++i)
    send(with({i, 10 + i}));
  stop(sink_);
  EXPECT_EQ(sent_.lost_items(), 10);
  EXPECT_EQ(sent_.answered(), 5);
  // No credit has leaked.
  for (int i = 0; i < 5; ++i)
    send(with({i}));
  EXPECT_EQ(sent_.lost_items(), 15);
  EXPECT_EQ(sent_.answered(), 10);
  EXPECT_TRUE(sent_.out->idle());
}

TEST_F(flow_control_test, says_of_what_time_it_lost_something) {
  start(1);
  send(with({7, 3, 5}));
  stop(sink_);
  ASSERT_THAT(sent_.lost, SizeIs(1));
  EXPECT_EQ(sent_.lost[0].since, at_ns(3));
  EXPECT_EQ(sent_.lost[0].until, at_ns(7));
}

TEST_F(flow_control_test, drops_only_what_there_is_no_room_for) {
  start(1, when_full::drop, 3);
  send(with({1, 2})); // Under way.
  send(with({3, 4})); // Waits.
  send(with({5}));    // So does this: three is what there is room for.
  send(with({6}));
  EXPECT_EQ(sent_.lost_items(), 1);
  let_go(1);
  send(with({7, 8}));
  EXPECT_EQ(sent_.lost_items(), 1) << "what was sent has made room";
  let_go(9);
  EXPECT_EQ(sent_.lost_items(), 1);
}

TEST_F(flow_control_test, drops_what_there_is_no_credit_for_when_told_to) {
  start(2, when_full::drop);
  for (int i = 0; i < 5; ++i)
    send(with({i}));
  EXPECT_THAT(taken_.numbers(), ElementsAre(0, 1));
  EXPECT_EQ(sent_.lost_items(), 3);
  EXPECT_EQ(sent_.answered(), 5) << "nobody waits for a sink that drops";

  let_go(2);
  EXPECT_THAT(taken_.watermarks(), ElementsAre(0, 1, 4)) << "time is never lost";
  EXPECT_THAT(taken_.numbers(), ElementsAre(0, 1));
  let_go(1);
  send(with({9}));
  EXPECT_THAT(taken_.numbers(), ElementsAre(0, 1, 9));
}

TEST_F(flow_control_test, tells_a_full_sink_that_a_stream_has_ended) {
  start(1, when_full::drop);
  send(with({1}));
  auto end = with({2});
  end.last = true;
  send(std::move(end));
  let_go(1);
  ASSERT_THAT(taken_.got, SizeIs(2));
  EXPECT_TRUE(taken_.got[1].last);
  EXPECT_THAT(taken_.got[1].findings, SizeIs(0));
}

TEST_F(flow_control_test, lets_watermarks_of_a_stream_not_add_up) {
  start(1);
  send(with({1}));
  for (int i = 2; i < 100; ++i) {
    send(bare(i, 0));
    send(bare(i, 1));
  }
  send(bare(100, 1, true));
  EXPECT_EQ(sent_.out->waiting(), 2);
  EXPECT_EQ(sent_.tokens.size() - sent_.answered(), 4)
      << "one per message, and the end's";
  for (int i = 0; i < 3; ++i)
    let_go(1);
  EXPECT_EQ(sent_.answered(), sent_.tokens.size());
  EXPECT_THAT(taken_.watermarks(), ElementsAre(1, 99, 100));
  EXPECT_EQ(taken_.got[1].stream, 0);
  EXPECT_EQ(taken_.got[2].stream, 1);
  EXPECT_TRUE(taken_.got[2].last);
}

TEST_F(flow_control_test, answers_when_the_sender_quits) {
  start(1);
  send(with({1}));
  send(with({2}));
  stop(sender_);
  EXPECT_EQ(sent_.answered(), 2);
}

TEST_F(flow_control_test, gives_one_credit_where_it_is_given_none) {
  start(0);
  send(with({1}));
  EXPECT_THAT(taken_.numbers(), ElementsAre(1));
}

} // namespace

} // namespace vedette
