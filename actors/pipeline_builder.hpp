#pragma once

#include "actors/builtin_sources.hpp"
#include "actors/enrichment/enricher.hpp"
#include "actors/pipeline.hpp"
#include "actors/runner/runner.hpp"

#include <cstddef>
#include <cstdint>
#include <expected>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace vedette {

/// Spawns the actors of a topology, those first that others send to, and wires them edge by
/// edge. For pipeline::start().
class pipeline_builder {
public:
  pipeline_builder(caf::actor_system& system, const topology& plan, const config& settings,
                   pipeline_environment environment)
      : system_{system}, plan_{plan}, settings_{settings},
        environment_{std::move(environment)} {}

  /// Fills `actors`, as far as it gets. Errors: of sinks, sources, rings.
  std::expected<void, error> build(int done_fd);

  struct {
    supervisor_actor supervisor;
    world_reader_actor world; ///< Live.
    std::vector<collector_actor> collectors;
    std::vector<enricher_actor> enrichers;
    std::vector<runner_actor> runners;
    source_registry sources;
    std::vector<sink_actor> sinks;
    std::vector<runner_actor> recorders; ///< One or none.
    std::vector<edge> edges;
  } actors;

private:
  [[nodiscard]] bool live() const { return plan_.mode == run_mode::live; }
  std::expected<void, error> add_recorder(std::size_t at);
  std::expected<void, error> add_source(std::size_t at);
  std::expected<void, error> add_sink(std::size_t at);
  void add_runner(std::size_t at);
  [[nodiscard]] std::vector<finding_exception>
  exceptions_of(const std::string& signature) const;
  void add_enricher(std::size_t at);
  std::expected<void, error> add_collectors();
  std::expected<void, error> add_live_collector(std::size_t at);
  void add_world_reader();
  void tell_world_reader();
  /// Sources that tell the first shard what they make of events.
  [[nodiscard]] std::size_t tellers() const;
  void add_reader(std::size_t at);

  /// Shards whose events pass a node, in order.
  [[nodiscard]] std::vector<std::uint32_t> shards_of(std::size_t at) const;
  /// The numbers by which a sink knows a sender's shards.
  [[nodiscard]] std::vector<std::uint32_t> streams_of(std::size_t sink,
                                                      std::size_t sender) const;
  [[nodiscard]] sink_takes takes_of(std::size_t sink) const;
  /// Where an edge leads. Notes that it was wired.
  std::size_t wire(std::size_t from, std::size_t to, edge_kind what);
  template <class Handle>
  void look_after(std::size_t at, const Handle& actor);

  caf::actor_system& system_;
  const topology& plan_;
  const config& settings_;
  pipeline_environment environment_;
  // By node.
  std::map<std::size_t, started_source> sources_;
  std::map<std::size_t, sink_actor> sinks_;
  std::map<std::size_t, runner_actor> runners_;
  std::map<std::size_t, enricher_actor> enrichers_;
};

} // namespace vedette
