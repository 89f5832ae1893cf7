// What an io_uring is asked to do with what is open already: the events of the system
// calls that do the same.

#include "events/json_writer.hpp"
#include "tests/kernel/support/only.hpp"
#include "tests/kernel/support/scratch_dir.hpp"
#include "tests/kernel/support/uring.hpp"

#include <gmock/gmock.h>

#include <array>
#include <cerrno>
#include <concepts>
#include <fcntl.h>
#include <memory>
#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <sys/xattr.h>

namespace vedette {

namespace {

using testing::HasSubstr;

/// Younger than Debian 12's header.
enum : std::uint8_t {
  URING_WAITID_OP = 50,
  URING_FTRUNCATE_OP = 55,
  URING_PIPE_OP = 62
};

/// An argument, and its value as JSON, or a pattern of that.
struct told {
  std::string argument, value;
};

/// `"name":…` of what is told.
std::string arguments_of(const captured& one) {
  std::string text;
  append_arguments(text, one.event);
  return text;
}

std::string shown(std::integral auto number) {
  return std::to_string(number);
}

std::string shown(const void* pointer) {
  return std::to_string(address_of(pointer));
}

std::string in_quotes(const std::string& text) {
  return '"' + text + '"';
}

io_uring_sqe with(io_uring_sqe request, unsigned flags) {
  request.rw_flags = static_cast<int>(flags);
  return request;
}

class uring_io : public testing::Test {
protected:
  uring_io() { EXPECT_TRUE(file.is_open()); }

  void watch(std::vector<event_kind> events) {
    kernel_events = std::make_unique<capture>(
        kernel_config{.events = std::move(events), .only_probe = by_uring});
  }

  /// The request gives one event, with these arguments at least.
  void expect(event_kind event, const io_uring_sqe& request,
              const std::vector<told>& all) {
    if (!ring.knows(request.opcode))
      return; // This kernel is too old.
    kernel_events->take();
    const auto result = ring.run(request);
    const auto records = kernel_events->take(event, getpid());
    const auto& name = definition_of(event).name;
    ASSERT_EQ(records.size(), 1) << name << ": " << result;
    EXPECT_EQ(records[0].header().return_value, result) << name;
    EXPECT_EQ(records[0].header().syscall, SYS_io_uring_enter) << name;
    const auto text = arguments_of(records[0]);
    for (const auto& [argument, value] : all)
      EXPECT_THAT(text, testing::ContainsRegex("\"name\":\"" + argument
                                               + "\",\"type\":\"[^\"]*\",\"value\":"
                                               + value + "}"))
          << name;
  }

