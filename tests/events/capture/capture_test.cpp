#include "tests/events/any_event.hpp"
#include "tests/events/capture/recording.hpp"
#include "tests/support/property.hpp"

#include <gmock/gmock.h>

namespace vedette::capture_tests {

namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

struct small_file {
  std::string bytes;
  std::vector<std::size_t> ends; ///< Of the blocks with records, in the file.
};

/// Three blocks of two shards.
small_file make_small() {
  small_file file;
  capture_writer writer{facts_of(2), file.bytes};
  std::uint64_t position = 0;
  for (const std::uint32_t shard : {0U, 1U, 0U}) {
    writer.add(*make_batch({exit_at(10, 100), exit_at(11, 200)},
                           {shard, offset, position}),
               file.bytes);
    writer.advance(shard, at(20 + static_cast<std::int64_t>(position)));
    writer.flush(file.bytes);
    file.ends.push_back(file.bytes.size());
    position += shard == 1 ? 2 : 0;
  }
  writer.finish(file.bytes);
  return file;
}

TEST(Capture, is_told_from_json_by_its_first_bytes) {
  std::string out;
  const capture_writer writer{facts_of(1), out};
  EXPECT_TRUE(is_capture(out));
  EXPECT_TRUE(is_capture(std::string_view{out}.substr(0, 1)));
  EXPECT_FALSE(is_capture(std::string_view{}));
  EXPECT_FALSE(is_capture(std::string_view{R"({"timestamp":1})"}));
  EXPECT_FALSE(is_capture(std::string_view{"\n\n\n\n\n\n\n\n"}));
  EXPECT_FALSE(is_capture(std::string_view{"Vdtca"}));
}

TEST(Capture, gives_back_what_was_put_in) {
  std::string out;
  capture_writer writer{facts_of(2), out};
  const auto first = make_batch({exit_at(10, 100), exit_at(12, 200)}, {1, offset, 7});
  writer.add(*first, out);
  writer.advance(1, at(13));
  EXPECT_TRUE(writer.has_open());
  writer.finish(out);

  const auto back = read_all(out);
  EXPECT_FALSE(back.damage);
  EXPECT_EQ(back.facts, facts_of(2));
  ASSERT_EQ(back.blocks.size(), 1);
  EXPECT_EQ(back.blocks[0].shard, 1);
  EXPECT_EQ(back.blocks[0].shards, 2);
  EXPECT_EQ(back.blocks[0].clock_offset, offset);
  EXPECT_EQ(back.blocks[0].first_position, 7);
  EXPECT_EQ(back.blocks[0].watermark, at(13));
  ASSERT_EQ(back.blocks[0].offsets.size(), 2);
  const auto expected = exit_at(12, 200).record();
  EXPECT_TRUE(std::ranges::equal(back.blocks[0].record(1), expected));
}

TEST(Capture, says_how_far_a_silent_shard_has_come) {
  std::string out;
  capture_writer writer{facts_of(2), out};
  EXPECT_FALSE(writer.has_open());
  writer.advance(1, at(13));
  writer.advance(1, at(12)); // Time does not go back.
  EXPECT_TRUE(writer.has_open());
  writer.flush(out);
  EXPECT_FALSE(writer.has_open());
  const auto before = out.size();
  writer.flush(out);
  EXPECT_EQ(out.size(), before);

  const auto back = read_all(out);
  ASSERT_EQ(back.blocks.size(), 1);
  EXPECT_EQ(back.blocks[0].watermark, at(13));
  EXPECT_THAT(back.blocks[0].offsets, IsEmpty());
}

TEST(Capture, has_blocks_of_64_KiB_at_most_and_of_one_clock_without_gaps) {
  std::string out;
  capture_writer writer{facts_of(1), out};
  std::vector<event_builder> many(1000, exit_at(10, 100));
  const auto batch = make_batch(many, {0, offset, 0});
  writer.add(*batch, out);
  writer.add(*make_batch({exit_at(11, 1)}, {0, offset, 1000}), out);
  writer.add(*make_batch({exit_at(12, 2)}, {0, offset, 2000}), out); // Some were dropped.
  writer.add(*make_batch({exit_at(13, 3)}, {0, {}, 2001}), out);
  writer.finish(out);

  const auto back = read_all(out);
  EXPECT_FALSE(back.damage) << back.damage->what;
  EXPECT_EQ(back.records().size(), 1003);
  std::vector<std::uint64_t> firsts;
  for (const auto& block : back.blocks) {
    EXPECT_LE(block.bytes, block_bytes);
    firsts.push_back(block.first_position);
  }
  ASSERT_GE(firsts.size(), 4);
  EXPECT_EQ(firsts[firsts.size() - 2], 2000);
  EXPECT_EQ(firsts.back(), 2001);
}

TEST(Capture, has_a_block_of_its_own_for_a_record_that_is_longer_than_a_block) {
  std::string out;
  capture_writer writer{facts_of(1), out};
  const std::string path(block_bytes + 1000, 'x');
  const auto huge = event_builder{event_kind::security_file_open}
                        .at(11)
                        .by({1, 5})
                        .arg<events::security_file_open::pathname>(path);
  writer.add(*make_batch({exit_at(10, 100), huge, exit_at(12, 100)}, {0, offset, 0}), out);
  writer.finish(out);

  const auto back = read_all(out);
  EXPECT_FALSE(back.damage);
  ASSERT_EQ(back.blocks.size(), 3);
  EXPECT_EQ(back.records().size(), 3);
}

TEST(Capture, cut_anywhere_gives_every_whole_block_and_one_error) {
  const auto file = make_small();
  for (std::size_t length = 1; length < file.bytes.size(); ++length) {
    const auto cut = std::string_view{file.bytes}.substr(0, length);
    EXPECT_TRUE(is_capture(cut));
    const auto back = read_all(cut);
    const auto whole = std::ranges::count_if(
        file.ends, [&](std::size_t end) { return end <= length; });
    ASSERT_EQ(back.blocks.size(), whole) << length;
    ASSERT_EQ(back.damaged, 1) << length;
    ASSERT_LE(back.damage->at, length);
    ASSERT_THAT(back.damage->what, HasSubstr("cut off"));
  }
  EXPECT_FALSE(read_all(file.bytes).damage);
}

TEST(Capture, with_any_byte_damaged_gives_every_other_block_and_one_error) {
  const auto file = make_small();
  const auto intact = read_all(file.bytes);
  for (std::size_t at = 0; at < file.bytes.size(); ++at) {
    auto bytes = file.bytes;
    bytes[at] = static_cast<char>(bytes[at] ^ 0x20);
    EXPECT_TRUE(is_capture(bytes));
    const auto back = read_all(bytes);
    const bool in_records = at >= file.ends[0] - (file.ends[1] - file.ends[0])
                            && at < file.ends[2];
    ASSERT_EQ(back.blocks.size(), in_records ? 2 : 3) << at;
    ASSERT_EQ(back.damaged, 1) << at << ": " << back.damage->what;
    ASSERT_LE(back.damage->at, at);
    ASSERT_THAT(back.damage->what, HasSubstr(at < file.ends[2] ? "damaged" : ""));
  }
  EXPECT_EQ(intact.blocks.size(), 3);
}

TEST(Capture, counts_every_damaged_place_and_tells_the_first) {
  auto file = make_small();
  file.bytes[file.ends[0] - 1] ^= 1;
  file.bytes[file.ends[2] - 1] ^= 1;
  const auto back = read_all(file.bytes);
  EXPECT_EQ(back.blocks.size(), 1);
  EXPECT_EQ(back.damaged, 2);
  EXPECT_EQ(back.damage->what, "a block is damaged");
}

TEST(Capture, of_another_version_says_so) {
  auto file = make_small();
  capture_header header{capture_magic, 2, 0};
  header.checksum = checksum_of(header);
  std::memcpy(file.bytes.data(), &header, sizeof(header));
  const auto back = read_all(file.bytes);
  EXPECT_THAT(back.blocks, IsEmpty());
  EXPECT_EQ(back.damage->what, "it is of version 2, and this Vedette reads version 1");
}

TEST(Capture, may_follow_another_one_in_a_file) {
  const auto file = make_small();
  const auto back = read_all(file.bytes + file.bytes);
  EXPECT_FALSE(back.damage);
  EXPECT_EQ(back.blocks.size(), 6);
  EXPECT_EQ(back.blocks[2].file, 1);
  EXPECT_EQ(back.blocks[3].file, 2);
}

TEST(Capture, of_a_version_whose_table_differs_has_its_events_by_name) {
  std::string out;
  auto facts = facts_of(1);
  const auto exit = static_cast<std::size_t>(event_kind::sched_process_exit);
  const auto fork = static_cast<std::size_t>(event_kind::sched_process_fork);
  facts.events[exit] = "of a future";
  facts.events[fork] = "sched_process_exit";
  capture_writer writer{facts, out};
  auto one = exit_at(10, 100).with([](record_header& header) {
    header.kind = static_cast<__u16>(event_kind::sched_process_fork);
  });
  writer.add(*make_batch({one}, {0, offset, 0}), out);
  writer.flush(out);
  writer.add(*make_batch({exit_at(11, 100)}, {0, offset, 1}), out);
  writer.finish(out);

  const auto back = read_all(out);
  const auto kind_of = [](const auto& record) {
    return reinterpret_cast<const record_header*>(record.data())->kind;
  };
  ASSERT_EQ(back.records().size(), 2);
  EXPECT_EQ(kind_of(back.records()[0]), exit);
  EXPECT_EQ(kind_of(back.records()[1]), RECORD_unknown);
  EXPECT_FALSE(back.damage);
}

TEST(Capture, gives_back_any_records_read_in_any_pieces) {
  expect_property(100, [](std::uint64_t seed) {
    any_event any{seed};
    std::string out;
    capture_writer writer{facts_of(3), out};
    std::vector<std::vector<std::string>> put(3);
    for (auto left = any.number() % 40; left > 0; --left) {
      const auto shard = static_cast<std::uint32_t>(any.number() % 3);
      batch_builder builder{shard, offset};
      const auto position = put[shard].size();
      for (auto more = any.number() % 5; more > 0; --more) {
        auto record = any.record(static_cast<event_kind>(any.number() % event_kinds));
        auto& header = *reinterpret_cast<record_header*>(record.data());
        header.time_ns >>= 2U;
        header.flags = 0;
        builder.add(std::as_bytes(std::span{record}));
        put[shard].push_back(std::move(record));
      }
      if (builder.empty())
        continue;
      const auto batch = builder.take();
      batch->place_at(position);
      writer.add(*batch, out);
      if (any.one_in(4))
        writer.flush(out);
    }
    writer.finish(out);

    const auto back = read_all(out, 1 + any.number() % 5000);
    RC_ASSERT(!back.damage);
    std::vector<std::vector<std::string>> got(3);
    for (const auto& block : back.blocks) {
      RC_ASSERT(block.first_position == got[block.shard].size());
      for (std::size_t i = 0; i < block.offsets.size(); ++i) {
        const auto record = block.record(i);
        got[block.shard].emplace_back(reinterpret_cast<const char*>(record.data()),
                                      record.size());
      }
    }
    RC_ASSERT(got == put);
  });
}

} // namespace

} // namespace vedette::capture_tests
