#include "bpf/file_descriptor.hpp"
#include "bpf/ring_reader.hpp"
#include "tests/bpf/sample_record.hpp"

#include <gtest/gtest.h>

#include <iterator>
#include <sys/mman.h>

namespace vedette {

namespace {

constexpr std::size_t page = 4096;
constexpr std::size_t ring_size = 4 * page;
constexpr std::size_t everything = ring_size;

/// A ring in memory of ours, to write what a kernel would not.
class fake_ring : public testing::Test {
protected:
  fake_ring() : file_{memfd_create("ring", MFD_CLOEXEC)} {
    EXPECT_EQ(ftruncate(file_.get(), 2 * page + 2 * ring_size), 0);
    memory_ = static_cast<std::byte*>(mmap(nullptr, 2 * page + ring_size,
                                           PROT_READ | PROT_WRITE, MAP_SHARED,
                                           file_.get(), 0));
  }
  ~fake_ring() override { munmap(memory_, 2 * page + ring_size); }

  ring_reader open() {
    return ring_reader::map(file_.get(), ring_size, state_).value();
  }
  void write(const std::vector<std::byte>& bytes) {
    std::memcpy(memory_ + 2 * page + filled_, bytes.data(), bytes.size());
    filled_ += bytes.size();
    std::memcpy(memory_ + page, &filled_, sizeof(filled_));
  }
  void set_length(std::size_t frame, std::uint32_t word) {
    std::memcpy(memory_ + 2 * page + frame * frame_step, &word, sizeof(word));
  }

  static constexpr std::size_t wake_bytes = 3 * frame_step;
  shard_reader state_{};

private:
  file_descriptor file_;
  std::byte* memory_;
  std::uint64_t filled_ = 0;
};

std::ptrdiff_t count(const borrowed_frames& part) {
  return std::ranges::distance(part.frames);
}

TEST_F(fake_ring, gives_nothing_where_nothing_is) {
  auto reader = open();
  const auto part = reader.borrow(everything, reader.producer_position());
  EXPECT_EQ(count(part), 0);
  EXPECT_EQ(part.end, borrow_end::position);
}

TEST_F(fake_ring, stops_exactly_at_the_position) {
  auto reader = open();
  write(framed(2));
  const auto mark = reader.mark();
  write(framed(3));

  auto part = reader.borrow(everything, mark.position);
  EXPECT_EQ(count(part), 2);
  EXPECT_EQ(part.end, borrow_end::position);
  reader.release(part);
  EXPECT_EQ(reader.consumer_position(), mark.position);
  EXPECT_EQ(count(reader.borrow(everything, mark.position)), 0);

  part = reader.borrow(everything, reader.producer_position());
  EXPECT_EQ(count(part), 3);
  reader.release(part);
  EXPECT_EQ(reader.available(), 0);
}

TEST_F(fake_ring, stops_before_a_position_within_a_record) {
  auto reader = open();
  write(framed(2));
  const auto part = reader.borrow(everything, frame_step + 8);
  EXPECT_EQ(count(part), 1);
  EXPECT_EQ(part.end, borrow_end::position);
}

TEST_F(fake_ring, says_that_there_is_more) {
  auto reader = open();
  write(framed(3));
  const auto part = reader.borrow(2 * frame_step, reader.producer_position());
  EXPECT_EQ(count(part), 2);
  EXPECT_EQ(part.end, borrow_end::limit);
  EXPECT_EQ(count(reader.borrow(1, reader.producer_position())), 1) << "one at least";
}

TEST_F(fake_ring, waits_for_a_record_that_is_being_written) {
  auto reader = open();
  write(framed(1));
  write(framed(1, BPF_RINGBUF_BUSY_BIT));
  write(framed(1));
  const auto mark = reader.mark();

  auto part = reader.borrow(everything, mark.position);
  EXPECT_EQ(count(part), 1);
  EXPECT_EQ(part.end, borrow_end::busy);
  reader.release(part);
  part = reader.borrow(everything, mark.position);
  EXPECT_EQ(count(part), 0);
  EXPECT_EQ(part.end, borrow_end::busy);

  set_length(1, sizeof(sample_record));
  part = reader.borrow(everything, mark.position);
  EXPECT_EQ(count(part), 2);
  EXPECT_EQ(part.end, borrow_end::position);
}

TEST_F(fake_ring, passes_over_discarded_records) {
  auto reader = open();
  write(framed(1, BPF_RINGBUF_DISCARD_BIT));
  write(framed(1));
  const auto part = reader.borrow(everything, reader.producer_position());
  EXPECT_EQ(count(part), 1);
  reader.release(part);
  EXPECT_EQ(reader.available(), 0);
}

TEST_F(fake_ring, survives_a_length_that_cannot_be) {
  auto reader = open();
  write(framed(3));
  set_length(1, 0x0fffffff);
  const auto mark = reader.mark();

  auto part = reader.borrow(everything, mark.position);
  EXPECT_EQ(count(part), 1);
  EXPECT_EQ(part.end, borrow_end::limit) << "there is more to do before the position";
  reader.release(part);
  part = reader.borrow(everything, mark.position);
  EXPECT_EQ(count(part), 0);
  EXPECT_EQ(part.end, borrow_end::position);
  EXPECT_EQ(reader.corrupt_frames(), 1);
  EXPECT_EQ(reader.corrupt_bytes(), 2 * frame_step);
  reader.release(part);
  write(framed(1));
  EXPECT_EQ(count(reader.borrow(everything, reader.producer_position())), 1);
}

TEST_F(fake_ring, arms_only_if_there_is_not_enough_to_wake_for) {
  auto reader = open();
  write(framed(2));
  EXPECT_TRUE(reader.arm(wake_bytes));
  EXPECT_EQ(state_.wake_at, wake_bytes);
  reader.disarm();
  EXPECT_EQ(state_.wake_at, 0);
  write(framed(1));
  EXPECT_FALSE(reader.arm(wake_bytes));
  EXPECT_EQ(state_.wake_at, 0);
}

} // namespace

} // namespace vedette
