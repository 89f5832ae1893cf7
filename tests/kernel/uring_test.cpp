// What is asked of the kernel by io_uring gives the events of the system calls that do
// the same.

#include "tests/kernel/support/only.hpp"
#include "tests/kernel/support/scratch_dir.hpp"
#include "tests/kernel/support/uring.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>

namespace vedette {

namespace {

namespace opened = events::security_file_open;
namespace removed = events::security_inode_unlink;
namespace renamed = events::security_inode_rename;
namespace made = events::security_socket_create;
namespace bound = events::security_socket_bind;
namespace connected = events::security_socket_connect;
namespace listening = events::security_socket_listen;
namespace accepted = events::security_socket_accept;

using testing::HasSubstr;

void touch(const std::string& path) {
  ASSERT_EQ(mknod(path.c_str(), S_IFREG | 0644, 0), 0) << path;
}

std::string comm() {
  std::ifstream file{"/proc/self/comm"};
  std::string name;
  std::getline(file, name);
  return name;
}

/// Ways in which the same request is worked at.
struct manner {
  const char* name;
  unsigned ring;
  std::uint8_t request;
};

void PrintTo(const manner& tested, std::ostream* out) {
  *out << tested.name;
}

class uring_event : public testing::TestWithParam<manner> {
protected:
  static io_uring_sqe in_manner(io_uring_sqe request) {
    request.flags |= GetParam().request;
    return request;
  }

