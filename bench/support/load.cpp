#include "bench/support/load.hpp"

#include "bench/support/measure.hpp"
#include "bench/support/mixed_calls.hpp"

#include <algorithm>
#include <csignal>
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace vedette::bench {

namespace {

void open_and_close() {
  const auto file = open("/etc/passwd", O_RDONLY | O_CLOEXEC);
  if (file < 0 || close(file) != 0)
    _exit(1);
}

void run_true() {
  const auto child = vfork();
  if (child == 0) {
    execl("/bin/true", "true", nullptr);
    _exit(127);
  }
  int status = 0;
  if (child < 0 || waitpid(child, &status, 0) != child || status != 0)
    _exit(1);
}

/// Once a tick → ticks since the call before.
class metronome {
public:
  metronome() : fd_{timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC)} {
    constexpr itimerspec every{{0, 1'000'000}, {0, 1'000'000}};
    timerfd_settime(fd_, 0, &every, nullptr);
  }
  metronome(const metronome&) = delete;
  metronome& operator=(const metronome&) = delete;
  ~metronome() { close(fd_); }

  std::uint64_t wait() {
    std::uint64_t ticks = 0;
    return read(fd_, &ticks, sizeof(ticks)) == sizeof(ticks) ? ticks : 1;
  }

private:
  int fd_;
};

void once(load_kind kind, std::uint64_t round) {
  switch (kind) {
  case load_kind::opens:
    return open_and_close();
  case load_kind::programs:
    return run_true();
  case load_kind::mixed:
    return make_mixed_calls(round);
  case load_kind::uninteresting:
    syscall(SYS_getppid);
  }
}

void work(const load& what) {
  if (what.per_second == 0) {
    for (std::uint64_t i = 0; i < what.rounds; ++i)
      once(what.kind, i);
    return;
  }
  metronome ticks;
  std::uint64_t passed = 0, done = 0;
  while (done < what.rounds) {
    passed += ticks.wait();
    const auto due = std::min(what.rounds, passed * what.per_second / 1000);
    for (; done < due; ++done)
      once(what.kind, done);
  }
}

void work_with_threads(const load& what) {
  std::vector<std::jthread> others;
  for (unsigned i = 1; i < what.threads; ++i)
    others.emplace_back([&what] { work(what); });
  work(what);
}

} // namespace

std::uint64_t calls_of(const load& what) {
  const auto each = what.kind == load_kind::mixed   ? mixed_calls_of(what.rounds)
                    : what.kind == load_kind::opens ? 2 * what.rounds
                                                    : what.rounds;
  return each * what.processes * what.threads;
}

double run_load(const load& what) {
  std::vector<pid_t> workers;
  for (unsigned i = 0; i < what.processes; ++i) {
    const auto worker = fork();
    if (worker == 0) {
      prctl(PR_SET_PDEATHSIG, SIGKILL);
      if (what.pinned)
        run_on({0});
      work_with_threads(what);
      _exit(0);
    }
    workers.push_back(worker);
  }
  double cpu_s = 0;
  for (const auto worker : workers) {
    rusage used{};
    int status = 0;
    if (wait4(worker, &status, 0, &used) != worker || status != 0)
      give_up("the load failed");
    cpu_s += cost_of(used).cpu_s();
  }
  return cpu_s;
}

} // namespace vedette::bench
