#include "bench/support/measure.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <poll.h>
#include <sched.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>

namespace vedette::bench {

namespace {

double seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

} // namespace

void give_up(std::string_view why) {
  std::fflush(stdout);
  std::fprintf(stderr, "%.*s\n", static_cast<int>(why.size()), why.data());
  std::exit(1);
}

spread spread_of(std::vector<double> values) {
  if (values.empty())
    return {};
  std::ranges::sort(values);
  return {values.front(), values[values.size() / 2], values.back()};
}

spread spread_of_differences(const std::vector<double>& more,
                             const std::vector<double>& less) {
  std::vector<double> values;
  for (std::size_t i = 0; i < std::min(more.size(), less.size()); ++i)
    values.push_back(more[i] - less[i]);
  return spread_of(std::move(values));
}

void run_on(const std::vector<unsigned>& cpus) {
  cpu_set_t set;
  CPU_ZERO(&set);
  for (const auto cpu : cpus)
    CPU_SET(cpu, &set);
  if (!cpus.empty() && sched_setaffinity(0, sizeof(set), &set) != 0)
    give_up(std::string{"cannot choose a CPU: "} + std::strerror(errno));
}

cost cost_of(const rusage& used) {
  constexpr std::size_t kilo = 1024; // ru_maxrss is in KiB, getrusage(2).
  return {seconds(used.ru_utime), seconds(used.ru_stime),
          static_cast<std::size_t>(used.ru_maxrss) * kilo};
}

std::vector<unsigned> usable_cpus() {
  cpu_set_t set;
  CPU_ZERO(&set);
  sched_getaffinity(0, sizeof(set), &set);
  std::vector<unsigned> cpus;
  for (unsigned cpu = 0; cpu < CPU_SETSIZE; ++cpu)
    if (CPU_ISSET(cpu, &set))
      cpus.push_back(cpu);
  return cpus;
}

cost own_cost() {
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  return cost_of(used);
}

started_program::started_program(const std::vector<std::string>& words,
                                 const std::vector<unsigned>& cpus) {
  std::array<int, 2> errors{};
  if (pipe2(errors.data(), O_CLOEXEC) != 0)
    give_up("cannot make a pipe");
  pid_ = fork();
  if (pid_ < 0)
    give_up("cannot start a process");
  if (pid_ == 0) {
    run_on(cpus);
    signal(SIGINT, SIG_DFL); // A shell's `bench &` has it ignored.
    dup2(open("/dev/null", O_WRONLY | O_CLOEXEC), STDOUT_FILENO);
    dup2(errors[1], STDERR_FILENO);
    std::vector<char*> arguments;
    for (const auto& word : words)
      arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    execv(arguments[0], arguments.data());
    std::fprintf(stderr, "%s: %s\n", arguments[0], std::strerror(errno));
    _exit(127);
  }
  close(errors[1]);
  errors_ = errors[0];
}

started_program::~started_program() {
  if (pid_ > 0) {
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }
  close(errors_);
}

bool started_program::listen(double seconds) {
  std::array<char, 4096> buffer{};
  pollfd errors{errors_, POLLIN, 0};
  const auto ready = poll(&errors, 1, static_cast<int>(seconds * 1000));
  if (ready == 0 || (ready < 0 && errno == EINTR))
    return true;
  const auto size = read(errors_, buffer.data(), buffer.size());
  if (size <= 0)
    return false;
  said_.append(buffer.data(), static_cast<std::size_t>(size));
  return true;
}

void started_program::await(std::string_view text) {
  const auto until = seconds_now() + patience;
  while (said_.find(text) == std::string::npos)
    if (!listen(1) || seconds_now() > until)
      give_up(said_ + "\nit ended, or waited too long, before it said: "
              + std::string{text});
}

void started_program::interrupt() {
  kill(pid_, SIGINT);
  ends_until_ = seconds_now() + patience;
}

double started_program::cpu_s() const {
  return cpu_s_of(pid_);
}

std::size_t started_program::own_rss_bytes() const {
  std::ifstream maps{"/proc/" + std::to_string(pid_) + "/smaps"};
  std::size_t kilobytes = 0;
  bool counts = true;
  for (std::string line; std::getline(maps, line);) {
    const auto colon = line.find(':');
    const auto is_field = colon != std::string::npos && line.find(' ') > colon;
    if (!is_field) // `7f00-7f01 rw-s 00000000 00:0f 1054 anon_inode:bpf-map`
      counts = line.find("bpf-map") == std::string::npos;
    else if (counts && line.starts_with("Rss:"))
      kilobytes += std::stoul(line.substr(colon + 1));
  }
  constexpr std::size_t kilo = 1024;
  return kilobytes * kilo;
}

cost started_program::wait() {
  bool asked_again = false;
  while (listen(1)) {
    if (seconds_now() > ends_until_)
      give_up(said_ + "\nit does not end");
    // bpftrace has been seen to miss it.
    if (seconds_now() > ends_until_ - patience / 2 && !std::exchange(asked_again, true))
      kill(pid_, SIGINT);
  }
  rusage used{};
  int status = 0;
  wait4(pid_, &status, 0, &used);
  pid_ = -1;
  if (status != 0)
    give_up(said_ + "\nit failed");
  return cost_of(used);
}

double cpu_s_of(pid_t process) {
  double sum = 0;
  std::error_code none;
  const auto tasks = "/proc/" + std::to_string(process) + "/task";
  for (const auto& task : std::filesystem::directory_iterator{tasks, none}) {
    std::uint64_t ran_ns = 0; // sched-stats.rst: the first number of three.
    std::ifstream{task.path() / "schedstat"} >> ran_ns;
    sum += static_cast<double>(ran_ns) / 1e9;
  }
  return sum;
}

std::string vedette_path(const std::string& given) {
  const auto path =
      given.empty()
          ? std::filesystem::read_symlink("/proc/self/exe").parent_path().parent_path()
                / "vedette"
          : std::filesystem::path{given};
  if (!std::filesystem::exists(path))
    give_up(path.string() + " is not there: build it (`make bench`), or say --vedette");
  return path;
}

double seconds_now() {
  return std::chrono::duration<double>{
      std::chrono::steady_clock::now().time_since_epoch()}
      .count();
}

void let_pass(double seconds) {
  poll(nullptr, 0, static_cast<int>(seconds * 1000));
}

} // namespace vedette::bench
