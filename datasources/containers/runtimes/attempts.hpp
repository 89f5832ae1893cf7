#pragma once

#include "datasources/containers/runtimes/attempt.hpp"
#include "datasources/containers/runtimes/runtimes.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace vedette {

/// What one runtime is to be asked, and when: how many attempts are open at once, when
/// a failed one is repeated, when to give up. Time comes in.
///
/// While its socket does not exist one attempt at a time probes it, for all that wait:
/// they keep their places, and lose no retry, until their patience is over.
class attempts {
public:
  using time = std::chrono::steady_clock::time_point;

  struct given_up {
    std::string container_id;
    std::string why;
  };

  explicit attempts(const runtimes_config& config) : config_{config} {}

  /// To be asked. A container that is open already stays as it is.
  void add(const std::string& container_id, time now);

  /// Nobody wants to know any more. An attempt that runs is let run.
  void forget(const std::string& container_id);

  /// The next attempt to begin now, if there is one and a place in flight.
  std::optional<attempt> start(time now);

  /// An attempt of start() has an answer. → whether anybody wants it.
  bool answered(const std::string& container_id);

  /// An attempt of start() has failed. → the container, if that was the last.
  std::optional<given_up> failed(const std::string& container_id,
                                 const attempt_error& error, time now);

  /// Those for whose socket nobody wants to wait any longer.
  std::vector<given_up> expire(time now);

  /// When start() or expire() will have something to do if nothing else happens before.
  [[nodiscard]] std::optional<time> next() const;

  void count_dropped_labels() { ++counts_.labels_dropped; }
  [[nodiscard]] runtime_status status() const;

private:
  struct question {
    std::uint64_t number; ///< In order of arrival.
    time since;
    time due;
    std::uint32_t failures = 0;
    bool large = false;
    bool running = false;
    bool forgotten = false;
  };
  using questions = std::unordered_map<std::string, question>;

  [[nodiscard]] bool closed() const { return gate_wait_.count() > 0; }
  void wait_for(questions::iterator one, time due);
  void close_gate(const std::string& why, time now);
  std::optional<attempt> run(const std::string& container_id);
  std::optional<given_up> retry(questions::iterator one, const attempt_error& error,
                                time now);
  std::optional<given_up> give_up(questions::iterator one, std::string why);
  void erase(questions::iterator one);

  runtimes_config config_;
  questions open_;
  std::set<std::pair<time, std::uint64_t>> due_; ///< Those that wait, by number.
  std::map<std::uint64_t, std::string> by_number_;
  std::deque<std::string> large_; ///< Wait for their turn, one at a time.
  bool large_running_ = false;
  std::uint64_t next_number_ = 0;
  std::uint32_t running_ = 0;

  // The socket was not there when last tried.
  std::chrono::milliseconds gate_wait_{0};
  time gate_until_;
  std::string no_socket_;

  runtime_status counts_;
  std::array<std::uint64_t, attempt_failure_names.size()> failures_{};
};

} // namespace vedette
