// What is mapped, and what may be done with it.

#include "tests/kernel/support/int80.hpp"
#include "tests/kernel/support/only.hpp"
#include "tests/kernel/support/scratch_dir.hpp"

#include <fcntl.h>
#include <fstream>
#include <sys/mman.h>
#include <sys/syscall.h>

namespace vedette {

namespace {

namespace alerted = events::mem_prot_alert;
namespace mapped = events::security_mmap_file;
namespace loaded = events::shared_object_loaded;

constexpr std::size_t page = 4096;

struct mapping {
  void* at;

  explicit mapping(int protection, int fd = -1)
      : at{mmap(nullptr, 2 * page, protection,
                MAP_PRIVATE | (fd < 0 ? MAP_ANONYMOUS : 0), fd, 0)} {
    EXPECT_NE(at, MAP_FAILED);
  }
  mapping(const mapping&) = delete;
  ~mapping() { munmap(at, 2 * page); }
  [[nodiscard]] std::uint64_t address() const {
    return reinterpret_cast<std::uint64_t>(at);
  }
};

struct scratch_file {
  scratch_dir dir;
  std::string path = dir.file("lib.so");
  int fd = open(path.c_str(), O_CREAT | O_RDWR, 0755);

  scratch_file() { EXPECT_EQ(ftruncate(fd, 2 * page), 0); }
  ~scratch_file() { close(fd); }
};

TEST(mem_prot_alert_event, tells_memory_that_may_be_written_and_executed) {
  capture kernel_events{{.events = {alerted::kind}}};
  const context self{getpid()};
  std::uint64_t address = 0;
  const auto records = seen_while(kernel_events, alerted::kind, [&] {
    address = mapping{PROT_READ | PROT_WRITE | PROT_EXEC}.address();
    mapping{PROT_READ | PROT_WRITE};
    mapping{PROT_READ | PROT_EXEC};
  });
  ASSERT_EQ(records.size(), 1);
  const auto event = records[0].event;
  self.expect_in(event.header());
  EXPECT_EQ(event.get<alerted::alert>(), 1);
  EXPECT_EQ(event.get<alerted::addr>(), address);
  EXPECT_EQ(event.get<alerted::len>(), 2 * page);
  EXPECT_EQ(event.get<alerted::prot>(), PROT_READ | PROT_WRITE | PROT_EXEC);
  EXPECT_EQ(event.get<alerted::prev_prot>(), 0);
  EXPECT_FALSE(event.get<alerted::pathname>());
}

struct change {
  int before, now;
  std::uint32_t alert; ///< 0: none.
};

TEST(mem_prot_alert_event, tells_changes_by_what_was_allowed_before) {
  capture kernel_events{{.events = {alerted::kind}}};
  constexpr int r = PROT_READ, w = PROT_WRITE, x = PROT_EXEC;
  for (const auto& [before, now, alert] :
       {change{r | w, r | x, 2}, change{r, r | w | x, 2}, change{r | x, r | w | x, 3},
        change{r | w | x, r | x, 4}, change{r | w | x, r | w, 0},
        change{r | x, r | w, 0}, change{r | x, r | x, 0}, change{r | w, r, 0}}) {
    const mapping memory{before};
    const auto records = seen_while(
        kernel_events, alerted::kind, [&] { mprotect(memory.at, page, now); },
        alert == 0 ? 0 : 1);
    if (alert == 0 || records.size() != 1)
      continue;
    const auto event = records[0].event;
    EXPECT_EQ(event.get<alerted::alert>(), alert) << before << " to " << now;
    EXPECT_EQ(event.get<alerted::addr>(), memory.address());
    EXPECT_EQ(event.get<alerted::len>(), page);
    EXPECT_EQ(event.get<alerted::prot>(), now);
    EXPECT_EQ(event.get<alerted::prev_prot>(), before);
    EXPECT_EQ(event.header().syscall, SYS_mprotect);
  }
}

TEST(mem_prot_alert_event, is_seen_of_keys_and_of_32_bit_calls) {
  capture kernel_events{{.events = {alerted::kind}}};
  const mapping memory{PROT_READ | PROT_WRITE};
  auto records = seen_while(kernel_events, alerted::kind, [&] {
    EXPECT_EQ(syscall(SYS_pkey_mprotect, memory.at, page, PROT_READ | PROT_EXEC, -1),
              0);
  });
  ASSERT_EQ(records.size(), 1);
  EXPECT_EQ(records[0].event.get<alerted::prev_prot>(), PROT_READ | PROT_WRITE);
  auto* low = low_page() + 8 * page;
  records = seen_while(kernel_events, alerted::kind, [&] {
    EXPECT_EQ(by_int80(125, reinterpret_cast<long>(low), page, PROT_READ | PROT_EXEC),
              0);
  });
  ASSERT_EQ(records.size(), 1);
  EXPECT_EQ(records[0].event.get<alerted::alert>(), 2);
  EXPECT_EQ(records[0].event.get<alerted::prev_prot>(), PROT_READ | PROT_WRITE);
  EXPECT_EQ(records[0].header().flags & RECORD_COMPAT, RECORD_COMPAT);
  mprotect(low, page, PROT_READ | PROT_WRITE);
}

TEST(mem_prot_alert_event, names_the_file) {
  capture kernel_events{{.events = {alerted::kind}}};
  const scratch_file file;
  const mapping memory{PROT_READ, file.fd};
  const auto records = seen_while(kernel_events, alerted::kind, [&] {
    mprotect(memory.at, page, PROT_READ | PROT_EXEC);
  });
  ASSERT_EQ(records.size(), 1);
  const auto about = stat_of(file.path);
  EXPECT_EQ(text_of<alerted::pathname>(records[0]), file.path);
  EXPECT_EQ(records[0].event.get<alerted::dev>(), kernel_dev(about));
  EXPECT_EQ(records[0].event.get<alerted::inode>(), about.st_ino);
  EXPECT_EQ(records[0].event.get<alerted::ctime>(), ctime_ns(about));
}

TEST(mem_prot_alert_event, without_the_lock_tells_whatever_may_be_executed) {
  capture kernel_events{{.events = {alerted::kind}, .only_probe = "tp_btf/sys_exit"}};
  const mapping memory{PROT_READ | PROT_WRITE};
  const auto records = seen_while(kernel_events, alerted::kind, [&] {
    mprotect(memory.at, page, PROT_READ | PROT_EXEC);
    mprotect(memory.at, page, PROT_READ);
  });
  ASSERT_EQ(records.size(), 1);
  EXPECT_EQ(records[0].event.get<alerted::alert>(), 2);
  EXPECT_FALSE(records[0].event.get<alerted::prev_prot>());
}

TEST(security_mmap_file_event, has_every_argument) {
  capture kernel_events{{.events = {mapped::kind}}};
  const scratch_file file;
  const auto records = seen_while(kernel_events, mapped::kind, [&] {
    mapping{PROT_READ | PROT_WRITE, file.fd};
    mapping{PROT_READ}; // No file.
  });
  ASSERT_EQ(records.size(), 1);
  const auto about = stat_of(file.path);
  const auto event = records[0].event;
  EXPECT_EQ(text_of<mapped::pathname>(records[0]), file.path);
  EXPECT_EQ(event.get<mapped::flags>().value_or(0) & O_ACCMODE, O_RDWR);
  EXPECT_EQ(event.get<mapped::dev>(), kernel_dev(about));
  EXPECT_EQ(event.get<mapped::inode>(), about.st_ino);
  EXPECT_EQ(event.get<mapped::ctime>(), ctime_ns(about));
  EXPECT_EQ(event.get<mapped::prot>(), PROT_READ | PROT_WRITE);
  EXPECT_EQ(event.get<mapped::mmap_flags>(), MAP_PRIVATE);
}

TEST(security_mmap_file_event, is_seen_of_the_old_call_whose_arguments_lie_in_memory) {
  capture kernel_events{{.events = {mapped::kind, event_kind::mmap}}};
  const scratch_file file;
  const std::array<std::uint32_t, 6> packed{
      0, page, PROT_READ, MAP_PRIVATE, static_cast<std::uint32_t>(file.fd), 0};
  std::memcpy(low_page(), packed.data(), sizeof(packed));
  kernel_events.take();
  EXPECT_GT(by_int80(90, reinterpret_cast<long>(low_page()), 0), 0);
  auto records = kernel_events.take();
  std::erase_if(records, [](const captured& one) {
    return one.header().host_tgid != static_cast<__u32>(getpid());
  });
  ASSERT_EQ(records.size(), 2);
  namespace call = events::mmap;
  const auto event = records[0].event;
  EXPECT_EQ(event.get<call::length>(), page);
  EXPECT_EQ(event.get<call::prot>(), PROT_READ);
  EXPECT_EQ(event.get<call::flags>(), MAP_PRIVATE);
  EXPECT_EQ(event.get<call::fd>(), file.fd);
  EXPECT_EQ(records[1].event.get<mapped::prot>(), PROT_READ);
  EXPECT_EQ(text_of<mapped::pathname>(records[1]), file.path);
}

TEST(shared_object_loaded_event, is_of_files_that_may_be_executed) {
  capture kernel_events{{.events = {loaded::kind}}};
  const scratch_file file;
  const auto records = seen_while(kernel_events, loaded::kind, [&] {
    mapping{PROT_READ, file.fd};
    mapping{PROT_READ | PROT_WRITE | PROT_EXEC, file.fd};
    mapping{PROT_READ | PROT_EXEC, file.fd};
  });
  ASSERT_EQ(records.size(), 1);
  const auto about = stat_of(file.path);
  EXPECT_EQ(text_of<loaded::pathname>(records[0]), file.path);
  EXPECT_EQ(records[0].event.get<loaded::dev>(), kernel_dev(about));
  EXPECT_EQ(records[0].event.get<loaded::inode>(), about.st_ino);
  EXPECT_EQ(records[0].event.get<loaded::ctime>(), ctime_ns(about));
  EXPECT_EQ(records[0].event.get<loaded::flags>().value_or(0) & O_ACCMODE, O_RDWR);
}

} // namespace

} // namespace vedette
