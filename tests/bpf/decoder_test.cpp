#include "bpf/decoder.hpp"
#include "tests/bpf/sample_record.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace vedette {

namespace {

namespace opened = events::security_file_open;

TEST(decoder, makes_a_batch_of_what_a_ring_holds) {
  const auto bytes = framed(3);
  decoder tested;
  batch_builder builder{5};
  EXPECT_EQ(tested.decode(frame_range{bytes}, builder), 3);

  const auto batch = builder.take();
  ASSERT_EQ(batch->size(), 3);
  EXPECT_EQ(batch->shard(), 5);
  for (const auto event : batch->events()) {
    EXPECT_EQ(event.process_name(), "cat");
    EXPECT_EQ(event.get<opened::pathname>(), "/etc/pass\"wd");
    EXPECT_TRUE(event.is_truncated<opened::pathname>());
    EXPECT_EQ(event.get<opened::flags>(), 2);
    EXPECT_FALSE(event.get<opened::inode>()) << "not filled";
  }
  EXPECT_EQ(tested.delivered(opened::kind), 3);
  EXPECT_EQ(tested.delivered(event_kind::sched_process_exec), 0);
  EXPECT_EQ(tested.corrupt(), 0);
}

struct corrupt_case {
  const char* name;
  void (*damage)(sample_record&);
};

void PrintTo(const corrupt_case& tested, std::ostream* out) {
  *out << tested.name;
}

class corrupt_frame : public testing::TestWithParam<corrupt_case> {};

TEST_P(corrupt_frame, is_counted_and_left_out) {
  auto bytes = framed(3);
  GetParam().damage(
      *reinterpret_cast<sample_record*>(&bytes[frame_step + BPF_RINGBUF_HDR_SZ]));
  decoder tested;
  batch_builder builder{0};
  EXPECT_EQ(tested.decode(frame_range{bytes}, builder), 2);
  EXPECT_EQ(builder.size(), 2);
  EXPECT_EQ(tested.corrupt(), 1);
  EXPECT_EQ(tested.delivered(opened::kind), 2);
}

INSTANTIATE_TEST_SUITE_P(
    ways, corrupt_frame,
    testing::Values(
        corrupt_case{"longer", [](sample_record& r) { r.header.size += 8; }},
        corrupt_case{"shorter", [](sample_record& r) { r.header.size = 0; }},
        corrupt_case{"kind", [](sample_record& r) { r.header.kind = event_kinds; }},
        corrupt_case{"kind_of_replay",
                     [](sample_record& r) { r.header.kind = RECORD_unknown; }},
        corrupt_case{"too_many_slots",
                     [](sample_record& r) { r.header.arg_count = 65; }},
        corrupt_case{"bit_without_slot",
                     [](sample_record& r) { r.header.present |= 1U << 6; }},
        corrupt_case{"offset",
                     [](sample_record& r) { r.slots[0].bytes.offset = 9999; }},
        corrupt_case{"length", [](sample_record& r) { r.slots[0].bytes.length = 17; }},
        corrupt_case{"overflow",
                     [](sample_record& r) { r.slots[0].bytes.length = ~0U; }}),
    [](const auto& test) { return test.param.name; });

TEST(frames, are_all_but_discarded_ones) {
  auto bytes = framed(3);
  EXPECT_EQ(std::ranges::distance(frame_range{bytes}), 3);
  const std::uint32_t discarded = sizeof(sample_record) | BPF_RINGBUF_DISCARD_BIT;
  std::memcpy(bytes.data(), &discarded, sizeof(discarded));
  EXPECT_EQ(std::ranges::distance(frame_range{bytes}), 2);
  EXPECT_EQ(std::ranges::distance(frame_range{{bytes.data(), bytes.size() - 1}}), 1);
  EXPECT_EQ(std::ranges::distance(frame_range{}), 0);
}

/// Reads every byte that an event offers.
std::size_t touch(const batch& records) {
  std::size_t sum = 0;
  for (const auto event : records.events()) {
    const auto& args = definition_of(event.kind()).args;
    for (std::size_t slot = 0; slot < args.size(); ++slot)
      if (event.is_present(slot) && storage_of(args[slot].type) == arg_storage::text)
        sum += static_cast<std::size_t>(
            std::ranges::count(event.value_at<arg_type::string>(slot), 'x'));
    sum += event.process_name().size();
  }
  return sum;
}

class mutation : public testing::TestWithParam<unsigned> {};

TEST_P(mutation, never_leads_outside) {
  std::mt19937 random{GetParam()};
  const auto good = framed(3);
  for (auto round = 0; round < 5'000; ++round) {
    // Of exactly this size on the heap, so that a sanitizer sees the first byte too
    // many.
    std::vector<std::byte> bytes{good.begin(),
                                 good.end() - (round % 4 == 0 ? random() % 400 : 0)};
    for (auto damage = random() % 6; damage > 0 && !bytes.empty(); --damage) {
      const std::uint32_t extreme[] = {0, 1, 255, ~0U, 1U << 31, sizeof(sample_record)};
      const auto word = random() % 2 ? extreme[random() % 6] : std::uint32_t(random());
      const auto at = random() % bytes.size() / 4 * 4;
      std::memcpy(&bytes[at], &word, std::min<std::size_t>(4, bytes.size() - at));
    }
    decoder tested;
    batch_builder builder{0};
    const auto added = tested.decode(frame_range{bytes}, builder);
    EXPECT_LE(added + tested.corrupt(), bytes.size() / BPF_RINGBUF_HDR_SZ);
    if (added > 0)
      touch(*builder.take());
  }
}

INSTANTIATE_TEST_SUITE_P(seeds, mutation, testing::Range(0U, 8U));

} // namespace

} // namespace vedette
