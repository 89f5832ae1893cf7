#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <sys/resource.h>
#include <sys/types.h>
#include <vector>

// What the whole-program benchmarks have in common: other processes and what they cost,
// and how repeated measurements are printed. Errors end the program: there is no figure
// then.
namespace vedette::bench {

/// Ends the program with this message.
[[noreturn]] void give_up(std::string_view why);

/// Of repeated measurements of one thing.
struct spread {
  double least = 0, median = 0, most = 0;
};
spread spread_of(std::vector<double> values);
/// Of what `more` has over `less`, round by round: what disturbs a round disturbs both.
spread spread_of_differences(const std::vector<double>& more,
                             const std::vector<double>& less);

/// This process, or those that it starts from here on, to run on these CPUs only.
void run_on(const std::vector<unsigned>& cpus);
/// The CPUs that this process may use.
std::vector<unsigned> usable_cpus();

/// What a process has cost.
struct cost {
  double user_s = 0, system_s = 0;
  std::size_t max_rss_bytes = 0;

  [[nodiscard]] double cpu_s() const { return user_s + system_s; }
};
cost cost_of(const rusage& used);
/// Of this process, so far, all threads.
cost own_cost();

/// A program that runs beside this one; its stdout goes to /dev/null.
class started_program {
public:
  /// `words`: the path of the program, then what it is given. On these CPUs; none: any.
  started_program(const std::vector<std::string>& words,
                  const std::vector<unsigned>& cpus);
  started_program(const started_program&) = delete;
  started_program& operator=(const started_program&) = delete;
  ~started_program();

  /// Waits until it has written this to stderr.
  void await(std::string_view text);
  void interrupt(); ///< SIGINT: it must end soon.
  /// CPU seconds of all its threads until now, from the scheduler: to the nanosecond.
  [[nodiscard]] double cpu_s() const;
  /// What of its memory is resident now, without what it has mapped of eBPF's maps.
  [[nodiscard]] std::size_t own_rss_bytes() const;
  /// Until it ends; it must end well.
  cost wait();

private:
  static constexpr double patience = 60; ///< Seconds until something is wrong.

  /// Takes what it writes within so many seconds. False: it has ended.
  bool listen(double seconds);

  pid_t pid_ = -1;
  int errors_ = -1; ///< Its stderr.
  std::string said_;
  double ends_until_ = std::numeric_limits<double>::max();
};

/// CPU seconds of all threads of a process that live.
double cpu_s_of(pid_t process);

/// `vedette` as built beside this program, unless `given`.
std::string vedette_path(const std::string& given);

/// Seconds on a clock that only goes forward.
double seconds_now();
/// Lets others run for so long.
void let_pass(double seconds);

} // namespace vedette::bench
