#include "cli/stop_watch.hpp"

#include <poll.h>
#include <spawn.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <unistd.h>

namespace vedette {

namespace {

using namespace std::chrono_literals;

constexpr auto after_command = 200ms; ///< What the command caused may take its time.

sigset_t stop_signals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  return set;
}

file_descriptor timer(std::chrono::nanoseconds in) {
  file_descriptor fd{timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC)};
  const auto seconds = std::chrono::floor<std::chrono::seconds>(in);
  // 0 would disarm it.
  const auto rest = std::max<std::chrono::nanoseconds>(in - seconds, 1ns);
  const itimerspec when{{}, {seconds.count(), rest.count()}};
  timerfd_settime(fd.get(), 0, &when, nullptr);
  return fd;
}

} // namespace

child_command::child_command(pid_t pid)
    : pid_{pid}, pidfd_{static_cast<int>(syscall(SYS_pidfd_open, pid, 0))} {}

std::expected<child_command, error>
child_command::start(const std::vector<std::string>& words) {
  std::vector<char*> arguments;
  for (const auto& word : words)
    arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);

  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t none, defaults;
  sigemptyset(&none);
  sigemptyset(&defaults);
  sigaddset(&defaults, SIGPIPE);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setsigdefault(&attributes, &defaults);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  pid_t pid = 0;
  const auto failed = posix_spawnp(&pid, arguments.front(), nullptr, &attributes,
                                   arguments.data(), environ);
  posix_spawnattr_destroy(&attributes);
  if (failed != 0)
    return std::unexpected{system_error("cannot run " + words.front(), failed)};
  return child_command{pid};
}

void child_command::forward(int signal) const {
  syscall(SYS_pidfd_send_signal, pidfd_.get(), signal, nullptr, 0);
}

int child_command::collect() {
  int status = 0;
  if (!status_ && waitpid(pid_, &status, 0) == pid_)
    status_ = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
  return status_.value_or(0);
}

stop_watch::stop_watch() {
  const auto set = stop_signals();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  signals_ = file_descriptor{signalfd(-1, &set, SFD_CLOEXEC)};
}

stop_watch::reason stop_watch::wait(std::optional<std::chrono::nanoseconds> limit,
                                    child_command* command, int work_fd) {
  auto why = reason::time;
  file_descriptor clock;
  if (limit)
    clock = timer(*limit);
  std::array<pollfd, 4> ready{{{signals_.get(), POLLIN, 0},
                               {work_fd, POLLIN, 0},
                               {clock.get(), POLLIN, 0},
                               {command != nullptr ? command->fd() : -1, POLLIN, 0}}};
  for (;;) {
    if (poll(ready.data(), ready.size(), -1) < 0)
      continue; // EINTR, by a debugger.
    if (ready[0].revents != 0) {
      signalfd_siginfo info{};
      [[maybe_unused]] const auto bytes = read(signals_.get(), &info, sizeof(info));
      if (command != nullptr)
        command->forward(static_cast<int>(info.ssi_signo));
      // Who asks twice does not want to wait for the rest.
      const auto set = stop_signals();
      std::signal(SIGINT, SIG_DFL);
      std::signal(SIGTERM, SIG_DFL);
      pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
      return reason::signal;
    }
    if (ready[1].revents != 0)
      return reason::work;
    if (ready[2].revents != 0)
      return why;
    if (ready[3].revents != 0) {
      command->collect();
      why = reason::command;
      clock = timer(after_command);
      ready[2].fd = clock.get();
      ready[3].fd = -1;
    }
  }
}

} // namespace vedette
