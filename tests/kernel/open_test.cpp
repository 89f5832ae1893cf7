#include "tests/kernel/support/capture.hpp"
#include "tests/kernel/support/child.hpp"
#include "tests/kernel/support/scratch_dir.hpp"
#include "tests/kernel/support/tracefs.hpp"

#include <cstring>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sched.h>
#include <span>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <thread>

namespace vedette {

namespace {

namespace opened = events::security_file_open;
using namespace std::string_literals;

long by_openat2(const char* path) {
  open_how how{};
  how.flags = O_RDWR;
  return syscall(SYS_openat2, AT_FDCWD, path, &how, sizeof(how));
}

/// A 32-bit program's system call, from this 64-bit one. The string must lie below 4
/// GiB.
long by_int80(const char* path) {
  auto* low = static_cast<char*>(mmap(nullptr, 4096, PROT_READ | PROT_WRITE,
                                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0));
  std::strcpy(low, path);
  long result = 5; // open
  asm volatile("int $0x80" : "+a"(result) : "b"(low), "c"(O_RDWR), "d"(0) : "memory");
  munmap(low, 4096);
  return result;
}

struct open_case {
  const char* name;
  long (*call)(const char*);
  int number;
  int flags;
};

void PrintTo(const open_case& tested, std::ostream* out) {
  *out << tested.name;
}

constexpr auto classic = "tracepoint/sys_exit_open*";
constexpr auto raw = "tp_btf/sys_exit";

const open_case int80{"int80", by_int80, 5, O_RDWR};

class open_event : public testing::TestWithParam<std::tuple<open_case, const char*>> {
protected:
  static void SetUpTestSuite() { need_tracefs(); }
};

TEST_P(open_event, reports_what_was_opened_and_what_was_asked_for) {
  const auto& [tested, probe] = GetParam();
  capture kernel_events{{.only_probe = probe}};
  const scratch_dir dir;
  ASSERT_EQ(mknod(dir.file("real").c_str(), S_IFREG | 0644, 0), 0);
  std::filesystem::create_symlink("real", dir.file("link"));
  const auto asked = dir.path() + "/../" + dir.file("link").substr(9);
  const context self{getpid()};
  kernel_events.take();

  const auto file = tested.call(asked.c_str());

  ASSERT_GE(file, 0);
  const auto records = kernel_events.take(opened::kind, getpid());
  const auto found = stat_of(dir.file("real"));
  close(static_cast<int>(file));
  ASSERT_EQ(records.size(), 1);
  const auto event = records.front().event;
  self.expect_in(event.header());
  EXPECT_EQ(event.header().return_value, file);
  EXPECT_EQ(event.header().syscall, tested.number);
  EXPECT_EQ(event.header().flags, tested.call == by_int80 ? RECORD_COMPAT : 0);
  EXPECT_EQ(event.header().unresolved, 0) << "nobody else could change a descriptor";
  EXPECT_EQ(event.get<opened::pathname>(), dir.file("real"));
  EXPECT_EQ(event.get<opened::syscall_pathname>(), asked);
  EXPECT_EQ(*event.get<opened::flags>() & ~0x8000, tested.flags);
  EXPECT_EQ(event.get<opened::dev>(), kernel_dev(found));
  EXPECT_EQ(event.get<opened::inode>(), found.st_ino);
  EXPECT_EQ(event.get<opened::ctime>(), ctime_ns(found));
}

const auto calls = testing::Values(
    open_case{"open", [](const char* path) { return syscall(SYS_open, path, O_RDWR); },
              SYS_open, O_RDWR},
    open_case{"creat", [](const char* path) { return syscall(SYS_creat, path, 0600); },
              SYS_creat, O_WRONLY},
    open_case{
        "openat",
        [](const char* path) { return syscall(SYS_openat, AT_FDCWD, path, O_RDONLY); },
        SYS_openat, O_RDONLY},
    open_case{"openat2", by_openat2, SYS_openat2, O_RDWR});

std::string
name_of_test(const testing::TestParamInfo<std::tuple<open_case, const char*>>& test) {
  const auto& [tested, probe] = test.param;
  return std::string{tested.name} + (probe == classic ? "_classic" : "_raw");
}

INSTANTIATE_TEST_SUITE_P(calls, open_event,
                         testing::Combine(calls, testing::Values(raw, classic)),
                         name_of_test);
INSTANTIATE_TEST_SUITE_P(compat, open_event,
                         testing::Combine(testing::Values(int80), testing::Values(raw)),
                         name_of_test);

using open_probe = open_event; // For its set-up.

TEST_F(open_probe, classic_tracepoint_does_not_see_32_bit_calls) {
  capture kernel_events{{.only_probe = classic}};
  kernel_events.take();
  const auto file = by_int80("/dev/null");
  ASSERT_GE(file, 0);
  EXPECT_TRUE(kernel_events.take(opened::kind, getpid()).empty());
  close(static_cast<int>(file));
}

TEST(open_path, names_the_root_and_what_has_no_path) {
  capture kernel_events;
  const auto memory = memfd_create("m", 0);
  const auto root = open("/", O_RDONLY);
  const auto again =
      open(("/proc/self/fd/" + std::to_string(memory)).c_str(), O_RDONLY);
  ASSERT_GE(again, 0);

  const auto records = kernel_events.take(opened::kind, getpid());
  ASSERT_GE(records.size(), 2);
  EXPECT_EQ(records.end()[-2].event.get<opened::pathname>(), "/");
  EXPECT_EQ(records.end()[-1].event.get<opened::pathname>(), "memfd:m");
  for (const auto file : {memory, root, again})
    close(file);
}

TEST(open_path, crosses_mounts) {
  capture kernel_events;
  close(open("/proc/self/root/proc/self/../sys/kernel/ostype", O_RDONLY));
  const auto records = kernel_events.take(opened::kind, getpid());
  ASSERT_FALSE(records.empty());
  EXPECT_EQ(records.back().event.get<opened::pathname>(), "/proc/sys/kernel/ostype");
}

TEST(open_by_a_process_with_threads, is_in_doubt_if_the_file_is_not_called_so) {
  capture kernel_events{{.only_probe = raw}};
  const scratch_dir dir;
  ASSERT_EQ(mknod(dir.file("real").c_str(), S_IFREG | 0644, 0), 0);
  std::filesystem::create_symlink("real", dir.file("link"));
  std::jthread{[&] {
    ASSERT_EQ(chdir(dir.path().c_str()), 0);
    for (const auto& path :
         {dir.file("real"), dir.file("link"), "real"s, "link"s, "."s})
      close(open(path.c_str(), O_RDONLY));
    ASSERT_EQ(chdir("/"), 0);
  }}.join();

  const auto records = kernel_events.take(opened::kind, getpid());

  ASSERT_GE(records.size(), 5);
  std::vector<bool> doubted;
  for (const auto& one : std::span{records}.last(5))
    doubted.push_back((one.header().unresolved >> opened::pathname::slot & 1U) != 0);
  EXPECT_EQ(doubted, (std::vector<bool>{false, true, false, true, true}));
}

TEST(open_failure, is_filtered_and_counted) {
  capture kernel_events;
  const auto shard = static_cast<unsigned>(getpid()) % 2;
  const auto before = kernel_events.kernel().counts(opened::kind, shard);
  for (auto i = 0; i < 100; ++i)
    EXPECT_LT(open("/nonexistent", O_RDONLY), 0);
  const auto after = kernel_events.kernel().counts(opened::kind, shard);
  EXPECT_GE(after.filtered - before.filtered, 100);
  for (const auto& [_, event] : kernel_events.take(opened::kind, getpid()))
    EXPECT_NE(event.get<opened::syscall_pathname>(), "/nonexistent");
}

} // namespace

} // namespace vedette
