// Mounts that are made without mount(2): fsopen, fsmount, open_tree, move_mount.

#include "tests/kernel/support/int80.hpp"
#include "tests/kernel/support/only.hpp"
#include "tests/kernel/support/scratch_dir.hpp"

#include <fcntl.h>
#include <filesystem>
#include <functional>
#include <sched.h>
#include <sys/mount.h>
#include <sys/syscall.h>

namespace vedette {

namespace {

namespace mounted = events::security_sb_mount;

/// A file system that is mounted nowhere yet → its descriptor.
int make_tmpfs(const char* source, unsigned attributes = 0) {
  const int made = fsopen("tmpfs", FSOPEN_CLOEXEC);
  EXPECT_EQ(fsconfig(made, FSCONFIG_SET_STRING, "source", source, 0), 0);
  EXPECT_EQ(fsconfig(made, FSCONFIG_CMD_CREATE, nullptr, nullptr, 0), 0);
  const int mount = fsmount(made, FSMOUNT_CLOEXEC, attributes);
  EXPECT_GE(mount, 0);
  close(made);
  return mount;
}

int attach(int from, const std::string& to) {
  return move_mount(from, "", AT_FDCWD, to.c_str(),
                    MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_SYMLINKS);
}

class new_mount : public testing::Test {
protected:
  new_mount() {
    for (const auto* name : {"a", "b", "c"})
      std::filesystem::create_directory(dir_.file(name));
  }

  /// What `act` in a child with mounts of its own makes.
  std::vector<captured> of(const std::function<bool()>& act, std::size_t expected) {
    held_child child{[&] {
      return unshare(CLONE_NEWNS) == 0
                     && mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0
                     && act() && !testing::Test::HasFailure()
                 ? 0
                 : 1;
    }};
    EXPECT_EQ(child.finish(), 0);
    auto records = kernel_events_.take(mounted::kind, child.pid());
    EXPECT_EQ(records.size(), expected + 1);
    if (records.size() != expected + 1)
      throw std::runtime_error{"what is to be looked at is not there"};
    records.erase(records.begin()); // Of making them private.
    return records;
  }

  struct expected_mount {
    std::string device, path, type;
    std::uint64_t flags;
  };
  static void expect(const captured& one, const expected_mount& expected) {
    EXPECT_EQ(text_of<mounted::dev_name>(one), expected.device);
    EXPECT_EQ(text_of<mounted::path>(one), expected.path);
    EXPECT_EQ(text_of<mounted::type>(one), expected.type);
    EXPECT_EQ(one.event.get<mounted::flags>(), expected.flags);
    EXPECT_EQ(one.header().return_value, 0);
    EXPECT_EQ(one.header().syscall, SYS_move_mount);
    EXPECT_EQ(one.header().truncated, 0);
    EXPECT_EQ(is_unresolved<mounted::path>(one), expected.type.empty());
  }

