// Requests to an io_uring whose answers find no room, and those that cannot be told:
// nothing goes missing without being counted.

#include "tests/kernel/support/scratch_dir.hpp"
#include "tests/kernel/support/socket_calls.hpp"
#include "tests/kernel/support/uring.hpp"

#include <array>
#include <sys/stat.h>

namespace vedette {

namespace {

namespace opened = events::security_file_open;
namespace accepted = events::security_socket_accept;

constexpr unsigned room = 2 * uring::entries;

event_counts counts(capture& kernel_events, event_kind kind) {
  const auto& kernel = kernel_events.kernel();
  return kernel.counts(kind, kernel.shard_of(static_cast<std::uint32_t>(getpid())));
}

void expect_balance(const event_counts& counts) {
  EXPECT_EQ(counts.seen, counts.filtered + counts.lost + counts.written);
}

TEST(uring_overflow, of_answers_hides_nothing) {
  capture kernel_events{{.only_probe = by_uring}};
  uring ring;
  kernel_events.take();
  for (unsigned i = 0; i < room + 10; ++i)
    ring.submit(open_request("/etc/hostname", O_RDONLY));
  const auto records = kernel_events.take(opened::kind, getpid());
  ASSERT_EQ(records.size(), room + 10);
  for (const auto& one : records) {
    EXPECT_EQ(text_of<opened::pathname>(one), "/etc/hostname");
    close(static_cast<int>(one.header().return_value));
  }
}

/// All in one call, in which the answers come, among others, with nothing to tell them
/// apart.
TEST(uring_overflow, of_answers_that_look_the_same_hides_nothing) {
  capture kernel_events{{.only_probe = by_uring}};
  const scratch_dir dir;
  uring ring;
  std::array<int, 4> none{-1, -1, -1, -1};
  ASSERT_EQ(syscall(SYS_io_uring_register, ring.fd(), IORING_REGISTER_FILES,
                    none.data(), none.size()),
            0);
  for (unsigned i = 0; i < room; ++i)
    ring.submit(request_to(IORING_OP_NOP, -1));
  std::vector<std::string> paths;
  for (const auto* const name : {"a", "b", "c", "d"})
    paths.push_back(dir.file(name));
  unsigned place = 0;
  for (const auto& path : paths) {
    ASSERT_EQ(mknod(path.c_str(), S_IFREG | 0644, 0), 0);
    auto open_it = open_request(path.c_str(), O_RDONLY);
    open_it.file_index = ++place;
    ring.add(request_to(IORING_OP_NOP, -1));
    ring.add(open_it);
  }
  kernel_events.take();
  ring.submit();
  std::vector<std::string> told;
  for (const auto& one : kernel_events.take(opened::kind, getpid()))
    told.push_back(text_of<opened::pathname>(one));
  EXPECT_EQ(told, paths);
  EXPECT_EQ(counts(kernel_events, opened::kind).lost, 0U);
  expect_balance(counts(kernel_events, opened::kind));
}

TEST(uring_loss, of_what_was_asked_before_we_looked_is_counted) {
  const file_descriptor server{socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)},
      client{socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  auto address = any_address::v4("127.0.0.1", 0);
  ASSERT_EQ(bind(server.get(), address.get(), address.length), 0);
  ASSERT_EQ(listen(server.get(), 1), 0);
  ASSERT_EQ(getsockname(server.get(), reinterpret_cast<sockaddr*>(&address.content),
                        &address.length),
            0);
  uring ring;
  ring.submit(request_to(IORING_OP_ACCEPT, server.get()));
  capture kernel_events{{.events = {accepted::kind}, .only_probe = by_uring}};
  ASSERT_EQ(connect(client.get(), address.get(), address.length), 0);
  const auto taken = ring.wait();
  ASSERT_GE(taken, 0);
  close(taken);
  EXPECT_EQ(kernel_events.take(accepted::kind, getpid()).size(), 0U);
  const auto after = counts(kernel_events, accepted::kind);
  EXPECT_EQ(after.reasons[LOST_GONE], 1U);
  expect_balance(after);
}

kernel_config watching_opens(const std::vector<std::string>& conditions) {
  event_filter filter{opened::kind};
  for (const auto& one : conditions)
    EXPECT_TRUE(filter.add(one)) << one;
  kernel_config config;
  config.filters.add(filter);
  config.only_probe = by_uring;
  return config;
}

TEST(uring_filter, drops_what_nobody_wants_and_counts_it) {
  capture kernel_events{watching_opens({"pathname=/etc/*"})};
  uring ring;
  kernel_events.take();
  const auto before = counts(kernel_events, opened::kind).reasons[FILTERED_UNWANTED];
  close(ring.run(open_request("/dev/null", O_RDONLY)));
  close(ring.run(open_request("/etc/hostname", O_RDONLY)));
  const auto records = kernel_events.take(opened::kind, getpid());
  ASSERT_EQ(records.size(), 1U);
  EXPECT_EQ(text_of<opened::pathname>(records[0]), "/etc/hostname");
  const auto after = counts(kernel_events, opened::kind);
  EXPECT_EQ(after.reasons[FILTERED_UNWANTED], before + 1);
  expect_balance(after);
}

} // namespace

} // namespace vedette
