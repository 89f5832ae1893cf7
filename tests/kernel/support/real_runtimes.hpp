#pragma once

#include "tests/kernel/support/scratch_dir.hpp"
#include "tests/support/places.hpp"

#include <array>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <fstream>
#include <iterator>
#include <map>
#include <poll.h>
#include <sstream>
#include <stdexcept>
#include <string>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace vedette {

/// Docker's, containerd's and Podman's own daemons, with a container each, as long as
/// it lives: see real_runtimes.sh.
class real_runtimes {
public:
  struct container {
    std::string id;
    std::uint32_t pid = 0; ///< In the daemons' pid namespace, as they say it.
    std::string digest;    ///< Of its image's manifest, or "-".
  };

  real_runtimes() {
    start();
    std::string said;
    while (said.find("ready\n") == std::string::npos)
      if (!read_some(said)) {
        stop();
        throw std::runtime_error{"the container runtimes did not start:\n" + said
                                 + logs()};
      }
    std::istringstream lines{said};
    for (std::string name; lines >> name && name != "ready";) {
      auto& one = containers_[name];
      lines >> one.id >> one.pid >> one.digest;
    }
  }
  ~real_runtimes() { stop(); }
  real_runtimes(const real_runtimes&) = delete;
  real_runtimes& operator=(const real_runtimes&) = delete;

  const container& of(const std::string& runtime) { return containers_.at(runtime); }
  [[nodiscard]] std::string file(const std::string& name) const {
    return folder_.file(name);
  }
  [[nodiscard]] std::string logs() const {
    std::string all;
    for (const auto* name : {"script.log", "dockerd.log", "podman.log", "stop.log"}) {
      std::ifstream file{folder_.file(name)};
      all += std::string{"── "} + name + '\n';
      all += std::string{std::istreambuf_iterator<char>{file}, {}};
    }
    return all;
  }

private:
  static constexpr int timeout_ms = 20'000;

  void start() {
    std::array<int, 2> in{}, out{};
    if (pipe(in.data()) != 0 || pipe(out.data()) != 0)
      throw std::runtime_error{"no pipes"};
    pid_ = fork();
    if (pid_ == 0)
      run_script(in, out);
    close(in[0]);
    close(out[1]);
    input_ = in[1];
    output_ = out[0];
  }

  /// In namespaces that end with it, and it ends with the test: nothing is left,
  /// whatever happens.
  [[noreturn]] void run_script(std::array<int, 2> in, std::array<int, 2> out) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    dup2(in[0], STDIN_FILENO);
    dup2(out[1], STDOUT_FILENO);
    for (const auto fd : {in[0], in[1], out[0], out[1]})
      close(fd);
    if (!freopen(folder_.file("script.log").c_str(), "w", stderr))
      _exit(98);
    execlp("unshare", "unshare", "--mount", "--propagation", "private", "--pid",
           "--fork", "--kill-child=KILL", "--mount-proc",
           script_.c_str(), folder_.path().c_str(), nullptr);
    _exit(99);
  }

  /// False: it has ended, or says nothing for too long.
  bool read_some(std::string& into) const {
    pollfd ready{output_, POLLIN, 0};
    std::array<char, 4096> bytes{};
    if (poll(&ready, 1, timeout_ms) <= 0)
      return false;
    const auto got = read(output_, bytes.data(), bytes.size());
    if (got > 0)
      into.append(bytes.data(), static_cast<std::size_t>(got));
    return got > 0;
  }

  /// Lets the script clean up; its end closes its output.
  void stop() {
    close(input_);
    std::string rest;
    pollfd ready{output_, POLLIN, 0};
    while (poll(&ready, 1, timeout_ms) > 0 && read_some(rest))
      ;
    kill(pid_, SIGKILL); // Of no effect if it has ended.
    waitpid(pid_, nullptr, 0);
    close(output_);
  }

  std::string script_ = source_path("tests/kernel/support/real_runtimes.sh");
  scratch_dir folder_;
  pid_t pid_ = 0;
  int input_ = -1, output_ = -1;
  std::map<std::string, container> containers_;
};

} // namespace vedette
