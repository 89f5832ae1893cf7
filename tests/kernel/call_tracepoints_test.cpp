// Few system calls are watched by tracepoints of their own, where 32-bit calls need not
// be seen.

#include "bpf/call_tracepoints.hpp"
#include "bpf/syscalls.hpp"
#include "events/json_writer.hpp"
#include "tests/kernel/support/int80.hpp"
#include "tests/kernel/support/only.hpp"
#include "tests/kernel/support/tracefs.hpp"
#include "tests/kernel/support/uring.hpp"

#include <gmock/gmock.h>

#include <csignal>
#include <fcntl.h>
#include <sys/mount.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/utsname.h>

namespace vedette {

namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class few_calls_test : public testing::Test {
protected:
  static void SetUpTestSuite() { need_tracefs(); }

  static kernel_config waiving(std::vector<event_kind> events) {
    return {.events = std::move(events), .waives_compat_calls = true};
  }
  static const chosen_probe& probe_of(capture& kernel_events, event_kind event) {
    return *std::ranges::find(kernel_events.kernel().probes(), event,
                              &chosen_probe::event);
  }
};

struct plain_call {
  event_kind event;
  long number;
  std::array<long, 4> args;
};

long address(const void* of) {
  return reinterpret_cast<long>(of);
}

/// All that there is to know, but for the time.
std::string told(const captured& one) {
  const auto& header = one.header();
  std::string text =
      std::string{definition_of(one.event.kind()).name} + " "
      + std::to_string(header.syscall) + " " + std::to_string(header.return_value) + " "
      + std::to_string(header.flags) + " " + std::to_string(header.host_tid) + " "
      + std::to_string(header.host_tgid) + " " + std::to_string(header.truncated) + " ";
  append_arguments(text, one.event);
  return text;
}

/// Also those that the kernel calls otherwise than their tracepoints.
TEST_F(few_calls_test, tell_what_one_program_for_all_tells) {
  static struct stat about;
  static utsname names;
  static char text[] = "/none/there", kind[] = "text";
  const plain_call calls[]{
      {event_kind::stat, SYS_stat, {address(text), address(&about)}},
      {event_kind::lstat, SYS_lstat, {address(text), address(&about)}},
      {event_kind::fstat, SYS_fstat, {0, address(&about)}},
      {event_kind::uname, SYS_uname, {address(&names)}},
      {event_kind::sendfile, SYS_sendfile, {-1, -2, 0, 5}},
      {event_kind::umount2, SYS_umount2, {address(text), MNT_DETACH}},
      {event_kind::kill, SYS_kill, {getpid(), 0}},
      {event_kind::ptrace, SYS_ptrace, {-1, 0x7ffffffe, 1, 2}},
      {event_kind::memfd_create, SYS_memfd_create, {address(kind), -1}},
      {event_kind::add_key, SYS_add_key, {address(kind), address(text), 0, 0}},
      {event_kind::clone3, SYS_clone3, {0, 0}},
      {event_kind::mmap, SYS_mmap, {0, 0, 0, 0}},
  };
  std::vector<event_kind> events;
  for (const auto& call : calls)
    events.push_back(call.event);
  capture few{waiving(events)}, all{{.events = events}};
  for (const auto event : events) {
    ASSERT_EQ(probe_of(few, event).chosen->name, "tracepoint/sys_exit_*")
        << testing::PrintToString(probe_of(few, event).refused);
    ASSERT_EQ(probe_of(all, event).chosen->programs.front(), "sys_exit");
  }
  for (const auto& call : calls) {
    few.take(), all.take();
    const auto& args = call.args;
    syscall(call.number, args[0], args[1], args[2], args[3]);
    const auto seen = few.take(call.event, getpid());
    const auto expected = all.take(call.event, getpid());
    ASSERT_EQ(seen.size(), 1) << definition_of(call.event).name;
    ASSERT_EQ(expected.size(), 1) << definition_of(call.event).name;
    EXPECT_EQ(told(seen[0]), told(expected[0]));
  }
}

TEST_F(few_calls_test, are_counted_to_the_last) {
  capture few{waiving({event_kind::kill})};
  constexpr auto times = 100;
  for (auto i = 0; i < times; ++i)
    kill(getpid(), 0);
  EXPECT_EQ(few.take(event_kind::kill, getpid()).size(), times);
  few.kernel().detach();
  event_counts sum;
  for (unsigned shard = 0; shard < few.kernel().shards(); ++shard) {
    const auto one = few.kernel().counts(event_kind::kill, shard);
    sum.seen += one.seen, sum.lost += one.lost;
    sum.written += one.written, sum.filtered += one.filtered;
  }
  EXPECT_GE(sum.seen, times);
  EXPECT_EQ(sum.seen, sum.filtered + sum.lost + sum.written);
  EXPECT_EQ(few.kernel().skipped_runs(), 0);
}

/// It is what was waived.
TEST_F(few_calls_test, are_not_those_of_32_bit_programs) {
  capture few{waiving({event_kind::kill})};
  EXPECT_THAT(std::string{probe_of(few, event_kind::kill).blind_to()},
              HasSubstr("32-bit"));
  EXPECT_EQ(by_int80(37, getpid(), 0), 0);
  EXPECT_TRUE(few.take(event_kind::kill, getpid()).empty());
  kill(getpid(), 0);
  EXPECT_EQ(few.take(event_kind::kill, getpid()).size(), 1);
}

TEST_F(few_calls_test, are_what_io_uring_does_too) {
  namespace opened = events::openat;
  capture few{waiving({opened::kind})};
  ASSERT_EQ(probe_of(few, opened::kind).chosen->name,
            "tracepoint/sys_exit_*, io_uring_complete");
  uring ring;
  io_uring_sqe request{};
  request.opcode = IORING_OP_OPENAT;
  request.fd = AT_FDCWD;
  request.addr = static_cast<std::uint64_t>(address("/dev/null"));
  const auto by_ring = seen_while(few, opened::kind, [&] {
    ring.submit(request);
    EXPECT_GE(ring.wait(), 0);
  });
  ASSERT_EQ(by_ring.size(), 1);
  EXPECT_EQ(text_of<opened::pathname>(by_ring[0]), "/dev/null");
  const auto by_call = seen_while(
      few, opened::kind, [] { close(openat(AT_FDCWD, "/dev/zero", O_RDONLY)); });
  ASSERT_EQ(by_call.size(), 1);
  EXPECT_EQ(text_of<opened::pathname>(by_call[0]), "/dev/zero");
}

TEST_F(few_calls_test, open_files) {
  capture few{waiving({event_kind::security_file_open})};
  const auto& seen_by = probe_of(few, event_kind::security_file_open);
  if (seen_by.chosen->programs.front() == "open_by_lsm"
      || seen_by.chosen->programs.front() == "open_by_fentry")
    return; // Which see more.
  EXPECT_EQ(seen_by.chosen->name, "tracepoint/sys_exit_open*, io_uring_complete");
  EXPECT_EQ(call_tracepoints(seen_by.event, *seen_by.chosen).size(), 5);
}

/// Each program on its own is cheap; both cost more than one.
TEST_F(few_calls_test, are_seen_by_the_program_for_all_where_another_event_needs_that) {
  capture both{waiving({event_kind::kill, event_kind::execve})};
  const auto& seen_by = probe_of(both, event_kind::kill);
  EXPECT_EQ(seen_by.chosen->name, "tp_btf/sys_exit");
  EXPECT_THAT(seen_by.refused,
              ElementsAre("tracepoint/sys_exit_*: execve needs tp_btf/sys_exit, which "
                          "sees all calls"));
  EXPECT_THAT(how_calls_are_seen(both.kernel().probes()),
              HasSubstr("but not tracepoint/sys_exit_*: execve needs"));
  EXPECT_EQ(
      seen_while(both, event_kind::kill, [] { by_int80(37, getpid(), 0); }).size(), 1)
      << "which sees 32-bit calls";
}

TEST_F(few_calls_test, are_no_longer_few) {
  std::vector<event_kind> many;
  for (const auto& [event, native, compat] : syscall_events())
    if (native >= 0 && probes_of(event).front().name == "tracepoint/sys_exit_*"
        && has_call_tracepoint(
            call_tracepoints(event, probes_of(event).front()).front()))
      many.push_back(event);
  many.resize(few_calls);
  {
    capture few{waiving(many)};
    EXPECT_EQ(probe_of(few, many[0]).chosen->name, "tracepoint/sys_exit_*");
    EXPECT_THAT(how_calls_are_seen(few.kernel().probes()), HasSubstr("of its own"));
  }
  many.push_back(event_kind::openat);
  capture all{waiving(many)};
  for (const auto event : many)
    EXPECT_EQ(probe_of(all, event).chosen->programs.front(), "sys_exit");
  EXPECT_THAT(probe_of(all, many[0]).refused[0],
              HasSubstr("17 of them would be needed"));
}

/// A call that only 32-bit programs have has no tracepoint.
TEST_F(few_calls_test, have_none_where_the_kernel_has_none) {
  capture few{waiving({event_kind::socketcall, event_kind::kill})};
  EXPECT_THAT(probe_of(few, event_kind::socketcall).refused,
              ElementsAre("tracepoint/sys_exit_*: the kernel has no tracepoint "
                          "sys_exit_socketcall"));
  EXPECT_EQ(probe_of(few, event_kind::socketcall).chosen->name, "tp_btf/sys_exit");
  EXPECT_EQ(probe_of(few, event_kind::kill).chosen->name, "tp_btf/sys_exit");
}

TEST_F(few_calls_test, are_not_chosen_where_32_bit_calls_matter) {
  capture few{{.events = {event_kind::kill}}};
  EXPECT_EQ(probe_of(few, event_kind::kill).chosen->name, "tp_btf/sys_exit");
  EXPECT_THAT(how_calls_are_seen(few.kernel().probes()),
              HasSubstr("32-bit system calls are possible here"));
}

} // namespace

} // namespace vedette
