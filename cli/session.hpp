#pragma once

#include "actors/pipeline.hpp"
#include "bpf/file_descriptor.hpp"
#include "cli/commands.hpp"
#include "cli/run_summary.hpp"
#include "cli/stop_watch.hpp"
#include "runtime/system_config.hpp"

#include <caf/actor_system.hpp>

#include <chrono>
#include <expected>
#include <memory>

namespace vedette {

/// One run of a pipeline: what `run`, `replay` and `get` have in common.
class session {
public:
  /// Errors: those of pipeline::start().
  static std::expected<std::unique_ptr<session>, error> start(const plan& what,
                                                              pipeline_environment where);

  /// Waits for what ends the run, then for the pipeline to drain.
  void run(stop_watch& watch, std::optional<std::chrono::nanoseconds> limit,
           child_command* command);

  [[nodiscard]] pipeline& actors() { return *pipeline_; }
  [[nodiscard]] caf::actor_system& system() { return system_; }
  [[nodiscard]] run_summary summary();

  /// Prints failures, the balance where `balance` says so, and writes `--summary`.
  /// → exit code.
  int finish(const run_options& options, bool balance);

private:
  session(const plan& what);

  bool is_drained();

  system_config config_;
  caf::actor_system system_;
  file_descriptor done_;
  std::unique_ptr<pipeline> pipeline_;
  std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
  std::chrono::nanoseconds wall_{0};
};

/// This host's name, or "".
std::string host_name();

} // namespace vedette
