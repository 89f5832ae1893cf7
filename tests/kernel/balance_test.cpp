#include "tests/kernel/support/capture.hpp"
#include "tests/kernel/support/child.hpp"

#include <atomic>
#include <fcntl.h>
#include <fstream>
#include <map>
#include <sys/epoll.h>
#include <thread>

namespace vedette {

namespace {

using namespace std::chrono_literals;

constexpr auto tiny_ring = 4096; // The smallest there is: fewer than 20 opens.

void open_and_close(int times) {
  for (auto i = 0; i < times; ++i)
    close(open("/dev/null", O_RDONLY));
}

/// Per event and shard; GoogleTest prints both when they differ.
using tally = std::map<std::pair<event_kind, unsigned>, std::uint64_t>;

void count(tally& delivered, const std::vector<captured>& records) {
  for (const auto& one : records)
    ++delivered[{one.event.kind(), one.shard}];
}

class balance : public testing::TestWithParam<bool> {};

TEST_P(balance, is_exact_when_rings_overflow) {
  capture kernel_events{{.ring_bytes = tiny_ring, .allow_dynptr = GetParam()}};
  tally delivered;
  const auto flood = [] { return open_and_close(100), 0; };
  const auto other_cpu = [&] {
    for (auto i = 0; i < 50; ++i)
      run_child(flood);
  };
  std::jthread first{other_cpu};
  std::jthread second{other_cpu};
  for (auto i = 0; i < 50;
       ++i) { // Read now and then, so that rings overflow, and wrap.
    run_child(flood);
    count(delivered, kernel_events.take());
  }
  first.join();
  second.join();
  kernel_events.kernel().detach();
  count(delivered, kernel_events.take());

  std::uint64_t lost = 0, opens = 0;
  for (const auto& probe : kernel_events.kernel().probes())
    for (unsigned shard = 0; shard < kernel_events.kernel().shards(); ++shard) {
      const auto counts = kernel_events.kernel().counts(probe.event, shard);
      const auto out = delivered[{probe.event, shard}];
      EXPECT_EQ(counts.seen, counts.filtered + counts.lost + out)
          << definition_of(probe.event).name << " in shard " << shard;
      EXPECT_EQ(counts.written, out);
      lost += counts.lost;
      opens += probe.event == event_kind::security_file_open ? counts.seen : 0;
    }
  std::uint64_t told = 0;
  for (unsigned shard = 0; shard < kernel_events.kernel().shards(); ++shard)
    told += kernel_events.reader(shard).losses();
  EXPECT_EQ(told, lost) << "who waits for it to grow misses none";
  EXPECT_GT(lost, 0);
  EXPECT_GE(opens, 150 * 100);
  EXPECT_EQ(kernel_events.corrupt(), 0);
  EXPECT_EQ(kernel_events.kernel().skipped_runs(), 0);
}

INSTANTIATE_TEST_SUITE_P(writers, balance, testing::Bool(), [](const auto& test) {
  return test.param ? "dynptr" : "output";
});

TEST(ignored_process, is_counted_as_filtered) {
  capture kernel_events{{.ignored_tgid = static_cast<std::uint32_t>(getpid())}};
  open_and_close(10);
  const auto shard = static_cast<unsigned>(getpid()) % 2;
  const auto counts =
      kernel_events.kernel().counts(event_kind::security_file_open, shard);
  EXPECT_GE(counts.filtered, 10);
  EXPECT_GE(counts.reasons[FILTERED_IGNORED], 10);
  EXPECT_TRUE(kernel_events.take(event_kind::security_file_open, getpid()).empty());
}

/// True if the thread sleeps in the kernel.
bool sleeps(pid_t tid) {
  std::ifstream file{"/proc/self/task/" + std::to_string(tid) + "/stat"};
  std::string line;
  std::getline(file, line);
  return line.find(") S ") != std::string::npos;
}

TEST(wake_up, comes_when_the_ring_is_filled_so_far) {
  constexpr auto wake_bytes = 64U << 10;
  const auto shard = (static_cast<unsigned>(getpid()) + 1) % 2; // Not what we do here.
  capture kernel_events{{}};
  auto& reader = kernel_events.reader(shard);
  const file_descriptor epoll{epoll_create1(EPOLL_CLOEXEC)};
  epoll_event edge{EPOLLIN | EPOLLET, {}};
  ASSERT_EQ(epoll_ctl(epoll.get(), EPOLL_CTL_ADD, reader.fd(), &edge), 0);
  std::atomic<pid_t> tid = 0;
  std::atomic<bool> awake = false;
  kernel_events.take();
  std::jthread sleeper{[&] {
    tid = gettid();
    while (reader.arm(wake_bytes)) {
      epoll_event woken{};
      epoll_wait(epoll.get(), &woken, 1, -1);
      reader.disarm();
    }
    awake = true;
  }};
  while (tid == 0 || !(sleeps(tid) || awake)) {
  }
  while (!awake) // Ends only if somebody wakes it.
    run_child([] { return open_and_close(10), 0; });
  EXPECT_GE(reader.available(), wake_bytes);
}

} // namespace

} // namespace vedette
