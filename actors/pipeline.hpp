#pragma once

#include "actors/actors.hpp"
#include "actors/configuration/config.hpp"
#include "actors/live/world_scan.hpp"
#include "actors/replay/input_source.hpp"
#include "actors/sinks/sink.hpp"
#include "actors/topology.hpp"
#include "bpf/kernel_side.hpp"
#include "datasources/registry.hpp"
#include "events/capture/capture_facts.hpp"

#include <caf/actor_system.hpp>
#include <caf/scoped_actor.hpp>

#include <chrono>
#include <expected>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace vedette {

/// What a pipeline is given from outside. Live it has a kernel side, else inputs.
struct pipeline_environment {
  std::string host_name;
  bool own_threads = true; ///< False in tests that run actors one step at a time.
  /// Called before an answer is waited for. Where actors run only when told to, this is
  /// what lets them answer.
  std::function<void()> let_run = [] {};
  /// Opens a sink's output. Errors: sink_failed.
  std::function<std::expected<std::unique_ptr<sink_output>, error>(const config::sink&)>
      open = [](const config::sink& sink) { return open_sink(sink.path); };

  std::vector<std::unique_ptr<input_source>> inputs;
  bool strict = false;
  std::function<void(std::string_view)> report; ///< A line of input that is no event.

  std::shared_ptr<kernel_side> kernel;
  std::chrono::nanoseconds clock_offset{0};
  capture_facts facts; ///< Where it is recorded.
  world_batches start_state;
};

/// A topology's actors, running. Of the edge: it waits for answers, with deadlines.
class pipeline {
public:
  /// Spawns what `plan` describes, no more and no less. `done_fd` (an eventfd) becomes
  /// readable when outcome() has news: something has failed, or all is done. Nothing is
  /// read before begin().
  /// Errors: those of sinks and data sources that cannot be started.
  static std::expected<std::unique_ptr<pipeline>, error>
  start(caf::actor_system& system, const topology& plan, const config& settings,
        pipeline_environment environment, int done_fd);

  ~pipeline();

  /// Collectors begin to read.
  void begin();
  /// Detaches the kernel side, reads what is left, and ends all shards.
  void stop();

  [[nodiscard]] pipeline_outcome outcome();

  /// Of all nodes but sources, in the topology's order.
  [[nodiscard]] std::vector<stage_status> stages();
  /// By path.
  [[nodiscard]] std::vector<std::pair<std::string, source_status>> sources();
  [[nodiscard]] std::uint64_t skipped_runs() const;

  /// Errors: no_such_source; unavailable.
  std::expected<dynamic_page, error> ask(std::string_view source,
                                         std::vector<dynamic_question> questions);
  /// Errors: no_such_source; those of watch_request.
  std::expected<void, error> watch(std::string_view source, watch_request request);

  /// The edges between the actors that were spawned, as they were wired.
  [[nodiscard]] const std::vector<edge>& spawned() const { return spawned_; }

private:
  explicit pipeline(caf::actor_system& system) : self_{system} {}

  caf::scoped_actor self_;
  std::function<void()> let_run_;
  std::shared_ptr<kernel_side> kernel_;
  supervisor_actor supervisor_;
  world_reader_actor world_;
  std::vector<collector_actor> collectors_;
  std::vector<enricher_actor> enrichers_;
  std::vector<runner_actor> runners_;
  source_registry sources_;
  std::vector<sink_actor> sinks_;
  std::vector<runner_actor> recorders_; ///< One or none.
  std::vector<edge> spawned_;
};

} // namespace vedette
