// Events of files that are told when a system call returns: unlink, rename, mount,
// chdir, the first write.

#include "tests/kernel/support/int80.hpp"
#include "tests/kernel/support/only.hpp"
#include "tests/kernel/support/scratch_dir.hpp"

#include <fcntl.h>
#include <filesystem>
#include <sched.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <thread>

namespace vedette {

namespace {

namespace unlinked = events::security_inode_unlink;
namespace renamed = events::security_inode_rename;
namespace mounted = events::security_sb_mount;
namespace moved = events::set_fs_pwd;
namespace written = events::magic_write;

void make(const std::string& path) {
  ASSERT_EQ(mknod(path.c_str(), S_IFREG | 0644, 0), 0) << path;
}

TEST(security_inode_unlink_event, has_the_path_wherever_it_is_relative_to) {
  capture kernel_events{{.events = {unlinked::kind}}};
  const scratch_dir dir;
  const auto path = dir.file("a");
  const context self{getpid()};
  const auto expect = [&](auto act) {
    make(path);
    const auto records = seen_while(kernel_events, unlinked::kind, act);
    ASSERT_EQ(records.size(), 1);
    self.expect_in(records[0].header());
    EXPECT_EQ(text_of<unlinked::pathname>(records[0]), path);
    EXPECT_TRUE(is_unresolved<unlinked::pathname>(records[0]));
    EXPECT_EQ(records[0].header().return_value, 0);
  };
  expect([&] { unlink(path.c_str()); });
  const auto before = std::filesystem::current_path();
  std::filesystem::current_path(dir.path());
  expect([&] { unlink("a"); });
  expect([&] { unlinkat(AT_FDCWD, "a", 0); });
  std::filesystem::current_path("/");
  expect(
      [&] { unlink(path.c_str() + 1); }); // Below "/", which ends with a slash itself.
  std::filesystem::current_path(before);
  const auto at = open(dir.path().c_str(), O_RDONLY | O_DIRECTORY);
  expect([&] { unlinkat(at, "a", 0); });
  expect([&] { std::jthread{[&] { unlinkat(at, "a", 0); }}; });
  expect([&] { EXPECT_EQ(by_int80(10, low_text(path), 0), 0); });
  expect([&] { EXPECT_EQ(by_int80(301, at, low_text("a")), 0); });
  close(at);
}

TEST(security_inode_unlink_event, is_of_files_that_are_gone) {
  capture kernel_events{{.events = {unlinked::kind}}};
  const scratch_dir dir;
  mkdir(dir.file("d").c_str(), 0755);
  seen_while(
      kernel_events, unlinked::kind,
      [&] {
        unlink(dir.file("none").c_str());
        unlinkat(AT_FDCWD, dir.file("d").c_str(), AT_REMOVEDIR);
      },
      0);
}

TEST(security_inode_rename_event, has_both_paths) {
  capture kernel_events{{.events = {renamed::kind}}};
  const scratch_dir dir;
  const auto from = dir.file("old"), to = dir.file("new");
  const auto at = open(dir.path().c_str(), O_RDONLY | O_DIRECTORY);
  const auto expect = [&](auto act) {
    make(from);
    const auto records = seen_while(kernel_events, renamed::kind, act);
    ASSERT_EQ(records.size(), 1);
    EXPECT_EQ(text_of<renamed::old_path>(records[0]), from);
    EXPECT_EQ(text_of<renamed::new_path>(records[0]), to);
    EXPECT_TRUE(is_unresolved<renamed::old_path>(records[0]));
    EXPECT_TRUE(is_unresolved<renamed::new_path>(records[0]));
  };
  expect([&] { rename(from.c_str(), to.c_str()); });
  expect([&] { renameat(at, "old", at, "new"); });
  expect([&] { syscall(SYS_renameat2, at, "old", AT_FDCWD, to.c_str(), 0); });
  expect([&] { EXPECT_EQ(by_int80(38, low_text(from), low_text(to, 4096)), 0); });
  expect([&] {
    EXPECT_EQ(by_int80(353, at, low_text("old"), at, low_text("new", 64)), 0);
  });
  seen_while(
      kernel_events, renamed::kind, [&] { rename("/none/a", "/none/b"); }, 0);
  close(at);
}

TEST(security_sb_mount_event, has_every_argument) {
  capture kernel_events{{.events = {mounted::kind}}};
  const scratch_dir dir;
  const auto path = dir.path();
  held_child child{[&] {
    if (unshare(CLONE_NEWNS) != 0
        || mount("", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0)
      return 1;
    return mount("some-device", path.c_str(), "tmpfs",
                 MS_NOSUID | MS_NOEXEC | MS_MGC_VAL, "size=4k");
  }};
  const auto pid = child.pid();
  EXPECT_EQ(child.finish(), 0);
  const auto records = kernel_events.take(mounted::kind, pid);
  ASSERT_EQ(records.size(), 2);
  EXPECT_EQ(text_of<mounted::path>(records[0]), "/");
  EXPECT_EQ(records[0].event.get<mounted::flags>(), MS_REC | MS_PRIVATE);
  EXPECT_FALSE(records[0].event.get<mounted::type>());
  EXPECT_EQ(text_of<mounted::dev_name>(records[1]), "some-device");
  EXPECT_EQ(text_of<mounted::path>(records[1]), path);
  EXPECT_EQ(text_of<mounted::type>(records[1]), "tmpfs");
  EXPECT_EQ(records[1].event.get<mounted::flags>(), MS_NOSUID | MS_NOEXEC);
}

TEST(set_fs_pwd_event, has_what_was_asked_and_where_it_led) {
  capture kernel_events{{.events = {moved::kind}}};
  const scratch_dir dir;
  std::filesystem::create_directory(dir.file("real"));
  std::filesystem::create_symlink("real", dir.file("link"));
  const auto before = std::filesystem::current_path();
  std::filesystem::current_path(dir.path());
  auto records = seen_while(kernel_events, moved::kind,
                            [] { EXPECT_EQ(chdir("link/../link"), 0); });
  ASSERT_EQ(records.size(), 1);
  EXPECT_EQ(text_of<moved::unresolved_path>(records[0]), "link/../link");
  EXPECT_EQ(text_of<moved::resolved_path>(records[0]), dir.file("real"));
  EXPECT_FALSE(is_unresolved<moved::resolved_path>(records[0]));
  const auto at = open(dir.path().c_str(), O_RDONLY | O_DIRECTORY);
  records = seen_while(kernel_events, moved::kind, [&] { EXPECT_EQ(fchdir(at), 0); });
  ASSERT_EQ(records.size(), 1);
  EXPECT_FALSE(records[0].event.get<moved::unresolved_path>());
  EXPECT_EQ(text_of<moved::resolved_path>(records[0]), dir.path());
  seen_while(
      kernel_events, moved::kind, [] { EXPECT_NE(chdir("none"), 0); }, 0);
  close(at);
  std::filesystem::current_path(before);
}

TEST(failed_attempt, is_seen_and_filtered) {
  namespace switched = events::switch_task_ns;
  capture kernel_events{{.events = {unlinked::kind, renamed::kind, mounted::kind,
                                    moved::kind, switched::kind}}};
  const auto shard = static_cast<unsigned>(getpid()) % kernel_events.kernel().shards();
  const auto expect = [&](event_kind kind, auto act) {
    const auto before = kernel_events.kernel().counts(kind, shard);
    EXPECT_NE(act(), 0);
    const auto after = kernel_events.kernel().counts(kind, shard);
    const auto& name = definition_of(kind).name;
    EXPECT_GE(after.seen - before.seen, 1) << name;
    EXPECT_GE(after.reasons[FILTERED_FAILED] - before.reasons[FILTERED_FAILED], 1)
        << name;
  };
  expect(unlinked::kind, [] { return unlink("/none"); });
  expect(renamed::kind, [] { return rename("/none/a", "/none/b"); });
  expect(mounted::kind, [] { return mount("a", "/none", "tmpfs", 0, nullptr); });
  expect(moved::kind, [] { return chdir("/none"); });
  expect(switched::kind, [] { return setns(-1, 0); });
}

/// Written by `act(fd)` to a new file: what is told of it.
template <class Act>
std::vector<captured> told_of(capture& kernel_events, const std::string& path, Act act,
                              std::size_t expected = 1) {
  const auto fd = open(path.c_str(), O_CREAT | O_TRUNC | O_RDWR, 0644);
  EXPECT_GE(fd, 0);
  auto records = seen_while(
      kernel_events, written::kind, [&] { act(fd); }, expected);
  close(fd);
  return records;
}

TEST(magic_write_event, has_the_first_bytes_however_they_are_written) {
  capture kernel_events{{.events = {written::kind}}};
  const scratch_dir dir;
  const auto path = dir.file("program");
  const std::string elf = "\x7f"
                          "ELF with more than thirty-two bytes behind";
  const auto expect = [&](std::string_view bytes, auto act) {
    const std::vector<captured> records = told_of(kernel_events, path, act);
    ASSERT_EQ(records.size(), 1);
    EXPECT_EQ(bytes_of<written::bytes>(records[0]), bytes);
    EXPECT_EQ(text_of<written::pathname>(records[0]), path);
    const auto file = stat_of(path);
    EXPECT_EQ(records[0].event.get<written::inode>(), file.st_ino);
    EXPECT_EQ(records[0].event.get<written::dev>(), kernel_dev(file));
  };
  const auto first = elf.substr(0, 32);
  expect(first, [&](int fd) { EXPECT_GT(write(fd, elf.data(), elf.size()), 0); });
  expect("ab", [&](int fd) { EXPECT_EQ(write(fd, "ab", 2), 2); });
  expect(first, [&](int fd) { EXPECT_GT(pwrite(fd, elf.data(), elf.size(), 0), 0); });
  std::vector<iovec> pieces(40, iovec{nullptr, 0}); // Empty ones do not hide it.
  for (auto& byte : std::string_view{elf})
    pieces.push_back({const_cast<char*>(&byte), 1});
  const auto count = static_cast<int>(pieces.size());
  expect(first, [&](int fd) { EXPECT_GT(writev(fd, pieces.data(), count), 0); });
  expect(first, [&](int fd) { EXPECT_GT(pwritev(fd, pieces.data(), count, 0), 0); });
  expect(first,
         [&](int fd) { EXPECT_GT(pwritev2(fd, pieces.data(), count, -1, 0), 0); });
  low_text(elf);
  const auto low = reinterpret_cast<long>(low_page());
  expect(first, [&](int fd) { EXPECT_EQ(by_int80(4, fd, low, 40), 40); });
  expect(first, [&](int fd) { EXPECT_EQ(by_int80(181, fd, low, 40, 0, 0), 40); });
  const std::array<std::uint32_t, 4> narrow{static_cast<std::uint32_t>(low), 1,
                                            static_cast<std::uint32_t>(low) + 1, 39};
  std::memcpy(low_page() + 4096, narrow.data(), sizeof(narrow));
  expect(first, [&](int fd) { EXPECT_EQ(by_int80(146, fd, low + 4096, 2), 40); });
}

TEST(magic_write_event, is_of_the_start_of_regular_files) {
  capture kernel_events{{.events = {written::kind}}};
  const scratch_dir dir;
  told_of(
      kernel_events, dir.file("a"),
      [](int fd) {
        EXPECT_EQ(write(fd, "abc", 3), 3);
        EXPECT_EQ(write(fd, "abc", 3), 3); // Not the start.
        EXPECT_EQ(pwrite(fd, "abc", 3, 1), 3);
        lseek(fd, 0, SEEK_SET);
        EXPECT_EQ(write(fd, "xyz", 3), 3); // The start again.
      },
      2);
  seen_while(
      kernel_events, written::kind,
      [] {
        std::array<int, 2> ends{};
        ASSERT_EQ(pipe(ends.data()), 0);
        EXPECT_EQ(write(ends[1], "a", 1), 1);
        close(ends[0]);
        close(ends[1]);
        const auto null = open("/dev/null", O_WRONLY);
        EXPECT_EQ(write(null, "a", 1), 1);
        close(null);
      },
      0);
}

} // namespace

} // namespace vedette
