#include "events/batch_builder.hpp"
#include "tests/events/capture/recording.hpp"

#include <gmock/gmock.h>

#include <array>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

namespace vedette::capture_tests {

namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

namespace lost = events::lost_events;

/// What a lost_events says, times by the recorded host's clock.
struct told {
  std::int64_t time = 0;
  std::string event;
  std::uint64_t count = 0;
  std::int64_t since = 0, until = 0;
  std::string where;

  bool operator==(const told&) const = default;
};
std::ostream& operator<<(std::ostream& out, const told& one) {
  return out << one.time << ": " << one.count << " of '" << one.event << "' from "
             << one.since << " to " << one.until << " in " << one.where;
}

std::int64_t boottime(std::optional<time_ns> when) {
  if (!when || *when == beginning_of_time)
    return -1;
  return (when->time_since_epoch() - offset).count();
}

/// A recording of two shards whose blocks are left out as wished.
class CaptureHoles : public testing::Test {
protected:
  CaptureHoles() { begin(); }

  /// A block of exits at these times.
  void block(std::uint32_t shard, const std::vector<std::int64_t>& times,
             time_ns watermark, bool is_there = true) {
    std::vector<event_builder> events;
    for (const auto time : times)
      events.push_back(exit_at(time, 1));
    auto& position = positions_.at(shard);
    if (!times.empty())
      writer_->add(*make_batch(events, {shard, offset, position}), out_);
    position += times.size();
    writer_->advance(shard, watermark);
    const auto before = out_.size();
    writer_->flush(out_);
    if (!is_there)
      out_.resize(before);
  }

  /// All that a replay is given: times of exits, and what is told of holes.
  void read(bool to_its_end = true) {
    if (to_its_end)
      writer_->finish(out_);
    capture_merge merge;
    for (auto& one : read_all(out_).blocks)
      merge.push(std::move(one));
    merge.finish();
    while (const auto one = merge.next())
      note(*one);
  }

  std::vector<std::int64_t> exits_;
  std::vector<told> told_;

private:
  void begin() { writer_.emplace(facts_of(2), out_); }

  void note(const captured_record& one) {
    batch_builder builder{0, one.clock_offset};
    builder.add(one.record);
    const auto events = builder.take();
    const auto event = (*events)[0];
    EXPECT_EQ(one.made, event.kind() == event_kind::lost_events);
    if (!one.made) {
      exits_.push_back(boottime(event.time()));
      return;
    }
    told_.push_back({boottime(event.time()), std::string{*event.get<lost::event>()},
                     *event.get<lost::count>(), boottime(event.get<lost::since>()),
                     boottime(event.get<lost::until>()),
                     std::string{*event.get<lost::where>()}});
  }

  std::string out_;
  std::optional<capture_writer> writer_;
  std::array<std::uint64_t, 2> positions_{};
};

TEST_F(CaptureHoles, are_none_in_what_is_whole) {
  block(0, {10, 11}, at(20));
  block(1, {}, at(30));
  block(0, {21}, at(40));
  block(0, {}, end_of_time);
  block(1, {35}, end_of_time);
  read();
  EXPECT_THAT(exits_, ElementsAre(10, 11, 21, 35));
  EXPECT_THAT(told_, IsEmpty());
}

TEST_F(CaptureHoles, are_told_from_where_the_shard_was_known_to_its_next_record) {
  block(0, {10}, at(20));
  block(0, {21, 25, 30}, at(31), false);
  block(0, {40}, end_of_time);
  block(1, {22}, end_of_time);
  read();
  EXPECT_THAT(exits_, ElementsAre(10, 22, 40));
  EXPECT_THAT(told_, ElementsAre(told{21, "", 3, 21, 40, "capture, shard 0"}))
      << "before what others have seen meanwhile";
}

TEST_F(CaptureHoles, are_found_though_nothing_has_happened_since) {
  block(0, {10}, at(20));
  block(0, {21, 25}, at(31), false);
  block(0, {}, end_of_time);
  block(1, {50}, end_of_time);
  read();
  EXPECT_THAT(told_, ElementsAre(told{21, "", 2, 21, 21, "capture, shard 0"}));
}

TEST_F(CaptureHoles, at_the_beginning_are_told_first) {
  block(0, {5, 6}, at(20), false);
  block(0, {30}, end_of_time);
  block(1, {7}, end_of_time);
  read();
  EXPECT_THAT(exits_, ElementsAre(7, 30));
  EXPECT_THAT(told_, ElementsAre(told{1, "", 2, -1, 30, "capture, shard 0"}));
}

TEST_F(CaptureHoles, at_the_end_are_of_the_shards_that_have_not_ended) {
  block(0, {10}, at(20));
  block(1, {40}, at(50));
  read(false);
  EXPECT_THAT(exits_, ElementsAre(10, 40));
  EXPECT_THAT(told_, ElementsAre(told{21, "", 0, 21, 40, "capture, shard 0"}));
}

TEST_F(CaptureHoles, of_times_that_cannot_be_are_bounded) {
  capture_holes holes{1};
  captured_block first;
  first.watermark = time_ns{std::chrono::nanoseconds{end_of_time.time_since_epoch()}
                            - std::chrono::nanoseconds{1}};
  EXPECT_FALSE(holes.before(first));
  captured_block second;
  second.first_position = 7;
  second.clock_offset = std::chrono::nanoseconds{1 - capture_time_max};
  const auto hole = holes.before(second);
  ASSERT_TRUE(hole);
  const auto block = block_of(*hole, second);
  const auto* record = reinterpret_cast<const record_header*>(block.memory.get());
  EXPECT_LT(record->time_ns, static_cast<std::uint64_t>(capture_time_max));
}

} // namespace

} // namespace vedette::capture_tests
