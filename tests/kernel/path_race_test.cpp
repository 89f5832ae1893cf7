// A second thread rewrites the path while the kernel is at work: what is told is what
// the kernel used, or marked as what was passed.

#include "tests/kernel/support/execute.hpp"
#include "tests/kernel/support/only.hpp"
#include "tests/kernel/support/scratch_dir.hpp"
#include "tests/kernel/support/sleeping.hpp"

#include <atomic>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <functional>
#include <sched.h>
#include <set>
#include <sys/mount.h>
#include <sys/stat.h>
#include <thread>

namespace vedette {

namespace {

namespace opened = events::security_file_open;
namespace moved = events::set_fs_pwd;
namespace unlinked = events::security_inode_unlink;
namespace renamed = events::security_inode_rename;
namespace mounted = events::security_sb_mount;
namespace executed = events::sched_process_exec;

/// Keeps this thread, and those that it starts, on one of its CPUs: by number or from
/// the end.
class kept_on_cpu {
public:
  explicit kept_on_cpu(bool last) {
    sched_getaffinity(0, sizeof(before_), &before_);
    int chosen = -1;
    for (int cpu = 0; cpu < CPU_SETSIZE && (last || chosen < 0); ++cpu)
      if (CPU_ISSET(cpu, &before_))
        chosen = cpu;
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(chosen, &one);
    sched_setaffinity(0, sizeof(one), &one);
  }
  ~kept_on_cpu() { sched_setaffinity(0, sizeof(before_), &before_); }
  kept_on_cpu(const kept_on_cpu&) = delete;
  kept_on_cpu& operator=(const kept_on_cpu&) = delete;

private:
  cpu_set_t before_{};
};

/// `dir`/a and `dir`/b, by turns, as often as a thread can write. It has another CPU
/// than we: on the same one it would never run while we are in a system call.
class flickering_path {
public:
  explicit flickering_path(const scratch_dir& dir) : text_{dir.file("a")} {}
  flickering_path(const flickering_path&) = delete;
  flickering_path& operator=(const flickering_path&) = delete;

  [[nodiscard]] const char* get() const { return text_.c_str(); }

private:
  std::string text_;
  std::jthread writer_{[this](const std::stop_token& stop) {
    const kept_on_cpu other{true};
    auto* const last = static_cast<volatile char*>(&text_.back());
    while (!stop.stop_requested()) {
      *last = 'b';
      *last = 'a';
    }
  }};
  const kept_on_cpu ours_{false};
};

class rewritten_path : public testing::Test {
protected:
  static constexpr int attempts_max = 200'000;

  /// Acts until the other name stood in the buffer when the call returned. `act` does
  /// it once → whether that was so; it compares what was told with what happened.
  static void until_deceived(const std::function<bool()>& act) {
    for (auto i = 0; i < attempts_max && !HasFailure(); ++i)
      if (act())
        return;
    ADD_FAILURE() << "no call was raced";
  }

  [[nodiscard]] std::vector<captured> of_this_thread(capture& kernel_events,
                                                     event_kind kind) const {
    auto records = kernel_events.take(kind, getpid());
    std::erase_if(records, [](const captured& one) {
      return one.header().host_tid != static_cast<__u32>(gettid());
    });
    EXPECT_EQ(records.size(), 1U);
    return records;
  }

  void make_files() const {
    for (const auto* name : {"a", "b"})
      std::ofstream{dir_.file(name)} << name;
  }
  void make_directories() const {
    for (const auto* name : {"a", "b"})
      std::filesystem::create_directory(dir_.file(name));
  }
  [[nodiscard]] bool exists(const std::string& path) const {
    return access(path.c_str(), F_OK) == 0;
  }

