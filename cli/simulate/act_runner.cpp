#include "cli/simulate/act_runner.hpp"

#include <array>
#include <csignal>
#include <exception>
#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>

namespace vedette::simulation {

namespace {

using enum act_result::kind;

/// fork() into new namespaces. All that is started there ends with the child.
pid_t fork_apart() {
  constexpr auto flags = CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWPID | SIGCHLD;
  return static_cast<pid_t>(
      syscall(SYS_clone, flags, nullptr, nullptr, nullptr, nullptr));
}

/// What is printed or read there is nobody's concern; and no socket gets a number below
/// 3 by chance.
bool forget_streams() {
  const file_descriptor nothing{open("/dev/null", O_RDWR | O_CLOEXEC)};
  return nothing.is_open() && dup2(nothing.get(), STDIN_FILENO) >= 0
         && dup2(nothing.get(), STDOUT_FILENO) >= 0
         && dup2(nothing.get(), STDERR_FILENO) >= 0;
}

act_result::kind perform(const act& what, stage& on) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  try {
    const bool done =
        on.expect(forget_streams(), "cannot use /dev/null")
        && on.expect(mount("", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0,
                     "cannot have private mounts")
        && what.perform(on);
    return done ? shown : (on.failure().empty() ? broken : impossible);
  } catch (const std::exception& bug) {
    on.expect(false, bug.what());
    return broken;
  }
}

bool starts_container(stage& on) {
  constexpr auto* program = "/tmp/program";
  return on.fake_program(program) && on.enter_container() && on.executes(program);
}

std::string all_of(int file) {
  std::string text;
  std::array<char, 1024> some{};
  for (ssize_t got = 0; (got = read(file, some.data(), some.size())) > 0;)
    text.append(some.data(), static_cast<std::size_t>(got));
  return text;
}

act_result with_reason(act_result::kind how, std::string reason) {
  return {how, std::move(reason)};
}

} // namespace

act_result act_runner::run(const act& what) {
  if (what.hindrance != nullptr)
    return with_reason(impossible, what.hindrance());
  if (what.where == place::container && !container_)
    if (auto started = start_container(); started.how != shown)
      return started;
  return run_apart(what);
}

act_result act_runner::start_container() {
  auto made = container_cgroup::make();
  if (!made)
    return with_reason(impossible, std::move(made.error().detail));
  container_.emplace(std::move(*made));
  constexpr act start{"", "", "", place::container, starts_container};
  auto started = run_apart(start);
  if (started.how != shown)
    container_.reset();
  return started;
}

act_result act_runner::run_apart(const act& what) {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC | O_NONBLOCK) != 0)
    return with_reason(broken, system_error("cannot make a pipe", errno).detail);
  const file_descriptor reasons{ends[0]};
  file_descriptor to_us{ends[1]};
  const auto process = fork_apart();
  if (process < 0)
    return with_reason(impossible,
                       system_error("cannot make namespaces", errno).detail);
  if (process == 0) {
    stage on{what.where == place::container ? container_->processes() : -1};
    const auto how = perform(what, on);
    [[maybe_unused]] const auto told =
        write(to_us.get(), on.failure().data(), on.failure().size());
    _exit(static_cast<int>(how));
  }
  to_us = {};
  return wait_for(process, reasons.get());
}

act_result act_runner::wait_for(pid_t process, int reasons) {
  const file_descriptor end{static_cast<int>(syscall(SYS_pidfd_open, process, 0))};
  const auto why = watch_.wait(deadline_, nullptr, end.get());
  if (why != stop_watch::reason::work)
    kill(process, SIGKILL);
  int status = 0;
  waitpid(process, &status, 0);
  if (why == stop_watch::reason::signal) {
    interrupted_ = true;
    return with_reason(broken, "interrupted");
  }
  if (why == stop_watch::reason::time)
    return with_reason(broken, "it was not done in time");
  if (WIFSIGNALED(status))
    return with_reason(broken, std::string{"it ended by a signal: "}
                                   + strsignal(WTERMSIG(status)));
  const auto how = static_cast<act_result::kind>(WEXITSTATUS(status));
  auto reason = all_of(reasons);
  if (how == broken && reason.empty())
    reason = "it failed, and does not say why";
  return with_reason(how, std::move(reason));
}

} // namespace vedette::simulation