  uring ring;
  std::unique_ptr<capture> kernel_events;
  scratch_dir dir;
  std::string path = dir.file("f");
  file_descriptor file{open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644)};
  std::array<char, 64> buffer{};
};

TEST_F(uring_io, reads_and_writes) {
  const int fd = file.get();
  const auto here = ~0ULL;
  const auto at = address_of(buffer.data());
  iovec piece{buffer.data(), 9};
  const auto pieces = address_of(&piece);
  const auto transfer = [&](int operation, std::uint64_t from, unsigned length,
                            std::uint64_t position) {
    return request_to(static_cast<std::uint8_t>(operation), fd, from, position, length);
  };
  watch({event_kind::write, event_kind::pwrite64, event_kind::writev,
         event_kind::pwritev, event_kind::pwritev2, event_kind::read,
         event_kind::pread64, event_kind::readv, event_kind::preadv,
         event_kind::preadv2});
  expect(event_kind::write, transfer(IORING_OP_WRITE, at, 7, here),
         {{"fd", shown(fd)}, {"buf", shown(buffer.data())}, {"count", "7"}});
  expect(event_kind::pwrite64, transfer(IORING_OP_WRITE, at, 8, 100),
         {{"fd", shown(fd)}, {"count", "8"}, {"offset", "100"}});
  expect(event_kind::writev, transfer(IORING_OP_WRITEV, pieces, 1, here),
         {{"fd", shown(fd)}, {"iov", shown(&piece)}, {"iovcnt", "1"}});
  expect(event_kind::pwritev, transfer(IORING_OP_WRITEV, pieces, 1, 200),
         {{"iovcnt", "1"}, {"pos_l", "200"}});
  expect(event_kind::pwritev2,
         with(transfer(IORING_OP_WRITEV, pieces, 1, 300), RWF_APPEND),
         {{"pos_l", "300"}, {"flags", shown(RWF_APPEND)}});
  expect(event_kind::read, transfer(IORING_OP_READ, at, 5, here),
         {{"fd", shown(fd)}, {"buf", shown(buffer.data())}, {"count", "5"}});
  expect(event_kind::pread64, transfer(IORING_OP_READ, at, 6, 1), {{"offset", "1"}});
  expect(event_kind::readv, transfer(IORING_OP_READV, pieces, 1, here),
         {{"iovcnt", "1"}});
  expect(event_kind::preadv, transfer(IORING_OP_READV, pieces, 1, 2), {{"pos_l", "2"}});
  expect(event_kind::preadv2, with(transfer(IORING_OP_READV, pieces, 1, 3), RWF_HIPRI),
         {{"pos_l", "3"}, {"flags", shown(RWF_HIPRI)}});
}

TEST_F(uring_io, uses_memory_that_was_registered) {
  const int fd = file.get();
  const auto at = address_of(buffer.data());
  ASSERT_TRUE(ring.keep({buffer.data(), buffer.size()}));
  watch({event_kind::write, event_kind::pwrite64, event_kind::read, event_kind::pread64});
  expect(event_kind::write, request_to(IORING_OP_WRITE_FIXED, fd, at, ~0ULL, 7),
         {{"fd", shown(fd)}, {"buf", shown(buffer.data())}, {"count", "7"}});
  expect(event_kind::pwrite64, request_to(IORING_OP_WRITE_FIXED, fd, at, 100, 8),
         {{"count", "8"}, {"offset", "100"}});
  expect(event_kind::read, request_to(IORING_OP_READ_FIXED, fd, at, ~0ULL, 5),
         {{"fd", shown(fd)}, {"count", "5"}});
  expect(event_kind::pread64, request_to(IORING_OP_READ_FIXED, fd, at, 1, 6),
         {{"count", "6"}, {"offset", "1"}});
}

TEST_F(uring_io, sends_without_copying) {
  const file_descriptor receiver{socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
  const file_descriptor sender{socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
  sockaddr_in here{};
  here.sin_family = AF_INET;
  here.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  auto* const address = reinterpret_cast<sockaddr*>(&here);
  socklen_t size = sizeof(here);
  ASSERT_EQ(bind(receiver.get(), address, size), 0);
  ASSERT_EQ(getsockname(receiver.get(), address, &size), 0);
  ASSERT_EQ(connect(sender.get(), address, size), 0);
  const int fd = sender.get();
  iovec piece{buffer.data(), 4};
  msghdr message{};
  message.msg_iov = &piece;
  message.msg_iovlen = 1;
  watch({event_kind::sendto, event_kind::sendmsg});
  expect(event_kind::sendto,
         request_to(IORING_OP_SEND_ZC, fd, address_of(buffer.data()), 0, 6),
         {{"sockfd", shown(fd)}, {"buf", shown(buffer.data())}, {"len", "6"}});
  ring.wait(); // The memory may be used again.
  expect(event_kind::sendmsg,
         request_to(IORING_OP_SENDMSG_ZC, fd, address_of(&message), 0, 1),
         {{"sockfd", shown(fd)}, {"msg", shown(&message)}});
}

TEST_F(uring_io, looks_after_files) {
  const int fd = file.get();
  struct statx about {};
  auto allocate =
      request_to(IORING_OP_FALLOCATE, fd, 4096, 8192, 0); // addr: its length
  auto range = request_to(IORING_OP_SYNC_FILE_RANGE, fd, 0, 512, 1024);
  range.sync_range_flags = 2; // SYNC_FILE_RANGE_WRITE
  auto data = request_to(IORING_OP_FSYNC, fd, 0);
  data.fsync_flags = IORING_FSYNC_DATASYNC;
  auto advice = request_to(IORING_OP_FADVISE, fd, 0, 64, 128);
  advice.fadvise_advice = POSIX_FADV_WILLNEED;
  auto memory = request_to(IORING_OP_MADVISE, -1, 0x10000, 0, 4096);
  memory.fadvise_advice = 4; // MADV_DONTNEED
  auto look = request_to(IORING_OP_STATX, AT_FDCWD, address_of(path.c_str()),
                         address_of(&about), STATX_SIZE);
  look.statx_flags = AT_SYMLINK_NOFOLLOW;
  const auto other = open("/dev/null", O_RDONLY | O_CLOEXEC);
  watch({event_kind::fallocate, event_kind::ftruncate, event_kind::fsync,
         event_kind::fdatasync, event_kind::sync_file_range, event_kind::fadvise64,
         event_kind::madvise, event_kind::statx, event_kind::close});
  expect(event_kind::fallocate, allocate,
         {{"fd", shown(fd)}, {"mode", "0"}, {"offset", "8192"}, {"len", "4096"}});
  expect(event_kind::ftruncate, request_to(URING_FTRUNCATE_OP, fd, 0, 77),
         {{"fd", shown(fd)}, {"length", "77"}});
  expect(event_kind::fsync, request_to(IORING_OP_FSYNC, fd, 0), {{"fd", shown(fd)}});
  expect(event_kind::fdatasync, data, {{"fd", shown(fd)}});
  expect(event_kind::sync_file_range, range,
         {{"fd", shown(fd)}, {"offset", "512"}, {"nbytes", "1024"}, {"flags", "2"}});
  expect(event_kind::fadvise64, advice,
         {{"fd", shown(fd)}, {"offset", "64"}, {"len", "128"}, {"advice", "3"}});
  expect(event_kind::madvise, memory,
         {{"addr", "65536"}, {"length", "4096"}, {"advice", "4"}});
  expect(event_kind::statx, look,
         {{"dirfd", "-100"},
          {"pathname", in_quotes(path)},
          {"flags", shown(AT_SYMLINK_NOFOLLOW)},
          {"mask", shown(STATX_SIZE)},
          {"statxbuf", shown(&about)}});
  expect(event_kind::close, request_to(IORING_OP_CLOSE, other, 0),
         {{"fd", shown(other)}});
}

TEST_F(uring_io, passes_messages) {
  std::array<int, 2> ends{}, pipe_ends{}, made{-1, -1};
  ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()), 0);
  ASSERT_EQ(pipe2(pipe_ends.data(), O_CLOEXEC), 0);
  const int one = ends[0], other = ends[1];
  const auto at = address_of(buffer.data());
  iovec piece{buffer.data(), 4};
  msghdr message{};
  message.msg_iov = &piece;
  message.msg_iovlen = 1;
  const auto text = address_of(&message);
  epoll_event wanted{.events = EPOLLIN, .data = {}};
  const file_descriptor poll{epoll_create1(EPOLL_CLOEXEC)};
  auto add = request_to(IORING_OP_EPOLL_CTL, poll.get(), address_of(&wanted),
                        static_cast<std::uint64_t>(other), EPOLL_CTL_ADD);
  auto join = request_to(IORING_OP_SPLICE, pipe_ends[1], ~0ULL, ~0ULL, 3);
  join.splice_off_in = ~0ULL;
  join.splice_fd_in = other;
  join.splice_flags = 2; // SPLICE_F_NONBLOCK
  auto copy = request_to(IORING_OP_TEE, pipe_ends[1], 0, 0, 5);
  copy.splice_fd_in = pipe_ends[0];
  auto make = request_to(URING_PIPE_OP, 0, address_of(made.data()));
  make.rw_flags = O_CLOEXEC;
  auto half = request_to(IORING_OP_SHUTDOWN, one, 0, 0, SHUT_WR);
  auto wait = request_to(URING_WAITID_OP, 0x7ffffff0, 0, 0, P_PID);
  wait.file_index = WEXITED; // its options
  watch({event_kind::sendto, event_kind::recvfrom, event_kind::sendmsg,
         event_kind::recvmsg, event_kind::epoll_ctl, event_kind::splice,
         event_kind::tee, event_kind::pipe2, event_kind::shutdown, event_kind::waitid});
  expect(event_kind::sendto, request_to(IORING_OP_SEND, one, at, 0, 6),
         {{"sockfd", shown(one)}, {"buf", shown(buffer.data())}, {"len", "6"}});
  expect(event_kind::recvfrom, request_to(IORING_OP_RECV, other, at, 0, 3),
         {{"sockfd", shown(other)}, {"len", "3"}});
  expect(event_kind::sendmsg, request_to(IORING_OP_SENDMSG, one, text, 0, 1),
         {{"sockfd", shown(one)}, {"msg", shown(&message)}});
  expect(event_kind::recvmsg, request_to(IORING_OP_RECVMSG, other, text, 0, 1),
         {{"sockfd", shown(other)}, {"msg", shown(&message)}});
  expect(event_kind::epoll_ctl, add,
         {{"epfd", shown(poll.get())}, {"op", "1"}, {"fd", shown(other)}});
  expect(event_kind::splice, join,
         {{"fd_in", shown(other)},
          {"fd_out", shown(pipe_ends[1])},
          {"len", "3"},
          {"flags", "2"}});
  expect(
      event_kind::tee, copy,
      {{"fd_in", shown(pipe_ends[0])}, {"fd_out", shown(pipe_ends[1])}, {"len", "5"}});
  expect(event_kind::pipe2, make,
         {{"flags", shown(O_CLOEXEC)}, {"pipefd", "\\[[0-9]+,[0-9]+\\]"}});
  expect(event_kind::shutdown, half, {{"sockfd", shown(one)}, {"how", "1"}});
  expect(event_kind::waitid, wait,
         {{"idtype", "1"}, {"id", shown(0x7ffffff0)}, {"options", "4"}});
  for (const auto* all : {&ends, &pipe_ends, &made})
    for (const auto fd : *all)
      close(fd);
}

TEST_F(uring_io, reads_and_writes_attributes) {
  const int fd = file.get();
  const char name[] = "user.of_this_test";
  const auto value = address_of(buffer.data());
  const auto request = [&](int operation, int of, const char* where, unsigned flags) {
    auto made = request_to(static_cast<std::uint8_t>(operation), of, address_of(name),
                           value, 4);
    made.addr3 = where == nullptr ? 0 : address_of(where);
    made.rw_flags = static_cast<int>(flags);
    return made;
  };
  watch({event_kind::setxattr, event_kind::fsetxattr, event_kind::getxattr,
         event_kind::fgetxattr});
  expect(event_kind::setxattr,
         request(IORING_OP_SETXATTR, 0, path.c_str(), XATTR_CREATE),
         {{"path", in_quotes(path)},
          {"name", in_quotes(name)},
          {"value", shown(buffer.data())},
          {"size", "4"},
          {"flags", "1"}});
  expect(event_kind::fsetxattr, request(IORING_OP_FSETXATTR, fd, nullptr, 0),
         {{"fd", shown(fd)}, {"name", in_quotes(name)}, {"size", "4"}});
  expect(event_kind::getxattr, request(IORING_OP_GETXATTR, 0, path.c_str(), 0),
         {{"path", in_quotes(path)}, {"name", in_quotes(name)}, {"size", "4"}});
  expect(event_kind::fgetxattr, request(IORING_OP_FGETXATTR, fd, nullptr, 0),
         {{"fd", shown(fd)}, {"name", in_quotes(name)}});
}

namespace written = events::magic_write;

class uring_magic : public uring_io {
protected:
  uring_magic() { watch({written::kind}); }

