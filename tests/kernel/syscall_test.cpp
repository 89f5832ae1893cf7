#include "tests/kernel/support/capture.hpp"
#include "tests/kernel/support/child.hpp"
#include "tests/kernel/support/int80.hpp"

#include <cstring>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>

namespace vedette {

namespace {

namespace traced = events::ptrace;
namespace made = events::memfd_create;

TEST(ptrace_event, has_every_argument) {
  capture kernel_events{{.events = {event_kind::ptrace, event_kind::memfd_create}}};
  const context self{getpid()};
  errno = 0;
  const auto result = syscall(SYS_ptrace, PTRACE_PEEKDATA, 0x7ffffffe, 0x123456789abcUL,
                              0xfedcba9876543210UL);
  ASSERT_EQ(result, -1);
  ASSERT_EQ(errno, ESRCH);

  const auto records = kernel_events.take(traced::kind, getpid());

  ASSERT_EQ(records.size(), 1);
  const auto event = records.front().event;
  self.expect_in(event.header());
  EXPECT_EQ(event.header().syscall, SYS_ptrace);
  EXPECT_EQ(event.header().return_value, -ESRCH);
  EXPECT_EQ(event.header().flags, RECORD_NATIVE);
  EXPECT_EQ(event.get<traced::request>(), PTRACE_PEEKDATA);
  EXPECT_EQ(event.get<traced::pid>(), 0x7ffffffe);
  EXPECT_EQ(event.get<traced::addr>(), 0x123456789abcUL);
  EXPECT_EQ(event.get<traced::data>(), 0xfedcba9876543210UL);
}

TEST(ptrace_event, has_signs_as_the_kernel_sees_them) {
  capture kernel_events{{.events = {event_kind::ptrace, event_kind::memfd_create}}};
  syscall(SYS_ptrace, -1L, 0xff'ffff'fffeUL, 0, 0); // pid: the lower half, -2.
  const auto records = kernel_events.take(traced::kind, getpid());
  ASSERT_EQ(records.size(), 1);
  EXPECT_EQ(records.front().event.get<traced::request>(), -1);
  EXPECT_EQ(records.front().event.get<traced::pid>(), -2);
}

TEST(ptrace_event, is_seen_from_a_32_bit_call) {
  capture kernel_events{{.events = {event_kind::ptrace, event_kind::memfd_create}}};
  const auto result = by_int80(26, -7, -2, 0x1234, 0xfffffff0L);
  ASSERT_LT(result, 0);

  const auto records = kernel_events.take(traced::kind, getpid());

  ASSERT_EQ(records.size(), 1);
  const auto event = records.front().event;
  EXPECT_EQ(event.header().flags, RECORD_COMPAT | RECORD_NATIVE);
  EXPECT_EQ(event.header().syscall, 26);
  EXPECT_EQ(event.header().return_value, result);
  EXPECT_EQ(event.get<traced::request>(), -7) << "a long of 32 bits has a sign";
  EXPECT_EQ(event.get<traced::pid>(), -2);
  EXPECT_EQ(event.get<traced::addr>(), 0x1234);
  EXPECT_EQ(event.get<traced::data>(), 0xfffffff0) << "a pointer has none";
}

TEST(memfd_create_event, has_every_argument) {
  capture kernel_events{{.events = {event_kind::ptrace, event_kind::memfd_create}}};
  const auto file = memfd_create("secret", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  ASSERT_GE(file, 0);
  close(file);

  const auto records = kernel_events.take(made::kind, getpid());

  ASSERT_EQ(records.size(), 1);
  const auto event = records.front().event;
  EXPECT_EQ(event.header().syscall, SYS_memfd_create);
  EXPECT_EQ(event.header().return_value, file);
  EXPECT_EQ(event.header().truncated, 0);
  EXPECT_EQ(event.get<made::name>(), "secret");
  EXPECT_EQ(event.get<made::flags>(), MFD_CLOEXEC | MFD_ALLOW_SEALING);
}

TEST(memfd_create_event, is_seen_from_a_32_bit_call) {
  capture kernel_events{{.events = {event_kind::ptrace, event_kind::memfd_create}}};
  std::strcpy(low_page(), "compat");
  const auto file = by_int80(356, reinterpret_cast<long>(low_page()), MFD_CLOEXEC);
  ASSERT_GE(file, 0);
  close(static_cast<int>(file));

  const auto records = kernel_events.take(made::kind, getpid());

  ASSERT_EQ(records.size(), 1);
  const auto event = records.front().event;
  EXPECT_EQ(event.header().flags, RECORD_COMPAT | RECORD_NATIVE);
  EXPECT_EQ(event.header().syscall, 356);
  EXPECT_EQ(event.header().return_value, file);
  EXPECT_EQ(event.get<made::name>(), "compat");
  EXPECT_EQ(event.get<made::flags>(), MFD_CLOEXEC);
}

TEST(memfd_create_event, keeps_4096_bytes_of_a_name_and_says_so) {
  capture kernel_events{{.events = {event_kind::ptrace, event_kind::memfd_create}}};
  const std::string name(5000, 'n');
  EXPECT_LT(memfd_create(name.c_str(), 0), 0);

  const auto records = kernel_events.take(made::kind, getpid());

  ASSERT_EQ(records.size(), 1);
  EXPECT_EQ(records.front().event.get<made::name>(), name.substr(0, RECORD_TEXT_MAX));
  EXPECT_TRUE(records.front().event.is_truncated<made::name>());
}

TEST(memfd_create_event, lacks_a_name_that_cannot_be_read) {
  capture kernel_events{{.events = {event_kind::ptrace, event_kind::memfd_create}}};
  EXPECT_LT(syscall(SYS_memfd_create, 8, 0), 0);
  const auto records = kernel_events.take(made::kind, getpid());
  ASSERT_EQ(records.size(), 1);
  EXPECT_EQ(records.front().header().return_value, -EFAULT);
  EXPECT_FALSE(records.front().event.get<made::name>());
}

} // namespace

} // namespace vedette
