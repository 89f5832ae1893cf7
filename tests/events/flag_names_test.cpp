#include "events/definitions.hpp"
#include "events/flag_names.hpp"
#include "events/syscall_names.hpp"

#include <gtest/gtest.h>

#include <asm/prctl.h>
#include <cstdio>
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/if_packet.h>
#include <linux/module.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <netinet/udp.h>
#include <sched.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <unistd.h>

// After sys/ptrace.h: its macros are that header's enumerators.
#include <asm/ptrace-abi.h> // NOLINT

// What these headers do not have, and the one that glibc hides from 64-bit programs.
#define PTRACE_PEEKUSR PTRACE_PEEKUSER
#define PTRACE_POKEUSR PTRACE_POKEUSER
#define PROT_SEM 0x8
#define MFD_NOEXEC_SEAL 8U
#define MFD_EXEC 0x10U
#define ARCH_CET_STATUS 0x3001
#undef O_LARGEFILE
#define O_LARGEFILE 0100000

namespace vedette {

namespace {

#if defined(__x86_64__)
TEST(FlagNames, HaveTheValuesOfTheHeaders) {
  struct flag {
    const char* name;
    long long header, ours;
  };
  const flag flags[]{
#define FLAG(name, value)                                                              \
  {#name, static_cast<long long>(name), static_cast<long long>(value)},
#include "events/flag_names.def"
#undef FLAG
  };
  for (const auto& [name, header, ours] : flags)
    EXPECT_EQ(ours, header) << name;
}
#endif

TEST(FlagNames, AreReadWhereTheyBelong) {
  EXPECT_EQ(parse_flag_names("open", "flags", "O_RDONLY"), 0);
  EXPECT_EQ(parse_flag_names("security_file_open", "flags", "O_WRONLY|O_CREAT|O_TRUNC"),
            O_WRONLY | O_CREAT | O_TRUNC);
  EXPECT_EQ(parse_flag_names("mmap", "flags", "MAP_SHARED"), MAP_SHARED);
  EXPECT_EQ(parse_flag_names("mmap", "flags", "O_RDWR"), std::nullopt);
  EXPECT_EQ(parse_flag_names("anything", "flags", "O_RDWR"), O_RDWR);
  EXPECT_EQ(parse_flag_names("memfd_create", "flags", "MFD_CLOEXEC|MFD_ALLOW_SEALING"),
            3);
  EXPECT_EQ(parse_flag_names("clone", "flags", "CLONE_VM|CLONE_NEWUSER"), 0x10000100);
  EXPECT_EQ(parse_flag_names("ptrace", "request", "PTRACE_SEIZE"), 0x4206);
  EXPECT_EQ(parse_flag_names("socket", "domain", "AF_INET6"), AF_INET6);
  EXPECT_EQ(parse_flag_names("security_socket_create", "family", "AF_UNIX"), 1);
  EXPECT_EQ(parse_flag_names("socket", "type", "SOCK_STREAM|SOCK_CLOEXEC"), 0x80001);
  EXPECT_EQ(parse_flag_names("access", "mode", "R_OK|X_OK"), R_OK | X_OK);
  EXPECT_EQ(parse_flag_names("chmod", "mode", "S_IFREG|S_IRWXU"), S_IFREG | S_IRWXU);
  EXPECT_EQ(parse_flag_names("fcntl", "cmd", "F_GETFL"), F_GETFL);
  EXPECT_EQ(parse_flag_names("security_bpf", "cmd", "BPF_PROG_LOAD"), 5);
  EXPECT_EQ(parse_flag_names("sys_enter", "syscall", "openat"), 257);
  EXPECT_EQ(parse_flag_names("mem_prot_alert", "alert",
                             "Mmaped region with W+E permissions!"),
            1);
}

TEST(FlagNames, MayBeNumbers) {
  EXPECT_EQ(parse_flag_names("open", "flags", "0x241"), 0x241);
  EXPECT_EQ(parse_flag_names("open", "flags", "577"), 577);
  EXPECT_EQ(parse_flag_names("open", "flags", "-1"), -1);
  EXPECT_EQ(parse_flag_names("open", "flags", "O_RDWR|64"), 66);
  EXPECT_EQ(parse_flag_names("mem_prot_alert", "alert", "3"), 3);
}

TEST(FlagNames, AreRefusedOtherwise) {
  for (const std::string_view text : {"", "|", "O_", "O_RDWR|", "O_RDWR||O_CREAT", "zz",
                                      "o_rdwr", "0x", "1x", "O_RDWR O_CREAT"})
    EXPECT_EQ(parse_flag_names("open", "flags", text), std::nullopt) << text;
  EXPECT_EQ(parse_flag_names("kill", "pid", "O_RDWR"), std::nullopt);
  EXPECT_FALSE(takes_flag_names("pid"));
  EXPECT_TRUE(takes_flag_names("flags"));
}

TEST(Numbers, HaveTheirWholeRange) {
  EXPECT_EQ(parse_number("9223372036854775807"), INT64_MAX);
  EXPECT_EQ(parse_number("9223372036854775808"), std::nullopt);
  EXPECT_EQ(parse_number("-0x10"), -16);
  EXPECT_EQ(parse_number("--1"), std::nullopt);
  EXPECT_EQ(parse_number("+1"), std::nullopt);
}

TEST(SyscallNames, AreThoseOfTheHeaders) {
  EXPECT_EQ(syscall_name(-1, false), "");
  EXPECT_EQ(syscall_name(-1, true), "");
  EXPECT_EQ(syscall_name(335, false), "");
  EXPECT_EQ(syscall_name(100'000, false), "");
#if defined(__x86_64__)
  EXPECT_EQ(syscall_name(SYS_read, false), "read");
  EXPECT_EQ(syscall_name(SYS_symlink, false), "symlink");
  EXPECT_EQ(syscall_name(SYS_lremovexattr, false), "lremovexattr");
  EXPECT_EQ(syscall_name(SYS_rseq, false), "rseq");
  EXPECT_EQ(syscall_name(SYS_io_uring_setup, false), "io_uring_setup");
  EXPECT_EQ(syscall_name(SYS_process_mrelease, false), "process_mrelease");
#endif
}

TEST(SyscallNames, OfThirtyTwoBitProgramsAreTheirOwn) {
  const std::pair<std::int32_t, std::string_view> names[]{
      {1, "exit"},         {2, "fork"},         {3, "read"},
      {5, "open"},         {11, "execve"},      {26, "ptrace"},
      {37, "kill"},        {102, "socketcall"}, {120, "clone"},
      {252, "exit_group"}, {295, "openat"},     {356, "memfd_create"},
      {358, "execveat"},   {437, "openat2"},    {403, "clock_gettime"}};
  for (const auto& [number, name] : names)
    EXPECT_EQ(syscall_name(number, true), name);
}

TEST(SyscallNames, AreNamesOfEvents) {
  for (const auto compat : {false, true})
    for (std::int32_t number = 0; number < 449; ++number) {
      const auto name = syscall_name(number, compat);
      if (name.empty())
        continue;
      const auto kind = find_event(name);
      ASSERT_TRUE(kind.has_value()) << name;
      EXPECT_EQ(definition_of(*kind).made_by, event_class::syscall) << name;
      EXPECT_EQ(syscall_name(syscall_number(name, compat).value(), compat), name);
    }
  EXPECT_EQ(syscall_number("no_such_call", false), std::nullopt);
  EXPECT_EQ(syscall_number("openat", false), 257);
  EXPECT_EQ(syscall_number("openat", true), 295);
}

} // namespace

} // namespace vedette
