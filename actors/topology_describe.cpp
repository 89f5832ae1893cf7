#include "actors/topology.hpp"

#include "actors/builtin_sources.hpp"
#include "bpf/probes.hpp"

#include <algorithm>
#include <initializer_list>
#include <tuple>

namespace vedette {

namespace {

void add(event_set& to, event_kind kind) {
  to.set(static_cast<std::size_t>(kind));
}

/// What tells of the lives of tasks and cgroups: the process tree lives on it, and enrichers
/// learn from it whose executable is what, and which container an event is from.
event_selection life_events() {
  return {event_kind::sched_process_fork, event_kind::sched_process_exec,
                 event_kind::sched_process_exit, event_kind::task_begin,
                 event_kind::cgroup_mkdir, event_kind::cgroup_rmdir,
                 event_kind::cgroup_notice, event_kind::container_notice};
}

event_set watchable() {
  event_set set;
  for (const auto kind : watchable_events())
    add(set, kind);
  return set;
}

/// Those that come from a kernel and can be asked for by name.
event_set collectable(const event_set& wanted) {
  auto set = wanted;
  for (const auto& event : event_definitions())
    if (event.made_by == event_class::own || event.made_by == event_class::internal)
      set.reset(static_cast<std::size_t>(event.kind));
  return set;
}

/// Puts a topology together, part by part.
class describer {
public:
  describer(const config& what, std::span<const known_signature> known, run_mode mode)
      : what_{what}, enabled_{enabled_signatures(what, known)} {
    result_.mode = mode;
    result_.shards = what.pipeline.shards;
  }

  topology describe() {
    add_runners();
    add_sources();
    add_sinks();
    add_recorder();
    // These depend on what those behind them want.
    add_enrichers();
    add_collectors();
    sort_nodes();
    wire();
    return std::move(result_);
  }

private:
  void add_runners() {
    std::vector<std::string> claimed;
    for (const auto& [unused, runner] : what_.runners)
      claimed.insert(claimed.end(), runner.signatures.begin(), runner.signatures.end());
    std::vector<std::string> others;
    for (const auto& one : enabled_)
      if (std::ranges::find(claimed, one.id) == claimed.end())
        others.push_back(one.id);
    add_runner("main", others, result_.shards);
    for (const auto& [name, runner] : what_.runners)
      add_runner(name, runner.signatures, runner.shards);
  }

  /// None, if all its signatures are disabled. Those of the host have one of their own.
  void add_runner(const std::string& name, const std::vector<std::string>& ids,
                  unsigned replicas) {
    auto made = runner_of(name, ids, false);
    for (unsigned i = 0; i < replicas && !made.signatures.empty(); ++i) {
      made.name = "runner " + name + "/" + std::to_string(i);
      made.index = i;
      if (replicas == result_.shards)
        made.shard = i;
      add_node(made);
    }
    made = runner_of(name, ids, true);
    if (made.signatures.empty())
      return;
    made.name = "runner " + name + "/host";
    made.merges_shards = true;
    if (result_.shards == 1)
      made.shard = 0;
    add_node(made);
  }

  [[nodiscard]] node runner_of(const std::string& name, const std::vector<std::string>& ids,
                               bool of_host) const {
    node made{.kind = node_kind::runner, .name = {}, .config_name = name};
    for (const auto& one : enabled_) {
      if (one.is_of_host != of_host || std::ranges::find(ids, one.id) == ids.end())
        continue;
      made.signatures.push_back(one.id);
      made.wants.add(one.events);
      for (const auto& source : one.sources)
        if (std::ranges::find(made.sources, source) == made.sources.end())
          made.sources.push_back(source);
    }
    return made;
  }

  void add_sources() {
    for (const auto& source : builtin_sources()) {
      if (!source.is_on(what_))
        continue;
      node made{.kind = node_kind::source,
                .name = std::string{source.id},
                .config_name = std::string{source.id}};
      for (const auto kind : source.learns_from())
        made.wants.add(kind);
      for (const auto kind : source.makes())
        add(made_, kind);
      add_node(made);
    }
  }

  void add_sinks() {
    for (const auto& [name, sink] : what_.sinks) {
      node made{.kind = node_kind::sink, .name = "sink " + name, .config_name = name};
      made.wants.add(sink.events());
      add_node(made);
    }
  }

  /// It takes what there is, and wants nothing of its own.
  void add_recorder() {
    if (result_.mode == run_mode::live && !what_.record.empty())
      add_node({.kind = node_kind::recorder, .name = "recorder"});
  }

  void add_enrichers() {
    node made{.kind = node_kind::enricher, .name = {}};
    made.wants = life_events();
    for (const auto& behind : result_.nodes)
      made.wants.add(behind.wants);
    wanted_ = made.wants;
    for (unsigned i = 0; i < result_.shards; ++i) {
      made.name = "enricher " + std::to_string(i);
      made.index = i;
      made.shard = i;
      add_node(made);
    }
  }

