#include "tests/e2e/victims.hpp"
#include "tests/kernel/support/dns_server.hpp"

#include <arpa/inet.h>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <map>
#include <netinet/in.h>
#include <poll.h>
#include <sstream>
#include <string_view>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/sendfile.h>
#include <sys/wait.h>
#include <unistd.h>

namespace vedette::e2e {

namespace {

constexpr auto cannot = 99;

void tell(const char* name, std::int64_t number) {
  std::array<char, 64> line{};
  const auto size = std::snprintf(line.data(), line.size(), "victim: %s=%lld\n", name,
                                  static_cast<long long>(number));
  // In one piece: Vedette writes there, too.
  [[maybe_unused]] const auto done =
      write(STDERR_FILENO, line.data(), static_cast<std::size_t>(size));
}

unsigned number_in(const words& given, std::size_t index) {
  return static_cast<unsigned>(std::strtoul(given.at(index).c_str(), nullptr, 10));
}

/// Does not return if it succeeds.
int execute(const char* path, words arguments, words variables = {}) {
  std::vector<char*> argv, envp;
  for (auto& argument : arguments)
    argv.push_back(argument.data());
  for (auto& variable : variables)
    envp.push_back(variable.data());
  argv.push_back(nullptr);
  envp.push_back(nullptr);
  execve(path, argv.data(), envp.data());
  return cannot;
}

int exec_memfd(const words&) {
  const auto program = open("/bin/true", O_RDONLY | O_CLOEXEC);
  const auto copy = memfd_create("payload", 0);
  tell("fd", copy);
  while (sendfile(copy, program, nullptr, 1U << 30U) > 0) {
  }
  tell("pid", getpid());
  const auto path = "/proc/self/fd/" + std::to_string(copy);
  return execute(path.c_str(), {"payload", "one", "two"}, {"A=1"});
}

int trace_me(const words&) {
  tell("pid", getpid());
  return ptrace(PTRACE_TRACEME, 0, nullptr, nullptr) == 0 ? 0 : cannot;
}

int preload(const words&) {
  tell("pid", getpid());
  return execute("/bin/true", {"true", "now"}, {"A=1", "LD_PRELOAD=libc.so.6"});
}

int exit_code_of(pid_t child) {
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : cannot;
}

/// Starts `body` in a child whose shard is not this process's, where there are several.
template <class Body>
pid_t fork_elsewhere(unsigned shards, Body body) {
  constexpr auto same_shard = 77;
  const auto own = getpid();
  const auto is_elsewhere = [=](pid_t child) {
    return shards == 1
           || static_cast<unsigned>(child) % shards
                  != static_cast<unsigned>(own) % shards;
  };
  for (;;) {
    const auto child = fork();
    if (child == 0)
      _exit(is_elsewhere(getpid()) ? body() : same_shard);
    if (is_elsewhere(child))
      return child;
    exit_code_of(child);
  }
}

int serve(const words& given) {
  const auto shells = number_in(given, 0);
  const auto shards = number_in(given, 1);
  tell("pid", getpid());
  for (unsigned i = 0; i < shells; ++i) {
    const auto shell = fork_elsewhere(shards, [] {
      return execute("/bin/sh", {"sh", "-c", "exit 3"}, {"A=1"});
    });
    tell("sh", shell);
    if (exit_code_of(shell) != 3)
      return cannot;
  }
  return 0;
}

void open_files(unsigned count) {
  for (unsigned i = 0; i < count; ++i)
    close(open("/dev/null", O_RDONLY | O_CLOEXEC));
}

int flood(const words& given) {
  open_files(number_in(given, 0));
  return 0;
}

/// Floods until the other end of `until` is closed; what was opened by then fits into a
/// ring of 64 MiB.
int flood_until(int until) {
  constexpr unsigned rounds = 200, files = 500;
  pollfd closed{until, 0, 0}; // POLLHUP comes unasked.
  for (unsigned i = 0; i < rounds && poll(&closed, 1, 0) == 0; ++i)
    open_files(files);
  return 0;
}

/// A server, while a shard that is not the server's is flooded.
int serve_in_storm(const words& given) {
  std::array<int, 2> started{}, done{};
  if (pipe2(started.data(), O_CLOEXEC) != 0 || pipe2(done.data(), O_CLOEXEC) != 0)
    return cannot;
  const auto flooder = fork_elsewhere(number_in(given, 1), [&] {
    close(done[1]);
    constexpr unsigned before = 1'000;
    open_files(before);
    [[maybe_unused]] const auto told = write(started[1], "s", 1);
    return flood_until(done[0]);
  });
  char go = 0;
  const auto told = read(started[0], &go, 1);
  const auto code = told == 1 ? serve(given) : cannot;
  close(done[1]);
  return exit_code_of(flooder) == 0 ? code : cannot;
}

/// Short-lived processes, one after the other; the i-th exits with i % 256.
int spawn_many(const words& given) {
  const auto children = number_in(given, 0);
  tell("pid", getpid());
  for (unsigned i = 0; i < children; ++i) {
    const auto code = i % 256;
    const auto child = fork();
    if (child == 0)
      _exit(execute("/bin/sh", {"sh", "-c", "exit " + std::to_string(code)}));
    tell("child", child);
    if (exit_code_of(child) != static_cast<int>(code))
      return cannot;
  }
  return 0;
}

/// Asks a name server of its own for a name, then goes to the address: nobody is there.
int resolve(const words& given) {
  const dns_server server;
  const auto dig = fork();
  if (dig == 0)
    _exit(server.dig({given.at(0), "@127.0.0.1", "+" + given.at(1)}));
  tell("dig", dig);
  if (exit_code_of(dig) != 0 || !server.enter())
    return cannot;
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(443);
  inet_pton(AF_INET, "192.0.2.80", &to.sin_addr);
  const auto client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  return connect(client, reinterpret_cast<const sockaddr*>(&to), sizeof(to)) != 0 ? 0
                                                                                  : cannot;
}

} // namespace

std::optional<int> run_victim(int count, char** arguments) {
  const words given{arguments, arguments + count};
  if (given.size() < 3 || given[1] != "--victim")
    return std::nullopt;
  static const std::map<std::string, int (*)(const words&)> victims{
      {"memfd", exec_memfd}, {"traceme", trace_me},     {"preload", preload},
      {"server", serve},     {"storm", serve_in_storm}, {"spawn", spawn_many},
      {"flood", flood},      {"resolve", resolve},
  };
  return victims.at(given[2])({given.begin() + 3, given.end()});
}

words victim(const words& arguments) {
  words command{std::filesystem::read_symlink("/proc/self/exe").string(), "--victim"};
  command.insert(command.end(), arguments.begin(), arguments.end());
  return command;
}

words victim_named(const std::string& name, const std::string& directory,
                   const words& arguments) {
  auto command = victim(arguments);
  const auto link = directory + "/" + name;
  std::filesystem::create_symlink(command.front(), link);
  command.front() = link;
  return command;
}

std::vector<std::int64_t> told_by_victims(const outcome& from,
                                          const std::string& name) {
  const auto begin = "victim: " + name + "=";
  std::vector<std::int64_t> numbers;
  std::istringstream rest{from.err};
  for (std::string line; std::getline(rest, line);)
    if (line.starts_with(begin))
      numbers.push_back(std::stoll(line.substr(begin.size())));
  return numbers;
}

} // namespace vedette::e2e
