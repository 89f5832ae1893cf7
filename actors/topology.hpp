#pragma once

#include "actors/configuration/config.hpp"
#include "events/event_selection.hpp"

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

// Which actors run and how they are wired: pure data, derived from a config. What is
// drawn is what is spawned, as both walk this description and nothing else.
namespace vedette {

using event_set = std::bitset<event_kinds>;

enum class run_mode : std::uint8_t { live, replay };

/// In the order in which they come in a topology.
enum class node_kind : std::uint8_t { collector, enricher, runner, source, sink, recorder };

enum class edge_kind : std::uint8_t {
  events,   ///< Batches, with watermarks; to sinks: the events they take.
  feeds,    ///< Batches to a data source, before they go on.
  asks,     ///< Gets.
  findings, ///< To a sink.
};

std::string_view to_string(node_kind kind);
std::string_view to_string(edge_kind kind);

/// An actor.
struct node {
  node_kind kind{};
  /// `collector host/0`, `reader`, `enricher 0`, `runner main/0`, `process_tree`,
  /// `sink out`, `recorder`: unique.
  std::string name{};
  /// Of the collector, runner, source or sink in the config; empty: `enricher`,
  /// `reader`.
  std::string config_name{};
  unsigned index = 0; ///< Shard of a collector or enricher, replica of a runner.
  std::optional<unsigned>
      shard{}; ///< The only one that it works for; none: for several.
  /// What it is to be given: enrichers what anybody wants, the internal task_begin
  /// included; live collectors: what they are to watch.
  event_selection wants{};
  std::vector<std::string> signatures{}; ///< Runners: ids, in their order.
  std::vector<std::string> sources{}; ///< Runners: paths (`tracee/process_tree`) asked.
  bool merges_shards = false; ///< Runners: of signatures of the host, `runner main/host`.

  bool operator==(const node&) const = default;
};

struct edge {
  std::size_t from; ///< Index of the node.
  std::size_t to;
  edge_kind what;

  bool operator==(const edge&) const = default;
};

struct topology {
  run_mode mode = run_mode::live;
  unsigned shards = 1;
  std::vector<node> nodes; ///< By kind, then name and index.
  /// By sender, then kind. Two nodes may have several edges between them.
  std::vector<edge> edges;
  /// Live: what is to be watched, of what can be watched at all; without task_begin,
  /// which comes with forks.
  event_set collected;
  /// Live: what is wanted of that; of kinds without filters all.
  event_selection filters;
  /// Live: what somebody wants and is not collected. It will never come.
  event_set unseen;

  [[nodiscard]] std::optional<std::size_t> find(std::string_view name) const;
  [[nodiscard]] std::vector<std::size_t> of_kind(node_kind kind) const;
  /// Where the node's edges of this kind lead, in order.
  [[nodiscard]] std::vector<std::size_t> targets(std::size_t from,
                                                 edge_kind what) const;
  /// Who has edges of any kind to it, each once, in order: a sink's streams.
  [[nodiscard]] std::vector<std::size_t> senders(std::size_t to) const;
  [[nodiscard]] std::vector<edge>
  edges_of(std::string_view name) const; ///< That leave it.

  bool operator==(const topology&) const = default;
};

/// For a config that validate_wiring() accepts.
topology describe(const config& what, std::span<const known_signature> known,
                  run_mode mode);

/// The signatures that are enabled, in the order of `known`.
std::vector<known_signature> enabled_signatures(const config& what,
                                                std::span<const known_signature> known);

/// The kinds in a set, in the table's order.
std::vector<event_kind> kinds_of(const event_set& set);

std::string draw_text(const topology& what);
std::string draw_mermaid(const topology& what);
std::string draw_dot(const topology& what);

} // namespace vedette