  captured only() {
    const auto records = kernel_events->take(written::kind, getpid());
    EXPECT_EQ(records.size(), 1);
    return records.at(0);
  }
  std::size_t count() { return kernel_events->take(written::kind, getpid()).size(); }

  std::string text = "\x7f"
                     "ELF and thirty-two bytes to go on";
};

TEST_F(uring_magic, is_what_a_file_begins_with) {
  for (const auto position : {0ULL, ~0ULL}) {
    ASSERT_EQ(ring.run(request_to(IORING_OP_WRITE, file.get(), address_of(text.c_str()),
                                  position, static_cast<unsigned>(text.size()))),
              text.size());
    const auto seen = only();
    EXPECT_EQ(text_of<written::pathname>(seen), path);
    EXPECT_EQ(bytes_of<written::bytes>(seen), text.substr(0, 32));
    EXPECT_EQ(seen.header().return_value, text.size());
    EXPECT_EQ(seen.header().syscall, SYS_io_uring_enter);
    struct stat about {};
    ASSERT_EQ(fstat(file.get(), &about), 0);
    EXPECT_EQ(seen.event.get<written::inode>(), about.st_ino);
  }
}

TEST_F(uring_magic, is_seen_in_memory_that_was_registered) {
  ASSERT_TRUE(ring.keep({text.data(), text.size()}));
  ASSERT_EQ(ring.run(request_to(IORING_OP_WRITE_FIXED, file.get(), address_of(text.data()),
                                0, 20)),
            20);
  EXPECT_EQ(bytes_of<written::bytes>(only()), text.substr(0, 20));
}

TEST_F(uring_magic, is_gathered_from_pieces_that_are_gone_before_it_is_written) {
  auto pieces = std::make_unique<std::array<iovec, 3>>(std::array<iovec, 3>{
      {{text.data(), 4}, {text.data() + 4, 0}, {text.data() + 4, 20}}});
  ring.submit(
      request_to(IORING_OP_WRITEV, file.get(), address_of(pieces->data()), 0, 3));
  *pieces = {}; // It has been submitted.
  ASSERT_EQ(ring.wait(), 24);
  EXPECT_EQ(bytes_of<written::bytes>(only()), text.substr(0, 24));
}

TEST_F(uring_magic, is_not_what_is_written_later_or_to_something_else) {
  const auto write = [this](int fd, std::uint64_t position, unsigned length) {
    return ring.run(
        request_to(IORING_OP_WRITE, fd, address_of(text.c_str()), position, length));
  };
  ASSERT_EQ(write(file.get(), 8, 4), 4);
  EXPECT_EQ(count(), 0);
  ASSERT_EQ(lseek(file.get(), 3, SEEK_SET), 3);
  ASSERT_EQ(write(file.get(), ~0ULL, 4), 4);
  EXPECT_EQ(count(), 0);
  std::array<int, 2> ends{};
  ASSERT_EQ(pipe2(ends.data(), O_CLOEXEC), 0);
  ASSERT_EQ(write(ends[1], ~0ULL, 4), 4);
  EXPECT_EQ(count(), 0);
  const file_descriptor readable{open(path.c_str(), O_RDONLY | O_CLOEXEC)};
  ASSERT_EQ(write(readable.get(), 0, 4), -EBADF);
  EXPECT_EQ(count(), 0);
  for (const auto end : ends)
    close(end);
}

} // namespace

} // namespace vedette
