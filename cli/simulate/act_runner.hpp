#pragma once

#include "cli/simulate/act.hpp"
#include "cli/simulate/container_cgroup.hpp"
#include "cli/stop_watch.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace vedette::simulation {

/// How an act went.
struct act_result {
  enum class kind : std::uint8_t {
    shown,
    impossible, ///< The host does not allow it, or nobody would want it.
    broken,     ///< It was possible and has not been done.
  };
  kind how = kind::shown;
  std::string reason;
};

/// Does acts, each in a process of its own, with private mounts, network and pids, that
/// ends with it and with this process. Leaves nothing behind.
class act_runner {
public:
  /// Acts take milliseconds; hosts may be busy.
  static constexpr std::chrono::seconds usual_deadline{30};

  explicit act_runner(stop_watch& watch,
                      std::chrono::nanoseconds deadline = usual_deadline)
      : watch_{watch}, deadline_{deadline} {}

  act_result run(const act& what);
  /// By a signal: no more acts are wanted.
  [[nodiscard]] bool is_interrupted() const { return interrupted_; }

private:
  /// There from the first act that needs it on; a program has been started in it, as
  /// what happens before that is taken for a container runtime's doing.
  act_result start_container();
  act_result run_apart(const act& what);
  act_result wait_for(pid_t process, int reasons);

  stop_watch& watch_;
  std::chrono::nanoseconds deadline_;
  std::optional<container_cgroup> container_;
  bool interrupted_ = false;
};

} // namespace vedette::simulation
