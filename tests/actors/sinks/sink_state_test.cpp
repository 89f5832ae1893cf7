#include "actors/sinks/sink_state.hpp"
#include "tests/support/actor_test.hpp"
#include "tests/support/events.hpp"

#include <gmock/gmock.h>

namespace vedette {

namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

/// `EVENT@TIME` and `!ID@TIME`, with a head.
class plain_format final : public sink_format {
public:
  void begin(std::string& out) override { out += "head "; }
  void add(std::string& out, const finding& found) override {
    out += '!' + found.signature->id + '@' + time_of(found.cause.view()) + ' ';
  }
  void add(std::string& out, event_view event) override {
    out += std::string{definition_of(event.kind()).name} + '@' + time_of(event) + ' ';
  }

private:
  static std::string time_of(event_view event) {
    return std::to_string(event.time().time_since_epoch().count());
  }
};

nudged_actor::behavior_type some_stage(nudged_actor::pointer) {
  return {[](nudge_atom, time_ns) {}};
}

class sinking : public actor_test {
protected:
  void start(std::size_t streams, bool findings = true) {
    sink_takes takes{findings, {}, false};
    takes.events.add(event_kind::kill);
    sink_.emplace(streams, takes, std::make_unique<plain_format>());
  }

  void start_with(event_filter filter) {
    sink_takes takes{false, {}, false};
    takes.events.add(std::move(filter));
    sink_.emplace(1, takes, std::make_unique<plain_format>());
  }

  void give(std::uint32_t stream, const std::vector<event_builder>& events,
            std::int64_t watermark, bool last = false) {
    give({stream,
          events.empty() ? nullptr : make_batch(events),
          {},
          at_ns(watermark),
          last,
          before_});
  }
  void give(const output& next) {
    sink_->accept(next);
    sink_->write(text_);
  }

  std::vector<std::int64_t> nudged() {
    std::vector<std::int64_t> until;
    sink_->nudge([&](const nudged_actor& who, time_ns time) {
      EXPECT_EQ(who, before_);
      until.push_back(time.time_since_epoch().count());
    });
    return until;
  }

  static event_builder kill_at(std::uint64_t time) {
    return event_builder{event_kind::kill}.at(time);
  }
  static finding found(const std::string& id, const event_builder& cause) {
    auto about = std::make_shared<signature_metadata>();
    about->id = id;
    return {std::move(about), {make_batch({cause}), 0}, {}};
  }

  nudged_actor before_ = system_.spawn(some_stage);
  std::optional<sink_state> sink_;
  std::string text_;
};

TEST_F(sinking, writes_what_every_stream_has_passed_in_the_order_of_time) {
  start(2);
  give(0, {kill_at(10), kill_at(30)}, 30);
  EXPECT_EQ(text_, "head ");
  give(1, {kill_at(20), kill_at(40)}, 25);
  EXPECT_EQ(text_, "head kill@10 kill@20 ");
  give(1, {}, 100);
  EXPECT_EQ(text_, "head kill@10 kill@20 kill@30 ");
  give(0, {}, 100, true);
  EXPECT_EQ(text_, "head kill@10 kill@20 kill@30 kill@40 ");
  EXPECT_FALSE(sink_->ended());
  give(1, {}, 100, true);
  EXPECT_TRUE(sink_->ended());
  EXPECT_EQ(sink_->balance(), (stage_balance{4, 0, 4, 0, 0}));
}

TEST_F(sinking, orders_equal_times_by_position_then_stream) {
  start(2);
  give({1, nullptr, {found("S", kill_at(5).replayed(7))}, at_ns(5), false, before_});
  give(0, {kill_at(5).replayed(9), kill_at(5).replayed(7), kill_at(5).replayed(3)}, 5);
  EXPECT_EQ(text_, "head kill@5 kill@5 !S@5 kill@5 ") << "a finding follows its event";
  EXPECT_EQ(sink_->findings(), 1U);
}

TEST_F(sinking, writes_a_late_event_where_it_counts_as_having_happened) {
  start(1);
  give(0, {kill_at(10), kill_at(4).visible_at(at_ns(10)), kill_at(20)}, 20);
  EXPECT_EQ(text_, "head kill@10 kill@4 kill@20 ");
}

TEST_F(sinking, takes_only_what_it_should) {
  start(1, false);
  give({0,
        make_batch({kill_at(1), event_builder{event_kind::read}.at(2),
                    event_builder{event_kind::unknown}.at(3).named("x")}),
        {found("S", kill_at(1))},
        at_ns(9),
        true,
        before_});
  EXPECT_EQ(text_, "head kill@1 ");
  EXPECT_EQ(sink_->balance(), (stage_balance{1, 0, 1, 0, 0}));
}

TEST_F(sinking, takes_of_an_event_what_passes_its_filter) {
  event_filter filter{event_kind::kill};
  ASSERT_TRUE(filter.add("comm=cat"));
  start_with(std::move(filter));
  give(0, {kill_at(1).comm("cat"), kill_at(2).comm("dog"), kill_at(3).comm("cat")}, 9);
  EXPECT_EQ(text_, "head kill@1 kill@3 ");
  EXPECT_EQ(sink_->balance(), (stage_balance{2, 0, 2, 0, 0}));
}

TEST_F(sinking, nudges_each_stream_that_lags_once) {
  start(3);
  EXPECT_THAT(nudged(), IsEmpty());
  give(0, {kill_at(10)}, 10);
  give(1, {}, 3);
  EXPECT_THAT(nudged(), ElementsAre(10))
      << "of stream 2 nobody is known who could be asked";
  give(2, {}, 4);
  EXPECT_THAT(nudged(), ElementsAre(10));
  EXPECT_THAT(nudged(), IsEmpty());
  give(0, {kill_at(12)}, 12);
  EXPECT_THAT(nudged(), IsEmpty()) << "both owe an answer";
  give(1, {}, 11);
  EXPECT_THAT(nudged(), ElementsAre(12));
  give(1, {}, 20);
  give(2, {}, 20);
  EXPECT_THAT(nudged(), IsEmpty()) << "nothing waits";
}

TEST_F(sinking, nudges_nobody_who_has_ended) {
  start(2);
  give({1, nullptr, {}, end_of_time, true, before_});
  give(0, {kill_at(10)}, 5);
  EXPECT_THAT(nudged(), ElementsAre(10)) << "stream 0 alone";
}

TEST_F(sinking, ends_with_its_streams_and_each_ends_once) {
  start(2);
  give(0, {}, 9, true);
  give(0, {}, 9, true);
  EXPECT_FALSE(sink_->ended());
  give(1, {}, 9, true);
  EXPECT_TRUE(sink_->ended());
  EXPECT_EQ(text_, "head ");
}

} // namespace

} // namespace vedette
