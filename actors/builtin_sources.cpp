#include "actors/builtin_sources.hpp"

#include "datasources/containers/actor.hpp"
#include "datasources/containers/state.hpp"
#include "datasources/dns/actor.hpp"
#include "datasources/dns/state.hpp"
#include "datasources/process_tree/actor.hpp"
#include "datasources/process_tree/state.hpp"
#include "runtime/boottime.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace vedette {

namespace {

template <data_source Source>
std::expected<started_source, error>
started(const std::expected<source_actor<Source>, error>& actor) {
  if (!actor)
    return std::unexpected{actor.error()};
  return started_source{*actor, registered<Source>(*actor)};
}

std::vector<event_kind> nothing() {
  return {};
}

constexpr builtin_source of_process_tree{
    .id = "process_tree",
    .describe = process_tree::description,
    .is_on =
        [](const config& settings) { return settings.data_sources.process_tree.on; },
    .learns_from =
        [] {
          return std::vector{event_kind::sched_process_fork, event_kind::sched_process_exec,
                             event_kind::sched_process_exit, event_kind::task_begin,
                             event_kind::lost_events};
        },
    .is_fed = process_tree_state::learns_from,
    .makes = nothing,
    .start =
        [](caf::actor_system& system, const source_start& how) {
          const auto& from = how.settings.data_sources.process_tree;
          return started<process_tree>(spawn_process_tree(
              system, how.shell, {from.processes, from.threads, from.keep_exited}));
        }};

time_ns now_with(std::chrono::nanoseconds clock_offset) {
  return time_ns{std::chrono::nanoseconds{boottime_ns()} + clock_offset};
}

/// Of a socket in the configuration; empty: not asked.
std::string socket(const std::string& path) {
  return path == "off" ? "" : path;
}

std::expected<started_source, error> start_containers(caf::actor_system& system,
                                                      const source_start& how) {
  const auto& from = how.settings.data_sources.containers;
  containers_config what;
  what.limit = from.limit;
  what.grace = from.grace;
  runtimes_config asked;
  asked.docker = socket(from.docker);
  asked.podman = socket(from.podman);
  asked.containerd = socket(from.containerd);
  asked.crio = socket(from.crio);
  what.enrich = {!asked.docker.empty(), !asked.podman.empty(), !asked.containerd.empty(),
                 !asked.crio.empty()};
  std::optional<container_enrichment> enrichment;
  if (how.clock_offset)
    enrichment = container_enrichment{
        [asked](caf::actor_system& where, deliver_answers deliver) {
          return spawn_runtimes(where, asked, std::move(deliver));
        },
        [offset = *how.clock_offset] { return now_with(offset); }, how.record};
  return started<containers>(
      spawn_containers(system, how.shell, what, std::move(enrichment)));
}

constexpr builtin_source of_containers{
    .id = "containers",
    .describe = containers::description,
    .is_on = [](const config& settings) { return settings.data_sources.containers.on; },
    .learns_from =
        [] {
          return std::vector{event_kind::cgroup_mkdir, event_kind::cgroup_rmdir,
                             event_kind::cgroup_attach_task, event_kind::lost_events};
        },
    .is_fed = containers_state::learns_from,
    .makes =
        [] {
          return std::vector{event_kind::container_create, event_kind::container_remove,
                             event_kind::existing_container};
        },
    .start = start_containers};

constexpr builtin_source of_dns{
    .id = "dns",
    .describe = dns::description,
    .is_on = [](const config& settings) { return settings.data_sources.dns.on; },
    .learns_from =
        [] {
          return std::vector{event_kind::net_packet_dns, event_kind::lost_events};
        },
    .is_fed = dns_state::learns_from,
    .makes = nothing,
    .start =
        [](caf::actor_system& system, const source_start& how) {
          const auto& from = how.settings.data_sources.dns;
          dns_config what;
          what.names = from.names;
          what.keep_expired = from.keep_expired;
          what.min_ttl = from.min_ttl;
          what.unsolicited = from.unsolicited;
          what.ports = from.ports;
          return started<dns>(spawn_dns(system, how.shell, what));
        }};

constexpr std::array sources{of_process_tree, of_containers, of_dns};

} // namespace

std::span<const builtin_source> builtin_sources() {
  return sources;
}

const builtin_source* find_builtin_source(std::string_view id) {
  const auto found = std::ranges::find(sources, id, &builtin_source::id);
  return found == sources.end() ? nullptr : &*found;
}

} // namespace vedette
