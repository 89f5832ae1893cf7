#pragma once

#include <csignal>
#include <sys/wait.h>
#include <unistd.h>

namespace vedette::simulation {

/// A process to do things to: a copy of this one that does nothing.
class bystander {
public:
  bystander() : pid_{fork()} {
    while (pid_ == 0)
      pause();
  }
  ~bystander() {
    if (pid_ < 0)
      return; // Else all would be meant.
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, __WALL);
  }
  bystander(const bystander&) = delete;
  bystander& operator=(const bystander&) = delete;

  [[nodiscard]] pid_t pid() const { return pid_; }

private:
  pid_t pid_;
};

} // namespace vedette::simulation