  const scratch_dir dir_;
  capture kernel_events_{{.events = {mounted::kind}}};
};

TEST_F(new_mount, is_told_when_it_is_attached) {
  const context self{getpid()};
  const auto records = of(
      [&] {
        return attach(make_tmpfs("disk", MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC),
                      dir_.file("a"))
               == 0;
      },
      1);
  expect(records[0], {"disk", dir_.file("a"), "tmpfs", MS_NOSUID | MS_NOEXEC});
  EXPECT_EQ(records[0].header().host_ppid, self.pid);
  EXPECT_EQ(records[0].header().flags, RECORD_NATIVE);
}

TEST_F(new_mount, has_the_flags_that_mount_would_have_been_passed) {
  struct one {
    unsigned attributes;
    std::uint64_t flags;
  };
  constexpr std::array all{one{0, 0},
                           one{MOUNT_ATTR_RDONLY, MS_RDONLY},
                           one{MOUNT_ATTR_NOSUID, MS_NOSUID},
                           one{MOUNT_ATTR_NODEV, MS_NODEV},
                           one{MOUNT_ATTR_NOEXEC, MS_NOEXEC},
                           one{MOUNT_ATTR_NOATIME, MS_NOATIME},
                           one{MOUNT_ATTR_NODIRATIME, MS_NODIRATIME},
                           one{MOUNT_ATTR_STRICTATIME, MS_STRICTATIME},
                           one{MOUNT_ATTR_NOSYMFOLLOW, MS_NOSYMFOLLOW}};
  const auto records = of(
      [&] {
        return std::ranges::all_of(all, [&](const one& tested) {
          return attach(make_tmpfs("disk", tested.attributes), dir_.file("a")) == 0;
        });
      },
      all.size());
  for (std::size_t i = 0; i < all.size(); ++i)
    EXPECT_EQ(records[i].event.get<mounted::flags>(), all[i].flags);
}

TEST_F(new_mount, is_where_the_kernel_put_it) {
  std::filesystem::create_symlink("a", dir_.file("link"));
  const auto asked = "/proc/self/root" + dir_.path() + "/b/../link";
  const auto records = of(
      [&] {
        const int to = open(dir_.file("b").c_str(), O_PATH);
        return attach(make_tmpfs("disk"), asked) == 0
               && move_mount(make_tmpfs("disk"), "", to, "",
                             MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH)
                      == 0
               && chdir(dir_.path().c_str()) == 0
               && attach(make_tmpfs("disk"), "c") == 0;
      },
      3);
  for (std::size_t i = 0; i < 3; ++i)
    expect(records[i],
           {"disk", dir_.file(std::string_view{"abc"}.substr(i, 1)), "tmpfs", 0});
}

TEST_F(new_mount, may_be_a_clone) {
  const auto records = of(
      [&] {
        const auto clone = [&](unsigned more) {
          return open_tree(AT_FDCWD, dir_.file("a").c_str(), OPEN_TREE_CLONE | more);
        };
        return attach(make_tmpfs("disk"), dir_.file("a")) == 0
               && attach(clone(0), dir_.file("b")) == 0
               && attach(clone(AT_RECURSIVE), dir_.file("c")) == 0;
      },
      3);
  expect(records[1], {"disk", dir_.file("b"), "tmpfs", MS_BIND});
  expect(records[2], {"disk", dir_.file("c"), "tmpfs", MS_BIND | MS_REC});
}

TEST_F(new_mount, is_moved_when_it_was_attached_before) {
  const auto a = dir_.file("a"), b = dir_.file("b"), c = dir_.file("c");
  const auto records = of(
      [&] {
        const int made = make_tmpfs("disk");
        const bool twice = attach(made, a) == 0 && attach(made, b) == 0;
        const int tree = open_tree(AT_FDCWD, b.c_str(), 0);
        return twice && attach(tree, c) == 0
               && move_mount(AT_FDCWD, c.c_str(), AT_FDCWD, a.c_str(), 0) == 0;
      },
      4);
  expect(records[0], {"disk", a, "tmpfs", 0});
  expect(records[1], {"disk", b, "tmpfs", MS_MOVE});
  expect(records[2], {"disk", c, "tmpfs", MS_MOVE});
  expect(records[3], {c, a, "", MS_MOVE});
  EXPECT_TRUE(is_unresolved<mounted::dev_name>(records[3]));
}

TEST_F(new_mount, cannot_hide_behind_other_ways_to_name_it) {
  const auto a = dir_.file("a");
  const auto records = of(
      [&] {
        make_tmpfs("never attached");
        const int made = make_tmpfs("by link"), other = make_tmpfs("by dot");
        const int again = openat(make_tmpfs("opened again"), ".", O_PATH);
        const auto link = "/proc/self/fd/" + std::to_string(made);
        const bool done = move_mount(AT_FDCWD, link.c_str(), AT_FDCWD, a.c_str(),
                                     MOVE_MOUNT_F_SYMLINKS)
                              == 0
                          && move_mount(other, ".", AT_FDCWD, a.c_str(), 0) == 0
                          && attach(again, a) == 0;
        return done && fchdir(make_tmpfs("by cwd")) == 0
               && move_mount(AT_FDCWD, "", AT_FDCWD, a.c_str(), MOVE_MOUNT_F_EMPTY_PATH)
                      == 0;
      },
      4);
  expect(records[0], {"by link", a, "tmpfs", 0});
  expect(records[1], {"by dot", a, "tmpfs", 0});
  expect(records[2], {"opened again", a, "tmpfs", 0});
  expect(records[3], {"by cwd", a, "tmpfs", 0});
}

TEST_F(new_mount, is_seen_of_32_bit_calls) {
  const auto records = of(
      [&] {
        const auto to = low_text(dir_.file("a"), 64), none = low_text(""),
                   tmpfs = low_text("tmpfs", 16), key = low_text("source", 32),
                   value = low_text("disk", 48);
        const auto fs = by_int80(430, tmpfs, 0);
        by_int80(431, fs, FSCONFIG_SET_STRING, key, value, 0);
        by_int80(431, fs, FSCONFIG_CMD_CREATE, 0, 0, 0);
        const auto made = by_int80(432, fs, 0, 0);
        const bool done =
            by_int80(429, made, none, AT_FDCWD, to, MOVE_MOUNT_F_EMPTY_PATH) == 0;
        const auto clone = by_int80(428, AT_FDCWD, to, OPEN_TREE_CLONE);
        return done
               && by_int80(429, clone, none, AT_FDCWD, to, MOVE_MOUNT_F_EMPTY_PATH)
                      == 0;
      },
      2);
  expect(records[0], {"disk", dir_.file("a"), "tmpfs", 0});
  expect(records[1], {"disk", dir_.file("a"), "tmpfs", MS_BIND});
  for (const auto& one : records)
    EXPECT_EQ(one.header().flags, RECORD_NATIVE | RECORD_COMPAT);
}

TEST_F(new_mount, is_no_event_of_an_attempt_or_of_what_moves_nothing) {
  const auto shard = static_cast<unsigned>(getpid()) % kernel_events_.kernel().shards();
  const auto failed = [&] {
    return kernel_events_.kernel()
        .counts(mounted::kind, shard)
        .reasons[FILTERED_FAILED];
  };
  const auto before = failed();
  EXPECT_NE(attach(-1, dir_.file("a")), 0);
  EXPECT_EQ(failed(), before + 1);
  of(
      [&] {
        const bool shared =
            mount("x", dir_.file("a").c_str(), "tmpfs", 0, nullptr) == 0
            && mount(nullptr, dir_.file("a").c_str(), nullptr, MS_SHARED, nullptr) == 0;
        const bool other =
            mount(dir_.file("a").c_str(), dir_.file("b").c_str(), nullptr, MS_BIND,
                  nullptr)
                == 0
            && mount(nullptr, dir_.file("b").c_str(), nullptr, MS_PRIVATE, nullptr)
                   == 0;
        constexpr unsigned set_group = 0x100;
        return shared && other
               && move_mount(AT_FDCWD, dir_.file("a").c_str(), AT_FDCWD,
                             dir_.file("b").c_str(), set_group)
                      == 0;
      },
      4);
}

} // namespace

} // namespace vedette
