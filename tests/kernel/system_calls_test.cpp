// System calls by their own names: arguments that are more than a number.

#include "tests/kernel/support/int80.hpp"
#include "tests/kernel/support/only.hpp"

#include <arpa/inet.h>
#include <csignal>
#include <ctime>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>

namespace vedette {

namespace {

TEST(system_calls, show_addresses_in_and_out) {
  namespace bound = events::bind;
  namespace named = events::getsockname;
  capture kernel_events{{.events = {bound::kind, named::kind}}};
  const auto fd = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in at{};
  at.sin_family = AF_INET;
  inet_pton(AF_INET, "127.0.0.1", &at.sin_addr);
  auto* const address = reinterpret_cast<sockaddr*>(&at);
  auto records = seen_while(kernel_events, bound::kind,
                            [&] { EXPECT_EQ(bind(fd, address, sizeof(at)), 0); });
  ASSERT_EQ(records.size(), 1);
  EXPECT_EQ(records[0].event.get<bound::sockfd>(), fd);
  EXPECT_EQ(json_of<bound::addr>(records[0]),
            R"({"sa_family":"AF_INET","sin_port":"0","sin_addr":"127.0.0.1"})");
  EXPECT_EQ(records[0].event.get<bound::addrlen>(), sizeof(at));
  socklen_t length = sizeof(at);
  records = seen_while(kernel_events, named::kind,
                       [&] { EXPECT_EQ(getsockname(fd, address, &length), 0); });
  ASSERT_EQ(records.size(), 1);
  EXPECT_EQ(json_of<named::addr>(records[0]), R"({"sa_family":"AF_INET","sin_port":")"
                                                  + std::to_string(ntohs(at.sin_port))
                                                  + R"(","sin_addr":"127.0.0.1"})");
  close(fd);
}

TEST(system_calls, show_pairs_of_descriptors) {
  namespace made = events::pipe2;
  capture kernel_events{{.events = {made::kind}}};
  std::array<int, 2> ends{};
  const auto records = seen_while(kernel_events, made::kind,
                                  [&] { EXPECT_EQ(pipe2(ends.data(), O_CLOEXEC), 0); });
  ASSERT_EQ(records.size(), 1);
  EXPECT_EQ(json_of<made::pipefd>(records[0]),
            "[" + std::to_string(ends[0]) + "," + std::to_string(ends[1]) + "]");
  close(ends[0]);
  close(ends[1]);
}

TEST(system_calls, show_times_in_seconds) {
  namespace slept = events::clock_nanosleep;
  capture kernel_events{{.events = {slept::kind, event_kind::nanosleep}}};
  const timespec time{0, 1500};
  auto records = seen_while(kernel_events, slept::kind, [&] {
    clock_nanosleep(CLOCK_MONOTONIC, 0, &time, nullptr);
  });
  ASSERT_EQ(records.size(), 1);
  EXPECT_DOUBLE_EQ(records[0].event.get<slept::request>().value_or(0), 1.5e-6);
  EXPECT_FALSE(records[0].event.get<slept::remain>());
  const std::array<std::int32_t, 2> narrow{0, 2000};
  std::memcpy(low_page(), narrow.data(), sizeof(narrow));
  records = seen_while(kernel_events, event_kind::nanosleep, [] {
    EXPECT_EQ(by_int80(162, reinterpret_cast<long>(low_page()), 0), 0);
  });
  ASSERT_EQ(records.size(), 1);
  EXPECT_DOUBLE_EQ(records[0].event.get<events::nanosleep::req>().value_or(0), 2e-6);
}

TEST(system_calls, join_what_32_bit_programs_pass_in_two_registers) {
  namespace called = events::pread64;
  capture kernel_events{{.events = {called::kind}}};
  const auto records = seen_while(kernel_events, called::kind, [] {
    by_int80(180, -1, reinterpret_cast<long>(low_page()), 5, 0x9abcdef0, 0x12345678);
  });
  ASSERT_EQ(records.size(), 1);
  EXPECT_EQ(records[0].event.get<called::offset>(), 0x123456789abcdef0);
  EXPECT_EQ(records[0].event.get<called::count>(), 5);
}

TEST(system_calls, of_the_first_set_have_every_argument) {
  namespace killed = events::kill;
  namespace copied = events::process_vm_readv;
  capture kernel_events{{.events = {killed::kind, copied::kind}}};
  auto records = seen_while(kernel_events, killed::kind, [] { kill(getpid(), 0); });
  ASSERT_EQ(records.size(), 1);
  EXPECT_EQ(records[0].event.get<killed::pid>(), getpid());
  EXPECT_EQ(records[0].event.get<killed::sig>(), 0);
  iovec local{nullptr, 0}, remote{nullptr, 0};
  records = seen_while(kernel_events, copied::kind,
                       [&] { process_vm_readv(getpid(), &local, 1, &remote, 1, 0); });
  ASSERT_EQ(records.size(), 1);
  const auto event = records[0].event;
  EXPECT_EQ(event.get<copied::pid>(), getpid());
  EXPECT_EQ(event.get<copied::local_iov>(), reinterpret_cast<std::uint64_t>(&local));
  EXPECT_EQ(event.get<copied::liovcnt>(), 1);
  EXPECT_EQ(event.get<copied::remote_iov>(), reinterpret_cast<std::uint64_t>(&remote));
  EXPECT_EQ(event.get<copied::riovcnt>(), 1);
  EXPECT_EQ(event.get<copied::flags>(), 0);
}

TEST(system_calls, include_the_return_from_a_signal) {
  capture kernel_events{{.events = {event_kind::rt_sigreturn}}};
  seen_while(kernel_events, event_kind::rt_sigreturn, [] {
    const auto before = std::signal(SIGUSR1, [](int) {});
    std::raise(SIGUSR1);
    std::signal(SIGUSR1, before);
  });
}

TEST(system_calls, can_all_be_watched_at_once_and_add_up) {
  const auto events = watchable_events();
  capture kernel_events{
      {.ring_bytes = 1 << 16, .events = {events.begin(), events.end()}}};
  std::map<event_kind, std::uint64_t> delivered;
  const auto count = [&] {
    for (const auto& one : kernel_events.take())
      ++delivered[one.event.kind()];
  };
  for (auto round = 0; round < 20; ++round) {
    run_child([] {
      for (auto i = 0; i < 200; ++i) {
        close(open("/etc/hostname", O_RDONLY));
        getppid();
      }
      return 0;
    });
    count();
  }
  kernel_events.kernel().detach();
  count();
  EXPECT_GT(delivered[event_kind::getppid], 0);
  EXPECT_EQ(kernel_events.corrupt(), 0);
  for (const auto& probe : kernel_events.kernel().probes()) {
    event_counts sum;
    for (unsigned shard = 0; shard < kernel_events.kernel().shards(); ++shard) {
      const auto one = kernel_events.kernel().counts(probe.event, shard);
      sum.seen += one.seen;
      sum.filtered += one.filtered;
      sum.lost += one.lost;
    }
    EXPECT_EQ(sum.seen, sum.filtered + sum.lost + delivered[probe.event])
        << definition_of(probe.event).name;
  }
}

} // namespace

} // namespace vedette
