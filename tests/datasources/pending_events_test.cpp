#include "datasources/pending_events.hpp"
#include "tests/support/events.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <vector>

namespace vedette {

namespace {

batch_ptr batch_of(const std::vector<std::uint64_t>& times, event_kind kind) {
  std::vector<event_builder> events;
  for (const auto at : times)
    events.push_back(event_builder{kind}.at(at));
  return make_batch(events);
}

bool is_kill(event_view event) {
  return event.kind() == event_kind::kill;
}

TEST(pending_events, count_the_batches_that_they_keep) {
  pending_events events{2};
  const auto reads = batch_of({1, 2}, event_kind::read);
  const auto early = batch_of({3, 4, 5}, event_kind::kill),
             late = batch_of({6}, event_kind::kill);
  events.add(reads, 0, is_kill);
  EXPECT_EQ(events.bytes(), 0U) << "nobody wants what is in it";
  events.add(early, 0, is_kill);
  EXPECT_EQ(events.bytes(), early->bytes()) << "once, however many wait";
  events.add(late, 1, is_kill);
  EXPECT_EQ(events.pending(), 4U);
  EXPECT_EQ(events.bytes(), early->bytes() + late->bytes());
  events.advance(0, at_ns(6));
  events.advance(1, at_ns(4));
  EXPECT_EQ(events.bytes(), early->bytes() + late->bytes())
      << "one of them waits still";
  events.advance(1, at_ns(5));
  EXPECT_EQ(events.bytes(), late->bytes());
  events.advance(1, at_ns(6));
  EXPECT_EQ(events.bytes(), 0U);
}

TEST(pending_events, come_out_in_order_when_all_shards_have_passed) {
  pending_events events{2};
  events.add(batch_of({3, 7}, event_kind::kill), 0, is_kill);
  events.add(batch_of({5}, event_kind::kill), 1, is_kill);
  events.advance(0, at_ns(7));
  events.advance(1, at_ns(5));
  std::vector<time_ns> came;
  events.release(events.watermark(),
                 [&](const moment& at, const event_ref&) { came.push_back(at.time); });
  EXPECT_EQ(came, (std::vector{at_ns(3), at_ns(5)}));
  EXPECT_EQ(events.oldest(), at_ns(7));
}

} // namespace

} // namespace vedette
