#pragma once

#include "bpf/file_descriptor.hpp"
#include "runtime/errors.hpp"

#include <chrono>
#include <expected>
#include <optional>
#include <string>
#include <sys/types.h>
#include <vector>

namespace vedette {

/// A program that Vedette runs while it watches. Its status is what the shell would say:
/// 128 + signal where one ended it.
class child_command {
public:
  /// Starts it with the signals that the caller has blocked. Errors: system.
  static std::expected<child_command, error> start(const std::vector<std::string>& words);

  [[nodiscard]] int fd() const { return pidfd_.get(); } ///< Readable when it has ended.
  void forward(int signal) const;
  /// Its status, once fd() is readable.
  int collect();

private:
  explicit child_command(pid_t pid);

  pid_t pid_;
  file_descriptor pidfd_;
  std::optional<int> status_;
};

/// Waits for what ends a run: a signal, a time, a command's end, the work's own end.
class stop_watch {
public:
  /// Blocks SIGINT and SIGTERM, for threads that start later, too, and ignores SIGPIPE: a
  /// reader that goes away is a failure of a sink. To be made before anything else.
  stop_watch();

  enum class reason : std::uint8_t { signal, time, command, work };

  /// Returns at the first of: SIGINT or SIGTERM; `limit` is over; 200 ms after `command`
  /// has ended; `work_fd` is readable. A second signal during anything that follows ends
  /// the process at once.
  reason wait(std::optional<std::chrono::nanoseconds> limit, child_command* command,
              int work_fd);

private:
  file_descriptor signals_;
};

} // namespace vedette