  const scratch_dir dir_;
};

TEST_F(rewritten_path, is_not_what_is_told_of_an_open_that_waited) {
  capture kernel_events{{.events = {opened::kind}}};
  make_files();
  const auto fifo = dir_.file("x");
  ASSERT_EQ(mkfifo(fifo.c_str(), 0600), 0);
  auto passed = fifo;
  std::atomic<pid_t> tid = 0;
  std::jthread opener{[&] {
    tid = gettid();
    close(open(passed.c_str(), O_RDONLY)); // Until somebody writes.
  }};
  while (tid == 0 || !sleeps(tid)) {
  }
  passed.back() = 'a';
  close(open(fifo.c_str(), O_WRONLY));
  opener.join();
  auto records = kernel_events.take(opened::kind, getpid());
  std::erase_if(records, [&](const captured& one) {
    return one.header().host_tid != static_cast<__u32>(tid.load());
  });
  ASSERT_EQ(records.size(), 1U);
  EXPECT_EQ(text_of<opened::pathname>(records[0]), fifo);
  EXPECT_EQ(records[0].event.get<opened::inode>(), stat_of(fifo).st_ino);
  EXPECT_EQ(text_of<opened::syscall_pathname>(records[0]), dir_.file("a"));
}

TEST_F(rewritten_path, is_not_what_is_told_of_an_open) {
  capture kernel_events{{.events = {opened::kind}}};
  make_files();
  const flickering_path path{dir_};
  until_deceived([&] {
    kernel_events.take();
    const int file = open(path.get(), O_RDONLY);
    const auto records = of_this_thread(kernel_events, opened::kind);
    char content = 0;
    EXPECT_EQ(read(file, &content, 1), 1);
    close(file);
    if (records.size() != 1)
      return false;
    const auto real = dir_.file({&content, 1});
    EXPECT_EQ(text_of<opened::pathname>(records[0]), real);
    EXPECT_EQ(records[0].event.get<opened::inode>(), stat_of(real).st_ino);
    return text_of<opened::syscall_pathname>(records[0]) != real;
  });
}

TEST_F(rewritten_path, is_not_where_a_process_went) {
  capture kernel_events{{.events = {moved::kind}}};
  make_directories();
  const auto before = std::filesystem::current_path();
  {
    const flickering_path path{dir_};
    until_deceived([&] {
      kernel_events.take();
      EXPECT_EQ(chdir(path.get()), 0);
      const auto records = of_this_thread(kernel_events, moved::kind);
      if (records.size() != 1)
        return false;
      const auto real = std::filesystem::current_path().string();
      EXPECT_EQ(text_of<moved::resolved_path>(records[0]), real);
      return text_of<moved::unresolved_path>(records[0]) != real;
    });
  }
  std::filesystem::current_path(before);
}

TEST_F(rewritten_path, of_what_is_gone_is_marked) {
  capture kernel_events{{.events = {unlinked::kind}}};
  const flickering_path path{dir_};
  until_deceived([&] {
    make_files();
    kernel_events.take();
    EXPECT_EQ(unlink(path.get()), 0);
    const auto records = of_this_thread(kernel_events, unlinked::kind);
    if (records.size() != 1)
      return false;
    EXPECT_TRUE(is_unresolved<unlinked::pathname>(records[0]));
    return exists(text_of<unlinked::pathname>(records[0]));
  });
}

TEST_F(rewritten_path, of_what_has_another_name_is_marked) {
  capture kernel_events{{.events = {renamed::kind}}};
  const flickering_path path{dir_};
  const auto to = dir_.file("c");
  until_deceived([&] {
    make_files();
    kernel_events.take();
    EXPECT_EQ(rename(path.get(), to.c_str()), 0);
    const auto records = of_this_thread(kernel_events, renamed::kind);
    if (records.size() != 1)
      return false;
    EXPECT_EQ(text_of<renamed::new_path>(records[0]), to);
    EXPECT_TRUE(is_unresolved<renamed::old_path>(records[0]));
    return exists(text_of<renamed::old_path>(records[0]));
  });
}

/// The one of both that something is mounted on, and no more.
std::string unmount(const scratch_dir& dir) {
  for (const auto* name : {"a", "b"})
    if (umount(dir.file(name).c_str()) == 0)
      return dir.file(name);
  ADD_FAILURE() << "nothing was mounted";
  return "";
}

TEST_F(rewritten_path, of_a_mount_is_marked) {
  capture kernel_events{{.events = {mounted::kind}}};
  make_directories();
  const flickering_path path{dir_};
  until_deceived([&] {
    kernel_events.take();
    EXPECT_EQ(mount("disk", path.get(), "tmpfs", 0, nullptr), 0);
    const auto records = of_this_thread(kernel_events, mounted::kind);
    const auto real = unmount(dir_);
    if (records.size() != 1)
      return false;
    EXPECT_TRUE(is_unresolved<mounted::path>(records[0]));
    return text_of<mounted::path>(records[0]) != real;
  });
}

TEST_F(rewritten_path, is_not_where_a_new_mount_was_attached) {
  namespace call = events::move_mount; // That one tells what was passed.
  capture kernel_events{{.events = {mounted::kind, call::kind}}};
  make_directories();
  const flickering_path path{dir_};
  until_deceived([&] {
    const int made = fsopen("tmpfs", 0);
    fsconfig(made, FSCONFIG_CMD_CREATE, nullptr, nullptr, 0);
    const int attached = fsmount(made, 0, 0);
    kernel_events.take();
    EXPECT_EQ(move_mount(attached, "", AT_FDCWD, path.get(), MOVE_MOUNT_F_EMPTY_PATH),
              0);
    const auto records = kernel_events.take();
    close(made);
    close(attached);
    const auto real = unmount(dir_);
    std::string passed;
    for (const auto& one : records) {
      if (one.event.kind() == call::kind)
        passed = text_of<call::to_path>(one);
      if (one.event.kind() != mounted::kind)
        continue;
      EXPECT_EQ(text_of<mounted::path>(one), real);
      EXPECT_FALSE(is_unresolved<mounted::path>(one));
    }
    EXPECT_FALSE(passed.empty());
    return passed != real;
  });
}

TEST_F(rewritten_path, is_not_what_was_executed) {
  capture kernel_events;
  for (const auto* name : {"a", "b"})
    std::filesystem::copy("/bin/true", dir_.file(name));
  std::set<std::string> seen;
  for (auto i = 0; i < attempts_max && seen.size() < 2 && !HasFailure(); ++i) {
    const auto pid = run_child([&] {
      const flickering_path path{dir_};
      char zero[] = "zero";
      char* const arguments[] = {zero, nullptr};
      return execve(path.get(), arguments, arguments + 1);
    });
    const auto records = kernel_events.take(executed::kind, pid);
    ASSERT_EQ(records.size(), 1U);
    const auto path = text_of<executed::pathname>(records[0]);
    EXPECT_EQ(text_of<executed::cmdpath>(records[0]), path);
    EXPECT_EQ(records[0].event.get<executed::inode>(), stat_of(path).st_ino);
    EXPECT_FALSE(is_unresolved<executed::pathname>(records[0]));
    seen.insert(path);
  }
  EXPECT_EQ(seen.size(), 2U);
}

} // namespace

} // namespace vedette
