#pragma once

#include <cerrno>
#include <set>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <unistd.h>

namespace vedette::simulation {

/// What an act is done with, in a process whose mounts and network are its own. What
/// fails is remembered, the first of it, as the reason why the act cannot be shown:
///
///     return on.fake_file(path) && on.enter_container() && on.opens(path, O_WRONLY);
///
/// Preparing it does nothing that a signature looks for, if it is done before
/// enter_container().
class stage {
public:
  /// `container`: the cgroup.procs of one, open for writing; -1: none.
  explicit stage(int container = -1) : container_{container} {}

  /// → `done`. If not, `what` and errno's text are why.
  bool expect(bool done, std::string_view what);
  [[nodiscard]] const std::string& failure() const { return failure_; }

  /// An empty file, in file systems in memory that cover what is there: so /proc/x can
  /// be made, and what is done to /etc/x is done to nothing.
  bool fake_file(const std::string& path);
  bool fake_directory(const std::string& path);
  /// The same of a program that does nothing.
  bool fake_program(const std::string& path);

  /// A network of one's own where every address can be sent to: to this host.
  bool fake_network();

  /// To the container's cgroup; nothing on the host.
  bool enter_container();

  /// Opens and closes it.
  bool opens(const std::string& path, int flags);

  /// Does `body` in a child and waits for its end. `body` → errno; 0: done.
  template <class Body>
  bool in_child(std::string_view what, Body body) {
    const auto child = fork();
    if (child == 0)
      _exit(body());
    return expect_end_of(child, what);
  }

  /// Executes it in a child, with this environment at most: `NAME=value`.
  bool executes(const std::string& path, const char* variable = nullptr);

private:
  bool cover(const std::string& path);
  bool expect_end_of(pid_t child, std::string_view what);

  int container_;
  std::set<std::string> covered_;
  std::string failure_;
};

/// Does not return if it succeeds. → errno
int execute(const std::string& path, const char* variable = nullptr);

} // namespace vedette::simulation
