// What needs no privileges; the rest is what e2e tests see of it.

#include "cli/simulate/bystander.hpp"
#include "cli/simulate/stage.hpp"
#include "cli/simulate/tiny_program.hpp"

#include <gmock/gmock.h>

#include <csignal>
#include <fcntl.h>
#include <sys/mman.h>

namespace vedette::simulation {

namespace {

using testing::StartsWith;

TEST(stage, remembers_what_failed_first) {
  stage on;
  EXPECT_TRUE(on.expect(true, "a"));
  EXPECT_EQ(on.failure(), "");
  errno = ENOENT;
  EXPECT_FALSE(on.expect(false, "b"));
  errno = EPERM;
  EXPECT_FALSE(on.expect(false, "c"));
  EXPECT_EQ(on.failure(), "b: No such file or directory");
}

TEST(stage, opens_what_is_there) {
  stage on;
  EXPECT_TRUE(on.opens("/dev/null", O_RDONLY));
  EXPECT_FALSE(on.opens("/none", O_RDONLY));
  EXPECT_EQ(on.failure(), "cannot open /none: No such file or directory");
}

TEST(stage, says_what_a_child_ended_with) {
  stage on;
  EXPECT_TRUE(on.in_child("a", [] { return 0; }));
  EXPECT_FALSE(on.in_child("b", [] { return EACCES; }));
  EXPECT_EQ(on.failure(), "b: Permission denied");
  stage other;
  EXPECT_FALSE(other.in_child("c", [] { return raise(SIGKILL); }));
  EXPECT_THAT(other.failure(), StartsWith("c: "));
}

TEST(stage, needs_no_container_on_the_host) {
  EXPECT_TRUE(stage{}.enter_container());
}

TEST(tiny_program, does_nothing_well) {
  const int file = memfd_create("program", MFD_CLOEXEC);
  ASSERT_TRUE(write_tiny_program(file));
  stage on;
  EXPECT_TRUE(on.executes("/proc/self/fd/" + std::to_string(file), "A=1"))
      << on.failure();
  EXPECT_FALSE(on.executes("/none"));
  EXPECT_EQ(on.failure(), "cannot execute /none: No such file or directory");
  close(file);
  EXPECT_FALSE(write_tiny_program(-1));
}

TEST(bystander, is_there_as_long_as_its_owner) {
  pid_t pid = 0;
  {
    const bystander other;
    pid = other.pid();
    EXPECT_EQ(kill(pid, 0), 0);
  }
  EXPECT_NE(kill(pid, 0), 0);
}

} // namespace

} // namespace vedette::simulation
