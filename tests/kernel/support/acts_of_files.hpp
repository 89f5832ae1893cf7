#pragma once

#include "tests/kernel/support/act.hpp"

#include <fcntl.h>
#include <filesystem>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

/// What is done to files, and what must be told of it.
namespace vedette::file_acts {

inline void make_file(const place& at) {
  const auto file = open(at.find("file").c_str(), O_CREAT | O_RDWR, 0755);
  EXPECT_EQ(ftruncate(file, 8192), 0);
  close(file);
}

inline void make_directory(const place& at) {
  std::filesystem::create_directory(at.find("dir"));
}

template <class Dev, class Inode, class Ctime>
void expect_file(const act_event& seen) {
  const auto about = stat_of(seen.at.find("file"));
  EXPECT_EQ(seen.get<Dev>(), kernel_dev(about));
  EXPECT_EQ(seen.get<Inode>(), about.st_ino);
  EXPECT_EQ(seen.get<Ctime>(), ctime_ns(about));
}

namespace opened = events::security_file_open;
inline bool open_it(act_caller& by) {
  by.said.told[0] = static_cast<std::uint64_t>(
      by({SYS_openat, 295}, AT_FDCWD, by.path("file"), O_RDWR));
  return static_cast<int>(by.said.told[0]) >= 0;
}
inline void check_open(const act_event& seen) {
  seen.expect_found<opened::pathname>("file");
  seen.expect_asked<opened::syscall_pathname>("file", false);
  EXPECT_EQ(seen.get<opened::flags>().value_or(0) & ~0x8000, O_RDWR);
  EXPECT_EQ(seen.header().return_value, static_cast<int>(seen.said.told[0]));
  expect_file<opened::dev, opened::inode, opened::ctime>(seen);
}

namespace renamed = events::security_inode_rename;
inline bool rename_it(act_caller& by) {
  return by({SYS_rename, 38}, by.path("file"), by.path("new")) == 0;
}
inline void check_rename(const act_event& seen) {
  seen.expect_asked<renamed::old_path>("file", true);
  seen.expect_asked<renamed::new_path>("new", true);
}

namespace unlinked = events::security_inode_unlink;
inline bool unlink_it(act_caller& by) {
  return by({SYS_unlink, 10}, by.path("file")) == 0;
}
inline void check_unlink(const act_event& seen) {
  seen.expect_asked<unlinked::pathname>("file", true);
}

namespace written = events::magic_write;
inline bool write_it(act_caller& by) {
  const auto file = open(by.at.ask("file").c_str(), O_WRONLY);
  return by({SYS_write, 4}, file, by.text("#!/bin/sh"), 9) == 9;
}
inline void check_write(const act_event& seen) {
  seen.expect_found<written::pathname>("file");
  const auto bytes = seen.get<written::bytes>().value_or(std::span<const std::byte>{});
  const auto* first = reinterpret_cast<const char*>(bytes.data());
  EXPECT_EQ(std::string(first, bytes.size()), "#!/bin/sh");
  const auto about = stat_of(seen.at.find("file"));
  EXPECT_EQ(seen.get<written::dev>(), kernel_dev(about));
  EXPECT_EQ(seen.get<written::inode>(), about.st_ino);
}

namespace mounted = events::security_sb_mount;
inline bool mount_it(act_caller& by) {
  return by({SYS_mount, 21}, by.text("disk"), by.path("dir"), by.text("tmpfs"),
            MS_NOSUID)
             == 0
         && umount(by.at.find("dir").c_str()) == 0;
}
inline void expect_mount(const act_event& seen) {
  EXPECT_EQ(text_of<mounted::dev_name>(seen.record), "disk");
  EXPECT_EQ(text_of<mounted::type>(seen.record), "tmpfs");
  EXPECT_EQ(seen.get<mounted::flags>(), MS_NOSUID);
}
inline void check_mount(const act_event& seen) {
  expect_mount(seen);
  seen.expect_asked<mounted::path>("dir", true);
}

/// The mount is where the kernel put it, so its path can be looked at.
inline bool attach_it(act_caller& by) {
  const auto made = by({SYS_fsopen, 430}, by.text("tmpfs"), 0);
  by({SYS_fsconfig, 431}, made, FSCONFIG_SET_STRING, by.text("source"), by.text("disk"),
     0);
  by({SYS_fsconfig, 431}, made, FSCONFIG_CMD_CREATE);
  const auto mount = by({SYS_fsmount, 432}, made, 0, MOUNT_ATTR_NOSUID);
  const bool done = by({SYS_move_mount, 429}, mount, by.text(""), AT_FDCWD,
                       by.path("dir"), MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_SYMLINKS)
                    == 0;
  close(static_cast<int>(mount)); // Or it stays busy.
  return done && umount(by.at.find("dir").c_str()) == 0;
}
inline void check_attach(const act_event& seen) {
  expect_mount(seen);
  seen.expect_found<mounted::path>("dir");
}

namespace mapped = events::security_mmap_file;
inline bool map_it(act_caller& by) {
  return by.map(PROT_READ, open(by.at.ask("file").c_str(), O_RDONLY)) > 0;
}
inline void check_map(const act_event& seen) {
  seen.expect_found<mapped::pathname>("file");
  EXPECT_EQ(seen.get<mapped::flags>().value_or(0) & O_ACCMODE, O_RDONLY);
  EXPECT_EQ(seen.get<mapped::prot>(), PROT_READ);
  EXPECT_EQ(seen.get<mapped::mmap_flags>(), MAP_PRIVATE);
  expect_file<mapped::dev, mapped::inode, mapped::ctime>(seen);
}

namespace loaded = events::shared_object_loaded;
inline bool load_it(act_caller& by) {
  return by.map(PROT_READ | PROT_EXEC, open(by.at.ask("file").c_str(), O_RDONLY)) > 0;
}
inline void check_load(const act_event& seen) {
  seen.expect_found<loaded::pathname>("file");
  EXPECT_EQ(seen.get<loaded::flags>().value_or(0) & O_ACCMODE, O_RDONLY);
  expect_file<loaded::dev, loaded::inode, loaded::ctime>(seen);
}

namespace alerted = events::mem_prot_alert;
inline bool make_executable(act_caller& by) {
  const auto memory = by.map(PROT_READ, open(by.at.ask("file").c_str(), O_RDONLY));
  by.said.told[0] = static_cast<std::uint64_t>(memory);
  return by({SYS_mprotect, 125}, memory, 4096, PROT_READ | PROT_EXEC) == 0;
}
inline void check_made_executable(const act_event& seen) {
  seen.expect_found<alerted::pathname>("file");
  EXPECT_EQ(seen.get<alerted::alert>(), 2);
  EXPECT_EQ(seen.get<alerted::addr>(), seen.said.told[0]);
  EXPECT_EQ(seen.get<alerted::len>(), 4096);
  EXPECT_EQ(seen.get<alerted::prot>(), PROT_READ | PROT_EXEC);
  EXPECT_EQ(seen.get<alerted::prev_prot>(), PROT_READ);
  expect_file<alerted::dev, alerted::inode, alerted::ctime>(seen);
}

namespace moved = events::set_fs_pwd;
inline bool go_there(act_caller& by) {
  return by({SYS_chdir, 12}, by.path("dir")) == 0;
}
inline void check_going(const act_event& seen) {
  seen.expect_asked<moved::unresolved_path>("dir", false);
  seen.expect_found<moved::resolved_path>("dir");
}

/// A system call by its own name.
namespace called = events::mkdirat;
inline bool make_by_name(act_caller& by) {
  return by({SYS_mkdirat, 296}, AT_FDCWD, by.path("new"), 0750) == 0;
}
inline void check_made_by_name(const act_event& seen) {
  EXPECT_EQ(seen.get<called::dirfd>(), AT_FDCWD);
  seen.expect_asked<called::pathname>("new", false);
  EXPECT_EQ(seen.get<called::mode>(), 0750);
  EXPECT_EQ(seen.header().return_value, 0);
}

inline const act all[]{
    {"open", opened::kind, open_it, check_open, make_file, true},
    {"rename", renamed::kind, rename_it, check_rename, make_file, true},
    {"unlink", unlinked::kind, unlink_it, check_unlink, make_file, true},
    {"write", written::kind, write_it, check_write, make_file, true},
    {"mount", mounted::kind, mount_it, check_mount, make_directory, true},
    {"move_mount", mounted::kind, attach_it, check_attach, make_directory, true},
    {"mmap", mapped::kind, map_it, check_map, make_file, true},
    {"load", loaded::kind, load_it, check_load, make_file, true},
    {"mprotect", alerted::kind, make_executable, check_made_executable, make_file,
     true},
    {"chdir", moved::kind, go_there, check_going, make_directory, true},
    {"mkdirat", called::kind, make_by_name, check_made_by_name, nullptr, true},
};

} // namespace vedette::file_acts
