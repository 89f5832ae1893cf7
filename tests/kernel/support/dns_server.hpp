#pragma once

#include <array>
#include <fcntl.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <csignal>
#include <stdexcept>
#include <string>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

namespace vedette {

/// False: not allowed.
inline bool raise_loopback() {
  const int socket = ::socket(AF_INET, SOCK_DGRAM, 0);
  ifreq loopback{};
  loopback.ifr_name[0] = 'l';
  loopback.ifr_name[1] = 'o';
  loopback.ifr_flags = IFF_UP | IFF_RUNNING;
  const bool done = ioctl(socket, SIOCSIFFLAGS, &loopback) == 0;
  close(socket);
  return done;
}

/// Goes to a network namespace of its own, where nothing but the loopback device is, up.
inline void enter_new_network() {
  if (unshare(CLONE_NEWNET) != 0)
    throw std::runtime_error{"no network namespace"};
  if (!raise_loopback())
    throw std::runtime_error{"the loopback device stays down"};
}

/// A real dnsmasq in a network namespace, at 127.0.0.1 and ::1, that knows
/// web.vedette.test (192.0.2.80, 2001:db8::80), www.vedette.test (the same by a CNAME) and
/// that there is nothing else in vedette.test.
class dns_server {
public:
  dns_server() {
    std::array<int, 2> log{};
    if (pipe2(log.data(), O_CLOEXEC) != 0)
      throw std::runtime_error{"no pipe"};
    pid_ = fork();
    if (pid_ == 0)
      serve(log[1]);
    close(log[1]);
    log_ = log[0];
    std::string said;
    while (said.find(": started, ") == std::string::npos)
      if (!read_some(said))
        throw std::runtime_error{"dnsmasq did not start: " + said};
  }
  ~dns_server() {
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
    close(log_);
  }
  dns_server(const dns_server&) = delete;
  dns_server& operator=(const dns_server&) = delete;

  [[nodiscard]] pid_t pid() const { return pid_; }

  /// Takes the calling process to where it is.
  [[nodiscard]] bool enter() const {
    const int network = open(("/proc/" + std::to_string(pid_) + "/ns/net").c_str(),
                             O_RDONLY | O_CLOEXEC);
    const bool done = setns(network, CLONE_NEWNET) == 0;
    close(network);
    return done;
  }

  /// In a child that is there: dig with these arguments, its output thrown away. → 97…,
  /// or never.
  [[nodiscard]] int dig(std::vector<std::string> arguments) const {
    if (!enter())
      return 97;
    const int nowhere = open("/dev/null", O_WRONLY);
    dup2(nowhere, STDOUT_FILENO);
    std::string name = "dig";
    std::vector<char*> words{name.data()};
    for (auto& one : arguments)
      words.push_back(one.data());
    words.push_back(nullptr);
    execvp("dig", words.data());
    return 98;
  }

private:
  [[noreturn]] static void serve(int log) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    enter_new_network();
    dup2(log, STDERR_FILENO);
    execlp("dnsmasq", "dnsmasq", "--conf-file=/dev/null", "--keep-in-foreground",
           "--user=root", "--log-facility=-", "--no-resolv", "--no-hosts", "--pid-file",
           "--listen-address=127.0.0.1,::1", "--bind-interfaces", "--local-ttl=300",
           "--local=/vedette.test/", "--host-record=web.vedette.test,192.0.2.80,2001:db8::80",
           "--cname=www.vedette.test,web.vedette.test", nullptr);
    _exit(99);
  }

  bool read_some(std::string& into) const {
    constexpr int timeout_ms = 20'000;
    pollfd ready{log_, POLLIN, 0};
    std::array<char, 4096> bytes{};
    if (poll(&ready, 1, timeout_ms) <= 0)
      return false;
    const auto got = read(log_, bytes.data(), bytes.size());
    if (got > 0)
      into.append(bytes.data(), static_cast<std::size_t>(got));
    return got > 0;
  }

  pid_t pid_ = 0;
  int log_ = -1;
};

} // namespace vedette