  uring ring{GetParam().ring};
  scratch_dir dir;
};

TEST_P(uring_event, of_an_open_has_the_file_and_what_was_asked_for) {
  capture kernel_events{{.only_probe = by_uring}};
  touch(dir.file("real"));
  const auto asked = dir.path() + "/../" + dir.file("real").substr(9);
  const context self{getpid()};
  kernel_events.take();

  const auto file = ring.run(in_manner(open_request(asked.c_str(), O_RDWR)));

  ASSERT_GE(file, 0);
  const auto records = kernel_events.take(opened::kind, getpid());
  ASSERT_EQ(records.size(), 1U);
  const auto event = records.front().event;
  const auto found = stat_of(dir.file("real"));
  self.expect_in(event.header());
  EXPECT_EQ(event.header().host_tid, static_cast<__u32>(getpid()))
      << "who submitted it";
  EXPECT_EQ(event.header().ns_tid, static_cast<__u32>(getpid()));
  EXPECT_EQ(event.header().thread_start_ns, event.header().leader_start_ns);
  EXPECT_EQ(event.process_name(), comm());
  EXPECT_EQ(event.header().syscall, SYS_io_uring_enter);
  EXPECT_EQ(event.header().return_value, file);
  EXPECT_EQ(event.get<opened::pathname>(), dir.file("real"));
  EXPECT_EQ(event.get<opened::syscall_pathname>(), asked);
  EXPECT_EQ(*event.get<opened::flags>() & ~0x8000, O_RDWR);
  EXPECT_EQ(event.get<opened::dev>(), kernel_dev(found));
  EXPECT_EQ(event.get<opened::inode>(), found.st_ino);
  EXPECT_EQ(event.get<opened::ctime>(), ctime_ns(found));
  close(file);
}

TEST_P(uring_event, of_a_name_has_the_name_that_the_kernel_copied) {
  capture kernel_events{
      {.events = {removed::kind, renamed::kind}, .only_probe = by_uring}};
  touch(dir.file("old"));
  const auto directory = open(dir.path().c_str(), O_RDONLY | O_DIRECTORY);
  std::string from = "old", to = "new";
  auto rename = request_to(IORING_OP_RENAMEAT, directory, address_of(from.c_str()),
                           address_of(to.c_str()));
  rename.len = static_cast<__u32>(directory);
  ring.submit(in_manner(rename));
  if (GetParam().ring != IORING_SETUP_SQPOLL) // Ours again, once it was submitted.
    from = to = "xxx";
  ASSERT_EQ(ring.wait(), 0);
  const auto moves = kernel_events.take(renamed::kind, getpid());
  ASSERT_EQ(moves.size(), 1U);
  EXPECT_EQ(text_of<renamed::old_path>(moves[0]), dir.file("old"));
  EXPECT_EQ(text_of<renamed::new_path>(moves[0]), dir.file("new"));
  EXPECT_TRUE(is_unresolved<renamed::old_path>(moves[0]));
  EXPECT_TRUE(is_unresolved<renamed::new_path>(moves[0]));
  EXPECT_EQ(moves[0].header().host_tid, static_cast<__u32>(getpid()));

  const auto path = dir.file("new");
  const auto remove =
      in_manner(request_to(IORING_OP_UNLINKAT, AT_FDCWD, address_of(path.c_str())));
  ASSERT_EQ(ring.run(remove), 0);
  ASSERT_EQ(ring.run(remove), -ENOENT) << "an attempt: no event";
  const auto gone = kernel_events.take(removed::kind, getpid());
  ASSERT_EQ(gone.size(), 1U);
  EXPECT_EQ(text_of<removed::pathname>(gone[0]), path);
  EXPECT_TRUE(is_unresolved<removed::pathname>(gone[0]));
  EXPECT_EQ(gone[0].event.process_name(), comm());
  close(directory);
}

TEST_P(uring_event, of_a_socket_has_its_addresses) {
  capture kernel_events{{.events = {made::kind, bound::kind, listening::kind,
                                    connected::kind, accepted::kind},
                         .only_probe = by_uring}};
  auto create = request_to(IORING_OP_SOCKET, AF_INET, 0, SOCK_STREAM | SOCK_CLOEXEC);
  create.len = IPPROTO_TCP;
  const auto server = ring.run(in_manner(create)), client = ring.run(in_manner(create));
  ASSERT_GE(server, 0);
  ASSERT_GE(client, 0);
  const auto creations = kernel_events.take(made::kind, getpid());
  ASSERT_EQ(creations.size(), 2U);
  EXPECT_EQ(creations[0].event.get<made::family>(), AF_INET);
  EXPECT_EQ(creations[0].event.get<made::type>(), SOCK_STREAM);
  EXPECT_EQ(creations[0].event.get<made::protocol>(), IPPROTO_TCP);

  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  ASSERT_EQ(ring.run(in_manner(request_to(URING_OP_BIND, server, address_of(&address),
                                          sizeof(address)))),
            0);
  auto listen = request_to(URING_OP_LISTEN, server);
  listen.len = 7;
  ASSERT_EQ(ring.run(in_manner(listen)), 0);
  socklen_t length = sizeof(address);
  ASSERT_EQ(getsockname(server, reinterpret_cast<sockaddr*>(&address), &length), 0);
  const auto port = std::to_string(ntohs(address.sin_port));
  ASSERT_EQ(ring.run(in_manner(request_to(IORING_OP_CONNECT, client,
                                          address_of(&address), sizeof(address)))),
            0);
  const auto taken = ring.run(in_manner(request_to(IORING_OP_ACCEPT, server)));
  ASSERT_GE(taken, 0);

  const auto all = kernel_events.take();
  const auto only = [&all](event_kind kind) {
    std::vector<captured> result;
    for (const auto& one : all)
      if (one.event.kind() == kind
          && one.header().host_tgid == static_cast<__u32>(getpid()))
        result.push_back(one);
    EXPECT_EQ(result.size(), 1U) << definition_of(kind).name;
    return result.at(0);
  };
  const auto here =
      R"({"sa_family":"AF_INET","sin_port":")" + port + R"(","sin_addr":"127.0.0.1"})";
  const auto binding = only(bound::kind);
  EXPECT_EQ(binding.event.get<bound::sockfd>(), server);
  EXPECT_THAT(json_of<bound::local_addr>(binding), HasSubstr(R"("sin_port":"0")"));
  const auto listens = only(listening::kind);
  EXPECT_EQ(listens.event.get<listening::sockfd>(), server);
  EXPECT_EQ(listens.event.get<listening::backlog>(), 7);
  EXPECT_EQ(json_of<listening::local_addr>(listens), here);
  const auto connects = only(connected::kind);
  EXPECT_EQ(connects.event.get<connected::sockfd>(), client);
  EXPECT_EQ(connects.event.get<connected::type>(), SOCK_STREAM);
  EXPECT_EQ(json_of<connected::remote_addr>(connects), here);
  EXPECT_EQ(connects.header().unresolved, 0U) << "as the kernel has copied it";
  const auto accepts = only(accepted::kind);
  EXPECT_EQ(accepts.event.get<accepted::sockfd>(), server);
  EXPECT_EQ(accepts.header().return_value, taken);
  EXPECT_EQ(json_of<accepted::local_addr>(accepts), here);
  for (const auto file : {server, client, taken})
    close(file);
}

TEST_P(uring_event, of_a_call_has_its_arguments) {
  namespace at = events::openat;
  namespace directory = events::mkdirat;
  namespace linked = events::symlinkat;
  capture kernel_events{
      {.events = {at::kind, directory::kind, linked::kind}, .only_probe = by_uring}};
  const auto made_path = dir.file("made"), link_path = dir.file("link");
  auto make = request_to(IORING_OP_MKDIRAT, AT_FDCWD, address_of(made_path.c_str()));
  make.len = 0750;
  ASSERT_EQ(ring.run(in_manner(make)), 0);
  ASSERT_EQ(
      ring.run(in_manner(request_to(IORING_OP_SYMLINKAT, AT_FDCWD, address_of("target"),
                                    address_of(link_path.c_str())))),
      0);
  ASSERT_EQ(ring.run(in_manner(open_request("/none/such", O_WRONLY))), -ENOENT);

  const auto all = kernel_events.take();
  const auto only = [&all](event_kind kind) {
    const auto is_it = [kind](const captured& one) {
      return one.event.kind() == kind
             && one.header().host_tgid == static_cast<__u32>(getpid());
    };
    EXPECT_EQ(std::ranges::count_if(all, is_it), 1) << definition_of(kind).name;
    return *std::ranges::find_if(all, is_it);
  };
  const auto opens = only(at::kind);
  EXPECT_EQ(opens.event.get<at::dirfd>(), AT_FDCWD);
  EXPECT_EQ(text_of<at::pathname>(opens), "/none/such");
  EXPECT_EQ(opens.event.get<at::flags>(), O_WRONLY);
  EXPECT_EQ(opens.header().return_value, -ENOENT) << "as of a system call that fails";
  EXPECT_EQ(opens.header().syscall, SYS_io_uring_enter);
  const auto makes = only(directory::kind);
  EXPECT_EQ(text_of<directory::pathname>(makes), made_path);
  EXPECT_EQ(makes.event.get<directory::mode>(), 0750U);
  const auto links = only(linked::kind);
  EXPECT_EQ(text_of<linked::target>(links), "target");
  EXPECT_EQ(text_of<linked::linkpath>(links), link_path);
  EXPECT_EQ(links.header().return_value, 0);
}

TEST_P(uring_event, of_what_wants_no_answer_is_told_as_asked_for) {
  capture kernel_events{
      {.events = {opened::kind, removed::kind}, .only_probe = by_uring}};
  touch(dir.file("here"));
  kernel_events.take();
  const auto path = dir.file("here");
  auto open_it = in_manner(open_request(path.c_str(), O_RDONLY));
  auto remove =
      in_manner(request_to(IORING_OP_UNLINKAT, AT_FDCWD, address_of(path.c_str())));
  open_it.flags |= IOSQE_CQE_SKIP_SUCCESS;
  remove.flags |= IOSQE_CQE_SKIP_SUCCESS;
  ring.submit(open_it);
  ring.run(request_to(IORING_OP_NOP, -1)); // What came before it was submitted.
  const auto opens = kernel_events.take(opened::kind, getpid());
  ring.submit(remove);
  ring.run(request_to(IORING_OP_NOP, -1));
  const auto removals = kernel_events.take(removed::kind, getpid());
  ASSERT_EQ(opens.size(), 1U);
  ASSERT_EQ(removals.size(), 1U);
  EXPECT_EQ(text_of<removed::pathname>(removals[0]), path);
  EXPECT_EQ(text_of<opened::pathname>(opens[0]), path);
  EXPECT_TRUE(is_unresolved<opened::pathname>(opens[0]));
  EXPECT_EQ(text_of<opened::syscall_pathname>(opens[0]), path);
  EXPECT_EQ(opens[0].header().return_value, 0);
}

/// A worker, and a thread that polls, have names of their own.
TEST_P(uring_event, is_filtered_by_the_name_of_who_asked) {
  event_filter filter{opened::kind};
  ASSERT_TRUE(filter.add("comm=" + comm()));
  kernel_config config;
  config.filters.add(filter);
  config.only_probe = by_uring;
  capture kernel_events{config};
  kernel_events.take();
  close(ring.run(in_manner(open_request("/etc/hostname", O_RDONLY))));
  const auto records = kernel_events.take(opened::kind, getpid());
  ASSERT_EQ(records.size(), 1U);
  EXPECT_EQ(records[0].event.process_name(), comm());
}

INSTANTIATE_TEST_SUITE_P(
    manners, uring_event,
    testing::Values(manner{"at_once", 0, 0}, manner{"by_a_worker", 0, IOSQE_ASYNC},
                    manner{"by_a_polling_thread", IORING_SETUP_SQPOLL, 0}),
    [](const auto& test) { return test.param.name; });

/// Requests that come to nothing are counted as those of system calls are.
TEST(uring_failure, is_filtered_and_counted) {
  capture kernel_events{{.only_probe = by_uring}};
  uring ring;
  kernel_events.take();
  const auto shard = static_cast<unsigned>(getpid()) % 2;
  const auto before = kernel_events.kernel().counts(opened::kind, shard);
  for (int i = 0; i < 10; ++i)
    EXPECT_EQ(ring.run(open_request("/nonexistent", O_RDONLY)), -ENOENT);
  const auto after = kernel_events.kernel().counts(opened::kind, shard);
  EXPECT_GE(after.filtered - before.filtered, 10U);
  EXPECT_EQ(after.seen, after.filtered + after.lost + after.written);
}

TEST(uring_open, without_a_descriptor_has_the_file_of_the_ring) {
  capture kernel_events{{.only_probe = by_uring}};
  uring ring;
  std::array<int, 4> none{-1, -1, -1, -1};
  ASSERT_EQ(syscall(SYS_io_uring_register, ring.fd(), IORING_REGISTER_FILES,
                    none.data(), none.size()),
            0);
  kernel_events.take();
  auto at_two = open_request("/etc/hostname", O_RDONLY), anywhere = at_two;
  at_two.file_index = 2 + 1;
  ASSERT_EQ(ring.run(at_two), 0);
  anywhere.file_index = IORING_FILE_INDEX_ALLOC;
  ASSERT_GE(ring.run(anywhere), 0) << "where there is room";
  const auto records = kernel_events.take(opened::kind, getpid());
  ASSERT_EQ(records.size(), 2U);
  for (const auto& one : records)
    EXPECT_EQ(text_of<opened::pathname>(one), "/etc/hostname");
}

TEST(uring_request, is_reported_once_where_a_hook_sees_it) {
  capture kernel_events;
  uring ring;
  kernel_events.take();
  const auto file = ring.run(open_request("/etc/hostname", O_RDONLY));
  ASSERT_GE(file, 0);
  EXPECT_EQ(kernel_events.take(opened::kind, getpid()).size(), 1U);
  close(file);
}

} // namespace

} // namespace vedette
