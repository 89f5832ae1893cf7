#include "tests/events/capture/recording.hpp"

#include <gmock/gmock.h>

namespace vedette::capture_tests {

namespace {

using testing::ElementsAre;
using testing::IsEmpty;

captured_block block_of(std::uint32_t shard, std::uint64_t position,
                        const std::vector<std::pair<int, std::uint32_t>>& exits,
                        time_ns watermark, std::uint32_t shards = 2) {
  std::string out;
  capture_writer writer{facts_of(shards), out};
  std::vector<event_builder> events;
  for (const auto& [time, pid] : exits)
    events.push_back(exit_at(time, pid));
  writer.add(*make_batch(events, {shard, offset, position}), out);
  writer.advance(shard, watermark);
  writer.flush(out);
  auto back = read_all(out);
  return std::move(back.blocks.at(0));
}

std::vector<std::uint32_t> pids_of(capture_merge& merge) {
  std::vector<std::uint32_t> pids;
  while (const auto one = merge.next())
    if (!one->made)
      pids.push_back(reinterpret_cast<const record_header*>(one->record.data())->host_tgid);
  return pids;
}

TEST(CaptureMerge, waits_for_the_shard_that_lags) {
  capture_merge merge;
  merge.push(block_of(0, 0, {{10, 1}, {30, 3}}, at(40)));
  EXPECT_THAT(pids_of(merge), IsEmpty()) << "nothing is known of shard 1";
  merge.push(block_of(1, 0, {{20, 2}}, at(25)));
  EXPECT_THAT(pids_of(merge), ElementsAre(1, 2));
  merge.push(block_of(1, 1, {{26, 4}}, at(50)));
  EXPECT_THAT(pids_of(merge), ElementsAre(4, 3));
}

TEST(CaptureMerge, gives_equal_times_by_place_in_the_ring_and_then_by_shard) {
  capture_merge merge;
  merge.push(block_of(1, 4, {{10, 1}, {10, 2}}, at(10)));
  merge.push(block_of(0, 5, {{10, 3}, {10, 4}}, at(10)));
  EXPECT_THAT(pids_of(merge), ElementsAre(1, 3, 2, 4));
}

TEST(CaptureMerge, gives_out_everything_at_the_end) {
  capture_merge merge;
  merge.push(block_of(0, 0, {{30, 3}, {10, 1}}, at(5)));
  EXPECT_THAT(pids_of(merge), IsEmpty());
  merge.finish();
  EXPECT_THAT(pids_of(merge), ElementsAre(1, 3));
}

TEST(CaptureMerge, does_not_wait_for_what_was_told_beside_the_shards) {
  capture_merge merge;
  merge.push(block_of(0, 0, {{10, 1}}, at(40), 1));
  EXPECT_THAT(pids_of(merge), ElementsAre(1));
  merge.push(block_of(1, 0, {{50, 2}}, end_of_time, 1));
  EXPECT_THAT(pids_of(merge), IsEmpty()) << "it is of a time that shard 0 has not passed";
  merge.push(block_of(0, 1, {{45, 3}}, at(50), 1));
  EXPECT_THAT(pids_of(merge), ElementsAre(3, 2));
}

TEST(CaptureMerge, holds_no_more_than_its_limit) {
  capture_merge merge{1000};
  std::vector<std::pair<int, std::uint32_t>> exits;
  for (std::uint32_t i = 0; i < 100; ++i)
    exits.emplace_back(i, i);
  merge.push(block_of(0, 0, exits, at(200)));
  const auto given = pids_of(merge);
  EXPECT_GE(given.size(), 90) << "shard 1 never says how far it is";
  EXPECT_TRUE(std::ranges::is_sorted(given));
}

TEST(CaptureMerge, waits_anew_in_another_recording) {
  capture_merge merge;
  merge.push(block_of(0, 0, {{10, 1}}, end_of_time, 1));
  EXPECT_THAT(pids_of(merge), ElementsAre(1));
  auto next = block_of(0, 0, {{30, 3}}, end_of_time);
  next.file = 2;
  merge.push(std::move(next));
  EXPECT_THAT(pids_of(merge), IsEmpty());
  next = block_of(1, 0, {{20, 2}}, end_of_time);
  next.file = 2;
  merge.push(std::move(next));
  EXPECT_THAT(pids_of(merge), ElementsAre(2, 3));
}

} // namespace

} // namespace vedette::capture_tests
