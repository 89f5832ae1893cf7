// The least that a monitor can do: attaches the same programs as `vedette run`, reads
// their rings on a thread per shard, counts the records, and does nothing with them.
// For bench_live, which starts it.
//
//     bench_read_rings COUNTS_FILE SHARDS RING_BYTES EVENT...       until SIGINT

#include "bench/support/measure.hpp"
#include "bpf/kernel_side.hpp"

#include <atomic>
#include <csignal>
#include <cstdio>
#include <fstream>
#include <string>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <thread>
#include <unistd.h>
#include <vector>

using namespace vedette;
using namespace vedette::bench;

namespace {

constexpr std::size_t read_bytes = 256U << 10U;
constexpr int latency_ms = 1;

/// Sleeps and reads as the collector does.
class counter {
public:
  explicit counter(ring_reader ring)
      : ring_{std::move(ring)}, stop_{eventfd(0, EFD_CLOEXEC)},
        epoll_{epoll_create1(EPOLL_CLOEXEC)}, thread_{[this] { run(); }} {}

  void stop() {
    stopped_ = true;
    eventfd_write(stop_.get(), 1);
    thread_.join();
  }

  [[nodiscard]] std::uint64_t counted() const { return counted_; }

private:
  void run() {
    epoll_event level{EPOLLIN, {}};
    epoll_event edge{EPOLLIN | EPOLLET, {}};
    epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, stop_.get(), &level);
    epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, ring_.fd(), &edge);
    while (!stopped_) {
      rest();
      read();
    }
    while (ring_.available() > 0)
      read();
  }

  void rest() {
    epoll_event woken{};
    if (ring_.available() == 0 && ring_.arm(1))
      epoll_wait(epoll_.get(), &woken, 1, -1);
    if (ring_.arm(ring_.size() / 4))
      epoll_wait(epoll_.get(), &woken, 1, latency_ms);
    ring_.disarm();
  }

  void read() {
    const auto until = ring_.producer_position();
    while (ring_.consumer_position() < until) {
      const auto borrowed = ring_.borrow(read_bytes, until);
      for (const auto record : borrowed.frames) {
        const auto kind = reinterpret_cast<const record_header*>(record.data())->kind;
        counted_ += kind == RECORD_task_begin ? 0 : 1; // Not an event.
      }
      ring_.release(borrowed);
      if (borrowed.end == borrow_end::busy)
        break;
    }
  }

  ring_reader ring_;
  file_descriptor stop_;
  file_descriptor epoll_;
  std::uint64_t counted_ = 0;
  std::atomic<bool> stopped_ = false;
  std::thread thread_; ///< Last: it uses the others.
};

kernel_config config_of(const std::vector<std::string>& words) {
  kernel_config config;
  config.shards = static_cast<unsigned>(std::stoul(words[1]));
  config.ring_bytes = std::stoul(words[2]);
  config.ignored_tgid = static_cast<std::uint32_t>(getpid());
  config.events.clear();
  for (std::size_t i = 3; i < words.size(); ++i) {
    const auto kind = find_event(words[i]);
    if (!kind)
      give_up("no event " + words[i]);
    config.events.push_back(*kind);
  }
  return config;
}

std::uint64_t lost_of(const kernel_side& kernel) {
  std::uint64_t lost = 0;
  for (const auto& probe : kernel.probes())
    for (unsigned shard = 0; shard < kernel.shards(); ++shard)
      lost += kernel.counts(probe.event, shard).lost;
  return lost;
}

} // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> words{argv + 1, argv + argc};
  if (words.size() < 4)
    give_up("bench_live starts this");
  sigset_t interrupt;
  sigemptyset(&interrupt);
  sigaddset(&interrupt, SIGINT);
  sigprocmask(SIG_BLOCK, &interrupt, nullptr);
  auto kernel = kernel_side::load(config_of(words));
  if (!kernel)
    give_up(kernel.error().detail);
  std::vector<std::unique_ptr<counter>> counters;
  for (unsigned shard = 0; shard < kernel->shards(); ++shard) {
    auto ring = kernel->open_reader(shard);
    if (!ring)
      give_up(ring.error().detail);
    counters.push_back(std::make_unique<counter>(std::move(*ring)));
  }
  std::fputs("watching all\n", stderr);
  int signal = 0;
  sigwait(&interrupt, &signal);
  kernel->detach();
  std::uint64_t counted = 0;
  for (const auto& one : counters) {
    one->stop();
    counted += one->counted();
  }
  std::ofstream{words[0]} << "{\"events_delivered\":" << counted
                          << ",\"events_lost\":" << lost_of(*kernel) << "}\n";
}
