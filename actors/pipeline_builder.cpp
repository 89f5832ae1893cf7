#include "actors/pipeline_builder.hpp"

#include "actors/live/live_collector.hpp"
#include "actors/live/recorder.hpp"
#include "actors/live/world_reader.hpp"
#include "actors/replay/replay_reader.hpp"
#include "actors/supervisor.hpp"
#include "signatures/builtin.hpp"

#include <caf/send.hpp>

#include <algorithm>

namespace vedette {

std::expected<void, error> pipeline_builder::build(int done_fd) {
  const auto sinks = plan_.of_kind(node_kind::sink);
  const auto recorders = plan_.of_kind(node_kind::recorder);
  actors.supervisor =
      spawn_supervisor(system_, sinks.size() + recorders.size(), done_fd);
  for (const auto at : recorders)
    if (auto added = add_recorder(at); !added)
      return added;
  for (const auto at : plan_.of_kind(node_kind::source))
    if (auto added = add_source(at); !added)
      return added;
  for (const auto at : sinks)
    if (auto added = add_sink(at); !added)
      return added;
  for (const auto at : plan_.of_kind(node_kind::runner))
    add_runner(at);
  if (live())
    add_world_reader();
  for (const auto at : plan_.of_kind(node_kind::enricher))
    add_enricher(at);
  auto collectors = add_collectors();
  if (actors.world)
    tell_world_reader();
  std::ranges::sort(actors.edges, {}, [](const edge& one) {
    return std::tuple{one.from, one.what, one.to};
  });
  return collectors;
}

std::expected<void, error> pipeline_builder::add_recorder(std::size_t at) {
  auto to = environment_.open({.type = sink_type::json, .path = settings_.record, .take = {}});
  if (!to)
    return std::unexpected{to.error()};
  environment_.facts.shards = plan_.shards;
  const auto& recorder = actors.recorders.emplace_back(
      spawn_recorder(system_, {.name = plan_.nodes[at].name,
                               .facts = environment_.facts,
                               .to = std::move(*to),
                               .supervisor = actors.supervisor,
                               .own_thread = environment_.own_threads}));
  look_after(at, recorder);
  return {};
}

std::expected<void, error> pipeline_builder::add_source(std::size_t at) {
  source_start how{{}, settings_, std::nullopt};
  how.shell.shards = plan_.shards;
  if (live()) {
    how.shell.live = true;
    how.clock_offset = environment_.clock_offset;
    // An answer that is given before its time cannot be given again by a replay.
    if (actors.recorders.empty())
      how.shell.max_wait = settings_.data_sources.max_wait;
    else
      how.record = [to = actors.recorders.front()](const flow& told) {
        caf::anon_send(to, told);
      };
  }
  const auto* const source = find_builtin_source(plan_.nodes[at].config_name);
  auto started = source->start(system_, how);
  if (!started)
    return std::unexpected{started.error()};
  if (auto added = actors.sources.add(started->registration()); !added)
    return added;
  look_after(at, started->actor);
  sources_.emplace(at, std::move(*started));
  return {};
}

std::expected<void, error> pipeline_builder::add_sink(std::size_t at) {
  const auto& node = plan_.nodes[at];
  const auto& from = settings_.sinks.at(node.config_name);
  auto to = environment_.open(from);
  if (!to)
    return std::unexpected{to.error()};
  sink_setup setup{.name = node.name,
                   .streams = 0,
                   .takes = takes_of(at),
                   .type = from.type,
                   .host_name = environment_.host_name,
                   .to = std::move(*to),
                   .supervisor = actors.supervisor,
                   .own_thread = environment_.own_threads};
  for (const auto sender : plan_.senders(at))
    setup.streams += shards_of(sender).size();
  const auto& sink = actors.sinks.emplace_back(spawn_sink(system_, std::move(setup)));
  look_after(at, sink);
  sinks_.emplace(at, sink);
  return {};
}

void pipeline_builder::add_runner(std::size_t at) {
  const auto& node = plan_.nodes[at];
  runner_setup setup;
  setup.name = node.name;
  setup.shards = shards_of(at);
  setup.credits = settings_.pipeline.credits;
  setup.room = settings_.pipeline.credits * settings_.pipeline.batch.events;
  setup.live = live();
  setup.rate = settings_.signatures.rate;
  setup.merges_shards = node.merges_shards;
  for (const auto& factory : builtin_signatures()) {
    auto code = factory.make();
    const auto id = code->metadata().id;
    if (std::ranges::find(node.signatures, id) == node.signatures.end())
      continue;
    const auto params = settings_.signatures.params.find(id);
    setup.signatures.push_back(
        {std::move(code),
         params == settings_.signatures.params.end() ? value{} : params->second,
         exceptions_of(id)});
  }
  for (const auto to : plan_.targets(at, edge_kind::asks))
    setup.sources.push_back(sources_.at(wire(at, to, edge_kind::asks)).entry);
  for (const auto to : plan_.targets(at, edge_kind::findings))
    setup.sinks.push_back({plan_.nodes[to].name,
                           sinks_.at(wire(at, to, edge_kind::findings)),
                           streams_of(to, at),
                           takes_of(to).events.kinds()[static_cast<std::size_t>(
                               event_kind::signature_disabled)]});
  const auto& runner =
      actors.runners.emplace_back(spawn_runner(system_, std::move(setup)));
  look_after(at, runner);
  runners_.emplace(at, runner);
}

std::vector<finding_exception>
pipeline_builder::exceptions_of(const std::string& signature) const {
  std::vector<finding_exception> result;
  for (const auto& item : settings_.signatures.except)
    if (auto one = finding_exception::parse(item); one && one->id == signature)
      result.push_back(std::move(*one));
  return result;
}

void pipeline_builder::add_enricher(std::size_t at) {
  enricher_setup setup;
  setup.name = plan_.nodes[at].name;
  setup.credits = settings_.pipeline.credits;
  setup.room = settings_.pipeline.credits * settings_.pipeline.batch.events;
  setup.live = live();
  setup.world = actors.world;
  // All enrichers hear of all cgroups.
  if (live() && plan_.nodes[at].index == 0 && plan_.filters.look_at(filter_field::place::origin))
    setup.tell_cgroup = [kernel = environment_.kernel](std::uint64_t id,
                                                       std::optional<bool> is_container) {
      if (is_container)
        kernel->tell_cgroup(id, *is_container);
      else
        kernel->forget_cgroup(id);
    };
  for (const auto to : plan_.targets(at, edge_kind::feeds))
    setup.sources.push_back({sources_.at(wire(at, to, edge_kind::feeds)).actor,
                             find_builtin_source(plan_.nodes[to].config_name)->is_fed});
  for (const auto to : plan_.targets(at, edge_kind::events)) {
    wire(at, to, edge_kind::events);
    if (plan_.nodes[to].kind == node_kind::runner) {
      setup.runners.emplace_back(runners_.at(to), plan_.nodes[to].merges_shards);
    } else if (plan_.nodes[to].kind == node_kind::recorder) {
      setup.recorder = actors.recorders.front();
      setup.record = "record " + settings_.record;
    } else {
      setup.sinks.push_back({plan_.nodes[to].name, sinks_.at(to),
                             streams_of(to, at).front(), takes_of(to)});
    }
  }
  const auto& enricher =
      actors.enrichers.emplace_back(spawn_enricher(system_, std::move(setup)));
  look_after(at, enricher);
  enrichers_.emplace(at, enricher);
}

void pipeline_builder::add_world_reader() {
  actors.world = spawn_world_reader(
      system_, {.read =
                    [kernel = environment_.kernel, offset = environment_.clock_offset](
                        bool tasks, bool cgroups) {
                      return read_world(*kernel, offset, {tasks, cgroups, false});
                    },
                .own_thread = environment_.own_threads});
  caf::anon_send(actors.supervisor, watch_atom_v, std::string{"world reader"},
                 caf::actor_cast<caf::strong_actor_ptr>(actors.world));
}

void pipeline_builder::tell_world_reader() {
  std::vector<origin_actor> by_shard;
  for (const auto& collector : actors.collectors)
    by_shard.push_back(caf::actor_cast<origin_actor>(collector));
  caf::anon_send(actors.world, start_atom_v, std::move(by_shard));
}

std::size_t pipeline_builder::tellers() const {
  std::size_t count = 0;
  for (const auto at : plan_.of_kind(node_kind::source))
    if (!find_builtin_source(plan_.nodes[at].config_name)->makes().empty())
      ++count;
  return count;
}

std::expected<void, error> pipeline_builder::add_collectors() {
  for (const auto at : plan_.of_kind(node_kind::collector)) {
    if (!live())
      add_reader(at);
    else if (auto added = add_live_collector(at); !added)
      return added;
    look_after(at, actors.collectors.back());
  }
  return {};
}

std::expected<void, error> pipeline_builder::add_live_collector(std::size_t at) {
  const auto& node = plan_.nodes[at];
  auto ring = environment_.kernel->open_reader(node.index);
  if (!ring)
    return std::unexpected{ring.error()};
  const auto to =
      wire(at, plan_.targets(at, edge_kind::events).at(0), edge_kind::events);
  auto start_state = node.index < environment_.start_state.size()
                         ? std::move(environment_.start_state[node.index])
                         : std::vector<raw_batch_ptr>{};
  actors.collectors.push_back(spawn_live_collector(
      system_, {.name = node.name,
                .shard = node.index,
                .kernel = environment_.kernel,
                .ring = std::move(*ring),
                .clock_offset = environment_.clock_offset,
                .batch_events = settings_.pipeline.batch.events,
                .latency = std::chrono::ceil<std::chrono::milliseconds>(
                    settings_.pipeline.batch.latency),
                .heart = node.index == 0 ? std::optional{heartbeat{environment_.kernel}}
                                         : std::nullopt,
                .integrity = node.index == 0 ? integrity_watch::of(environment_.kernel)
                                             : std::nullopt,
                .start_state = std::move(start_state),
                .to = enrichers_.at(to),
                .world = actors.world,
                .tellers = node.index == 0 ? tellers() : 0}));
  return {};
}

void pipeline_builder::add_reader(std::size_t at) {
  replay_reader_setup setup;
  setup.name = plan_.nodes[at].name;
  setup.config = {plan_.shards, settings_.pipeline.batch.events,
                  settings_.pipeline.credits, settings_.replay.reorder};
  setup.inputs = std::move(environment_.inputs);
  setup.strict = environment_.strict;
  setup.report = environment_.report;
  setup.supervisor = actors.supervisor;
  setup.own_thread = environment_.own_threads;
  for (const auto to : plan_.targets(at, edge_kind::events))
    setup.to.push_back(enrichers_.at(wire(at, to, edge_kind::events)));
  actors.collectors.push_back(spawn_replay_reader(system_, std::move(setup)));
}

std::vector<std::uint32_t> pipeline_builder::shards_of(std::size_t at) const {
  if (plan_.nodes[at].kind == node_kind::enricher)
    return {plan_.nodes[at].index};
  std::vector<std::uint32_t> shards;
  for (const auto from : plan_.of_kind(node_kind::enricher))
    if (std::ranges::count(plan_.targets(from, edge_kind::events), at) > 0)
      shards.push_back(plan_.nodes[from].index);
  return shards;
}

std::vector<std::uint32_t> pipeline_builder::streams_of(std::size_t sink,
                                                        std::size_t sender) const {
  std::uint32_t next = 0;
  for (const auto other : plan_.senders(sink)) {
    const auto count = shards_of(other).size();
    if (other == sender) {
      std::vector<std::uint32_t> streams(count);
      std::ranges::generate(streams, [&next] { return next++; });
      return streams;
    }
    next += static_cast<std::uint32_t>(count);
  }
  return {};
}

sink_takes pipeline_builder::takes_of(std::size_t sink) const {
  const auto& from = settings_.sinks.at(plan_.nodes[sink].config_name);
  sink_takes takes;
  takes.findings = from.takes_findings();
  takes.events = from.events();
  return takes;
}

std::size_t pipeline_builder::wire(std::size_t from, std::size_t to, edge_kind what) {
  actors.edges.push_back({from, to, what});
  return to;
}

template <class Handle>
void pipeline_builder::look_after(std::size_t at, const Handle& actor) {
  caf::anon_send(actors.supervisor, watch_atom_v, plan_.nodes[at].name,
                 caf::actor_cast<caf::strong_actor_ptr>(actor));
}

} // namespace vedette
