#include "tests/kernel/support/capture.hpp"
#include "tests/kernel/support/child.hpp"

#include <atomic>
#include <fcntl.h>
#include <thread>

namespace vedette {

namespace {

/// Both CPUs write to the one ring, with records of both kinds: put together elsewhere
/// (open), and written in place (fork, exit).
void flood(const std::atomic<bool>& done) {
  while (!done)
    run_child([] {
      for (auto i = 0; i < 200; ++i)
        close(open("/dev/null", O_RDONLY));
      return 0;
    });
}

TEST(watermark, is_not_behind_what_is_read_later) {
  constexpr std::uint64_t enough = 200'000;
  capture kernel_events{{.shards = 1, .ring_bytes = 1 << 20}};
  ASSERT_EQ(kernel_events.kernel().clock_margin().count(), 0);
  std::atomic<bool> done = false;
  std::jthread first{[&] { flood(done); }};
  std::jthread second{[&] { flood(done); }};

  std::uint64_t claimed = 0, records = 0, late = 0, marks = 0;
  auto& reader = kernel_events.reader(0);
  for (; records < enough; ++marks) {
    const auto mark = reader.mark();
    while (reader.consumer_position() < mark.position) {
      const auto part = reader.borrow(64 << 10U, mark.position);
      for (const auto frame : part.frames) {
        const auto time = reinterpret_cast<const record_header*>(frame.data())->time_ns;
        late += time <= claimed ? 1 : 0;
        ++records;
      }
      reader.release(part);
    }
    claimed = mark.clock_ns - 1;
  }
  done = true;

  EXPECT_EQ(late, 0) << "of " << records << " after " << marks << " claims";
  EXPECT_GT(marks, 1'000) << "it was not put to the test";
  EXPECT_EQ(reader.corrupt_frames(), 0);
}

TEST(watermark, stops_at_the_position_of_a_mark) {
  capture kernel_events{{.shards = 1}};
  kernel_events.take();
  auto& reader = kernel_events.reader(0);
  const auto before = reader.mark();
  run_child([] { return 0; });
  const auto after = reader.mark();
  ASSERT_GT(after.position, before.position);

  std::vector<captured> records;
  kernel_events.take(0, before.position, records);
  for (const auto& one : records)
    EXPECT_LT(one.header().time_ns, before.clock_ns);
  EXPECT_EQ(reader.consumer_position(), before.position);
  EXPECT_TRUE(reader.borrow(1 << 20U, before.position).frames.empty());

  records.clear();
  kernel_events.take(0, after.position, records);
  EXPECT_GE(records.size(), 2) << "fork and exit";
  for (const auto& one : records)
    EXPECT_GE(one.header().time_ns, before.clock_ns);
  EXPECT_EQ(reader.consumer_position(), after.position);
}

} // namespace

} // namespace vedette
