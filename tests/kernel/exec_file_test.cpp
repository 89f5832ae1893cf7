#include "events/exec_facts.h"
#include "tests/kernel/support/capture.hpp"
#include "tests/kernel/support/child.hpp"
#include "tests/kernel/support/execute.hpp"
#include "tests/kernel/support/scratch_dir.hpp"

#include <fcntl.h>
#include <fstream>
#include <sched.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <thread>

namespace vedette {

namespace {

namespace exec = events::sched_process_exec;
using namespace std::string_literals;

/// A directory `dir` below itself so often that the path of a file in it has `length`
/// bytes; it may be too long to be passed. → the file's path. Leaves us in there.
std::string descend(const scratch_dir& dir, std::size_t length) {
  auto path = dir.path();
  EXPECT_EQ(chdir(path.c_str()), 0);
  while (path.size() < length) {
    const std::string name(std::min<std::size_t>(200, length - path.size()), 'd');
    EXPECT_TRUE(mkdir(name.c_str(), 0755) == 0 && chdir(name.c_str()) == 0);
    path += "/" + name;
  }
  return path + "/program";
}

TEST(exec_file, reports_a_path_of_3000_bytes_whole) {
  capture kernel_events;
  const scratch_dir dir;
  const auto path = descend(dir, 3000);
  std::filesystem::copy("/bin/true", "program");

  const auto pid = run_child([&] { return execute(path); });

  ASSERT_EQ(chdir("/"), 0);
  const auto records = kernel_events.take(exec::kind, pid);
  ASSERT_EQ(records.size(), 1);
  EXPECT_EQ(records.front().event.get<exec::pathname>(), path);
  EXPECT_EQ(records.front().event.get<exec::cmdpath>(), path);
  EXPECT_FALSE(records.front().event.is_truncated<exec::pathname>());
}

TEST(exec_file, keeps_the_end_of_a_longer_path_and_says_so) {
  capture kernel_events;
  const scratch_dir dir;
  const auto path = descend(dir, 5000);
  std::filesystem::copy("/bin/true", "program");

  const auto pid = run_child([&] { return execute("./program"); });

  ASSERT_EQ(chdir("/"), 0);
  const auto records = kernel_events.take(exec::kind, pid);
  ASSERT_EQ(records.size(), 1);
  const auto pathname = records.front().event.get<exec::pathname>();
  EXPECT_TRUE(records.front().event.is_truncated<exec::pathname>());
  EXPECT_GT(pathname->size(), 3800);
  EXPECT_TRUE(path.ends_with(*pathname));
  EXPECT_EQ(records.front().event.get<exec::cmdpath>(), "./program");
}

TEST(exec_file, from_memory_is_visible_as_such) {
  capture kernel_events;
  const auto memory = memfd_create("hidden", 0);
  std::ifstream file{"/bin/true", std::ios::binary};
  const std::string program{std::istreambuf_iterator<char>{file}, {}};
  ASSERT_EQ(write(memory, program.data(), program.size()),
            static_cast<ssize_t>(program.size()));

  const auto pid = run_child([&] { return execute(memory); });

  close(memory);
  const auto records = kernel_events.take(exec::kind, pid);
  ASSERT_EQ(records.size(), 1);
  EXPECT_EQ(records.front().event.get<exec::pathname>(), "memfd:hidden");
  EXPECT_EQ(records.front().header().detail[0]
                & (RECORD_FILE_MEMFD | RECORD_FILE_DELETED),
            RECORD_FILE_MEMFD | RECORD_FILE_DELETED);
  EXPECT_EQ(records.front().event.get<exec::cmdpath>(),
            "/dev/fd/" + std::to_string(memory));
}

TEST(exec_file, cuts_arguments_at_32_KiB_and_says_so) {
  capture kernel_events;
  const std::string argument(40'000, 'a');

  const auto pid = run_child([&] { return execute("/bin/true", argument); });

  const auto records = kernel_events.take(exec::kind, pid);
  ASSERT_EQ(records.size(), 1);
  EXPECT_EQ(block_of<exec::argv>(records.front()),
            ("zero\0"s + argument).substr(0, RECORD_ARGV_MAX));
  EXPECT_EQ(records.front().header().truncated, 1U << exec::argv::slot);
}

TEST(exec_file, tells_facts_about_the_file) {
  capture kernel_events;
  const scratch_dir dir;
  std::filesystem::copy("/bin/true", dir.file("program"));
  ASSERT_EQ(chmod(dir.file("program").c_str(), 0777), 0);
  const auto program = open(dir.file("program").c_str(), O_RDONLY);
  ASSERT_EQ(unlink(dir.file("program").c_str()), 0);

  const auto pid = run_child([&] { return execute(program); });

  close(program);
  const auto records = kernel_events.take(exec::kind, pid);
  ASSERT_EQ(records.size(), 1);
  EXPECT_EQ(records.front().header().detail[0] & RECORD_FILE_FACTS,
            RECORD_FILE_DELETED | RECORD_FILE_WRITABLE);
  EXPECT_EQ(records.front().event.get<exec::pathname>(), dir.file("program"));
}

TEST(exec_file, in_an_overlay_tells_the_upper_layer_from_the_image) {
  capture kernel_events;
  ASSERT_EQ(unshare(CLONE_NEWNS), 0);
  ASSERT_EQ(mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr), 0);
  const scratch_dir dir;
  for (const auto* name : {"lower", "upper", "work", "merged"})
    std::filesystem::create_directory(dir.file(name));
  std::filesystem::copy("/bin/true", dir.file("lower/image"));
  const auto options = "lowerdir=" + dir.file("lower") + ",upperdir="
                       + dir.file("upper") + ",workdir=" + dir.file("work");
  ASSERT_EQ(mount("overlay", dir.file("merged").c_str(), "overlay", 0, options.c_str()),
            0);
  std::filesystem::copy("/bin/true", dir.file("merged/added"));

  const auto of_image = run_child([&] { return execute(dir.file("merged/image")); });
  const auto added = run_child([&] { return execute(dir.file("merged/added")); });

  ASSERT_EQ(umount(dir.file("merged").c_str()), 0);
  for (const auto& one : kernel_events.take())
    if (one.event.kind() == exec::kind
        && (one.header().host_tgid == static_cast<__u32>(of_image)
            || one.header().host_tgid == static_cast<__u32>(added))) {
      const bool is_added = one.header().host_tgid == static_cast<__u32>(added);
      EXPECT_EQ(one.header().detail[0] & RECORD_FILE_FACTS,
                is_added ? RECORD_FILE_UPPER_LAYER : 0);
      EXPECT_EQ(one.event.get<exec::pathname>(),
                dir.file(is_added ? "merged/added" : "merged/image"));
    }
}

} // namespace

} // namespace vedette