  void add_collectors() {
    if (result_.mode == run_mode::replay) {
      node reader{.kind = node_kind::collector, .name = "reader"};
      reader.wants = wanted_;
      return add_node(reader);
    }
    for (const auto& [name, collector] : what_.collectors) {
      node made{.kind = node_kind::collector, .name = {}, .config_name = name};
      made.wants = chosen(collector.events);
      result_.collected |= made.wants.kinds();
      result_.filters.add(made.wants);
      for (unsigned i = 0; i < result_.shards; ++i) {
        made.name = "collector " + name + "/" + std::to_string(i);
        made.index = i;
        made.shard = i;
        add_node(made);
      }
    }
    result_.unseen = collectable(wanted_.kinds()) & ~result_.collected & ~made_;
  }

  [[nodiscard]] event_selection chosen(const choice& events) const {
    event_selection result;
    switch (events.is) {
    case choice::how::automatic:
      result = wanted_;
      result.keep(collectable(wanted_.kinds()) & watchable());
      return result;
    case choice::how::all:
      for (const auto kind : watchable_events())
        result.add(kind);
      return result;
    case choice::how::none:
      return result;
    case choice::how::listed:
      break;
    }
    for (const auto& name : events.names)
      if (const auto kind = find_event(name))
        result.add(*kind);
    result.keep(watchable());
    return result;
  }

  void add_node(node made) { result_.nodes.push_back(std::move(made)); }

  /// By kind; of one kind they were made in order.
  void sort_nodes() { std::ranges::stable_sort(result_.nodes, {}, &node::kind); }

  void wire() {
    for (std::size_t from = 0; from < result_.nodes.size(); ++from)
      for (std::size_t to = 0; to < result_.nodes.size(); ++to)
        connect(from, to);
    std::ranges::sort(result_.edges, {}, [](const edge& one) {
      return std::tuple{one.from, one.what, one.to};
    });
  }

  void connect(std::size_t from, std::size_t to) {
    const auto& sender = result_.nodes[from];
    const auto& receiver = result_.nodes[to];
    const auto add_edge = [&](bool is_one, edge_kind what) {
      if (is_one)
        result_.edges.push_back({from, to, what});
    };
    if (sender.kind == node_kind::collector && receiver.kind == node_kind::enricher)
      add_edge(!sender.shard || sender.shard == receiver.shard, edge_kind::events);
    if (sender.kind == node_kind::enricher) {
      if (receiver.kind == node_kind::runner)
        add_edge(replica_of(receiver, sender.index), edge_kind::events);
      if (receiver.kind == node_kind::sink)
        add_edge(receiver.wants.kinds().any(), edge_kind::events);
      if (receiver.kind == node_kind::source)
        add_edge(true, edge_kind::feeds);
      if (receiver.kind == node_kind::recorder)
        add_edge(true, edge_kind::events);
    }
    if (sender.kind == node_kind::runner) {
      if (receiver.kind == node_kind::source)
        add_edge(std::ranges::count(sender.sources, "tracee/" + receiver.config_name) > 0,
                 edge_kind::asks);
      if (receiver.kind == node_kind::sink)
        add_edge(what_.sinks.at(receiver.config_name).takes_findings(),
                 edge_kind::findings);
    }
  }

  /// Shard s goes to replica s % n.
  [[nodiscard]] bool replica_of(const node& runner, unsigned shard) const {
    if (runner.merges_shards)
      return true;
    const auto own = what_.runners.find(runner.config_name);
    const auto replicas =
        own == what_.runners.end() ? result_.shards : own->second.shards;
    return shard % replicas == runner.index;
  }

  const config& what_;
  std::vector<known_signature> enabled_;
  event_selection wanted_; ///< By anybody behind the collectors.
  event_set made_;   ///< By sources, of other events.
  topology result_;
};

} // namespace

std::vector<known_signature> enabled_signatures(const config& what,
                                               std::span<const known_signature> known) {
  const auto& enable = what.signatures.enable;
  const auto& disable = what.signatures.disable;
  std::vector<known_signature> result;
  if (enable.is == choice::how::none)
    return result;
  for (const auto& one : known) {
    const bool listed = std::ranges::find(enable.names, one.id) != enable.names.end();
    const bool disabled = std::ranges::find(disable, one.id) != disable.end();
    const bool meant = enable.is == choice::how::all
                       || (enable.is == choice::how::automatic && one.by_default);
    if ((listed || meant) && !disabled)
      result.push_back(one);
  }
  return result;
}

topology describe(const config& what, std::span<const known_signature> known,
                  run_mode mode) {
  return describer{what, known, mode}.describe();
}

} // namespace vedette
