// A real 32-bit program: its start and its end, and what it does between.

#include "tests/kernel/support/execute.hpp"
#include "tests/kernel/support/only.hpp"
#include "tests/kernel/support/program32.hpp"
#include "tests/kernel/support/scratch_dir.hpp"

#include <filesystem>
#include <sys/socket.h>
#include <sys/stat.h>

namespace vedette {

namespace {

class program32_event : public testing::Test {
protected:
  /// All events of it.
  std::vector<captured> run(const program32& program) {
    EXPECT_TRUE(program.write_to(path_));
    held_child child{[&] { return execute(path_); }};
    const context self{child.pid()};
    EXPECT_EQ(child.finish(), ended << 8);
    auto records = kernel_events_.take();
    std::erase_if(records, [&](const captured& one) {
      return one.header().host_tgid != self.pid
             || one.event.kind() == event_kind::task_begin;
    });
    for (const auto& one : records) {
      self.expect_in(one.header());
      EXPECT_EQ(one.header().flags & RECORD_COMPAT, RECORD_COMPAT);
    }
    return records;
  }

  static kernel_config watching() {
    kernel_config config;
    config.events.insert(config.events.end(),
                         {event_kind::set_fs_pwd, event_kind::security_inode_rename,
                          event_kind::security_inode_unlink, event_kind::kill,
                          event_kind::security_socket_create});
    return config;
  }

  static constexpr int ended = 9;
  const scratch_dir dir_;
  const std::string path_ = dir_.file("program");
  capture kernel_events_{watching()};
};

TEST_F(program32_event, has_all_arguments) {
  std::filesystem::create_directory(dir_.file("real"));
  std::filesystem::create_symlink("real", dir_.file("link"));
  program32 program;
  const auto path = program.text(dir_.file("link")), a = program.text("a"),
             b = program.text("b");
  program
      .call(12, {path}) // chdir
      .call(5, {a, O_CREAT | O_RDWR, 0600})
      .call(38, {a, b}) // rename
      .call(10, {b})    // unlink
      .call(37, {0x7ffffffe, 15})
      .call(359, {AF_UNIX, SOCK_DGRAM, 0})
      .call(252, {ended}); // exit_group

  const auto records = run(program);

  std::vector<event_kind> kinds;
  for (const auto& one : records)
    kinds.push_back(one.event.kind());
  ASSERT_EQ(kinds, (std::vector{event_kind::sched_process_exec, event_kind::set_fs_pwd,
                                event_kind::security_file_open,
                                event_kind::security_inode_rename,
                                event_kind::security_inode_unlink, event_kind::kill,
                                event_kind::security_socket_create,
                                event_kind::sched_process_exit}));
  const std::array<int, 8> calls{11, 12, 5, 38, 10, 37, 359, 252};
  for (std::size_t i = 0; i < calls.size(); ++i)
    EXPECT_EQ(records[i].header().syscall, calls.at(i));
  EXPECT_EQ(text_of<events::set_fs_pwd::unresolved_path>(records[1]),
            dir_.file("link"));
  EXPECT_EQ(text_of<events::set_fs_pwd::resolved_path>(records[1]), dir_.file("real"));
  EXPECT_EQ(text_of<events::security_file_open::pathname>(records[2]),
            dir_.file("real/a"));
  EXPECT_EQ(text_of<events::security_file_open::syscall_pathname>(records[2]), "a");
  EXPECT_EQ(text_of<events::security_inode_rename::old_path>(records[3]),
            dir_.file("real/a"));
  EXPECT_EQ(text_of<events::security_inode_rename::new_path>(records[3]),
            dir_.file("real/b"));
  EXPECT_EQ(text_of<events::security_inode_unlink::pathname>(records[4]),
            dir_.file("real/b"));
  EXPECT_EQ(records[5].event.get<events::kill::pid>(), 0x7ffffffe);
  EXPECT_EQ(records[5].event.get<events::kill::sig>(), 15);
  EXPECT_EQ(records[6].event.get<events::security_socket_create::family>(), AF_UNIX);
  EXPECT_EQ(records[6].event.get<events::security_socket_create::type>(), SOCK_DGRAM);
  EXPECT_EQ(records[7].event.get<events::sched_process_exit::exit_code>(), ended);
}

TEST_F(program32_event, of_its_start_shows_how_it_was_called) {
  namespace exec = events::sched_process_exec;
  const auto records = run(program32{}.call(1, {ended}));
  ASSERT_EQ(records.size(), 2U);
  ASSERT_EQ(records[0].event.kind(), exec::kind);
  const auto file = stat_of(path_);
  const auto event = records[0].event;
  EXPECT_EQ(event.process_name(), "program");
  EXPECT_EQ(event.get<exec::cmdpath>(), path_);
  EXPECT_EQ(event.get<exec::pathname>(), path_);
  EXPECT_EQ(event.get<exec::inode>(), file.st_ino);
  EXPECT_EQ(event.get<exec::dev>(), kernel_dev(file));
  EXPECT_EQ(event.get<exec::ctime>(), ctime_ns(file));
  EXPECT_EQ(event.get<exec::inode_mode>(), file.st_mode);
  EXPECT_FALSE(event.get<exec::interpreter_pathname>()) << "it is static";
  EXPECT_EQ(event.get<exec::interp>(), path_);
  EXPECT_EQ(block_of<exec::argv>(records[0]), std::string("zero\0x\0", 7));
  EXPECT_EQ(block_of<exec::env>(records[0]), std::string("A=1\0", 4));
  EXPECT_EQ(event.get<exec::pwd>(), std::filesystem::current_path().string());
}

} // namespace

} // namespace vedette
