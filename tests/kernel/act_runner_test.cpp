// What `vedette simulate` makes of acts that go wrong.

#include "cli/simulate/act_runner.hpp"

#include <gmock/gmock.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <sys/mman.h>
#include <sys/stat.h>

namespace vedette::simulation {

namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using enum act_result::kind;

/// Ends what it has blocked, for the tests that come after.
class Acts : public testing::Test {
protected:
  Acts() { pthread_sigmask(SIG_BLOCK, nullptr, &before_); }
  ~Acts() override { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

  static act_result run(bool (*perform)(stage&), act_runner& with,
                        place where = place::host) {
    return with.run({"TRC-0", "none", "nothing", where, perform});
  }

private:
  sigset_t before_{};

protected:
  stop_watch watch_;
  act_runner runner_{watch_};
};

bool does_nothing(stage&) {
  return true;
}

/// Not raise(): the first process of a pid namespace ignores what it sends itself.
bool crashes(stage&) {
  const auto* const nowhere = static_cast<const volatile char*>(
      mmap(nullptr, 1, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
  return *nowhere == 0;
}

TEST_F(Acts, that_crash_do_not_take_others_with_them) {
  const auto crashed = run(crashes, runner_);
  EXPECT_EQ(crashed.how, broken);
  EXPECT_EQ(crashed.reason, "it ended by a signal: Segmentation fault");
  const auto thrown =
      run([](stage&) -> bool { throw std::runtime_error{"no good"}; }, runner_);
  EXPECT_EQ(thrown.how, broken);
  EXPECT_THAT(thrown.reason, HasSubstr("no good"));
  const auto silent = run([](stage&) { return false; }, runner_);
  EXPECT_EQ(silent.how, broken);
  EXPECT_EQ(silent.reason, "it failed, and does not say why");
  EXPECT_EQ(run(does_nothing, runner_).how, shown);
  EXPECT_FALSE(runner_.is_interrupted());
}

TEST_F(Acts, that_do_not_end_are_ended_with_all_that_they_started) {
  act_runner impatient{watch_, 10ms};
  const auto waits_for_ever = [](stage& on) {
    return on.in_child("cannot wait", [] { return pause(); });
  };
  EXPECT_EQ(run(waits_for_ever, impatient).reason, "it was not done in time");
  EXPECT_EQ(run(waits_for_ever, impatient).how, broken);
}

TEST_F(Acts, say_what_the_host_does_not_allow) {
  const auto result = run([](stage& on) { return on.opens("/none/file", 0); }, runner_);
  EXPECT_EQ(result.how, impossible);
  EXPECT_EQ(result.reason, "cannot open /none/file: No such file or directory");
}

TEST_F(Acts, are_ended_by_a_signal) {
  raise(SIGINT); // It is blocked, and waits.
  const auto result = run([](stage&) { return pause() == 0; }, runner_);
  EXPECT_EQ(result.how, broken);
  EXPECT_EQ(result.reason, "interrupted");
  EXPECT_TRUE(runner_.is_interrupted());
}

TEST_F(Acts, see_files_that_are_not_there) {
  const std::string path = "/etc/vedette/no/such/file";
  const auto result = run(
      [](stage& on) {
        const std::string fake = "/etc/vedette/no/such/file";
        struct stat file {};
        return on.fake_file(fake) && on.expect(stat(fake.c_str(), &file) == 0, "stat")
               && on.expect(S_ISREG(file.st_mode), "no file");
      },
      runner_);
  EXPECT_EQ(result.how, shown) << result.reason;
  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST_F(Acts, of_containers_are_in_a_cgroup_that_goes_with_the_runner) {
  const auto is_in_docker = [](stage& on) {
    if (!on.enter_container())
      return false;
    std::ifstream file{"/proc/self/cgroup"};
    const std::string groups{std::istreambuf_iterator<char>{file}, {}};
    return on.expect(groups.find("0::/docker/") != groups.npos, groups);
  };
  const auto result = run(is_in_docker, runner_, place::container);
  EXPECT_EQ(result.how, shown) << result.reason;
  EXPECT_EQ(run(is_in_docker, runner_, place::host).how, impossible);

  std::string own;
  {
    const auto made = container_cgroup::make();
    ASSERT_TRUE(made) << made.error().detail;
    own = std::filesystem::read_symlink("/proc/self/fd/"
                                        + std::to_string(made->processes()))
              .parent_path();
    EXPECT_TRUE(std::filesystem::exists(own));
    EXPECT_EQ(std::filesystem::path{own}.filename().string().size(), 64);
  }
  EXPECT_FALSE(std::filesystem::exists(own));
}

} // namespace

} // namespace vedette::simulation
