#include "actors/configuration/config_schema.hpp"

#include <algorithm>
#include <array>

namespace vedette {

namespace {

template <auto... Members>
config_slot at(config& of, const std::string& /*name*/) {
  return &(of.*....*Members);
}

template <auto Map, auto... Members>
config_slot in(config& of, const std::string& name) {
  return &((of.*Map)[name].*....*Members);
}

template <auto Map>
config_slot make(config& of, const std::string& name) {
  (of.*Map)[name];
  return {};
}

unsigned one_per_core(unsigned cores) {
  return cores;
}

unsigned at_most_16(unsigned cores) {
  return std::min(cores, 16U);
}

constexpr std::uint64_t ms = 1'000'000, hour = 3'600'000 * ms;
using tree = config::process_tree_part;
using container_keys = config::containers_part;
using dns_keys = config::dns_part;
constexpr auto sources = &config::data_sources;
constexpr auto process_tree = &config::data_sources_part::process_tree;
constexpr auto containers = &config::data_sources_part::containers;
constexpr auto dns = &config::data_sources_part::dns;

const std::array keys{
    config_key{.path = "pipeline",
               .type = key_type::section,
               .meaning = "How events pass from the kernel to the sinks."},
    config_key{.path = "pipeline.shards",
               .type = key_type::count,
               .least = 1,
               .most = 256,
               .automatic = at_most_16,
               .meaning =
                   "Pipelines side by side, each with a ring of its own; a process "
                   "stays in one. auto: one per core, at most 16.",
               .slot = at<&config::pipeline, &config::pipeline_part::shards>},
    config_key{.path = "pipeline.batch",
               .type = key_type::section,
               .meaning = "Events travel in batches."},
    config_key{.path = "pipeline.batch.events",
               .type = key_type::count,
               .least = 1,
               .most = 65536,
               .meaning = "A batch of so many events is full.",
               .slot = at<&config::pipeline, &config::pipeline_part::batch,
                          &config::batch_part::events>},
    config_key{.path = "pipeline.batch.latency",
               .type = key_type::duration,
               .most = 10'000 * ms,
               .meaning = "A batch that is not full waits so long for more events; 40 times as "
                          "long where batches follow each other without a pause.",
               .slot = at<&config::pipeline, &config::pipeline_part::batch,
                          &config::batch_part::latency>},
    config_key{.path = "pipeline.credits",
               .type = key_type::count,
               .least = 1,
               .most = 1024,
               .meaning = "Batches that may be under way between every two stages.",
               .slot = at<&config::pipeline, &config::pipeline_part::credits>},
    config_key{.path = "collectors",
               .type = key_type::named,
               .meaning =
                   "Where events come from, by name. A replay uses its file instead.",
               .slot = at<&config::collectors>},
    config_key{.path = "collectors.<name>",
               .type = key_type::section,
               .slot = make<&config::collectors>},
    config_key{.path = "collectors.<name>.type",
               .type = key_type::word,
               .words = {"ebpf"},
               .meaning = "ebpf: this host's kernel.",
               .slot = in<&config::collectors, &config::collector::type>},
    config_key{.path = "collectors.<name>.events",
               .type = key_type::choice,
               .words = {"auto", "all", "none"},
               .meaning =
                   "What is collected. auto: what signatures, data sources and sinks "
                   "need, filtered by what all of them ask; what is listed, and all, "
                   "comes unfiltered.",
               .slot = in<&config::collectors, &config::collector::events>},
    config_key{.path = "collectors.<name>.compat_calls",
               .type = key_type::word,
               .words = {"watch", "waive"},
               .meaning =
                   "System calls of the 32-bit table, which 64-bit programs can make, too. "
                   "waive: they may pass unseen where few system calls are watched, which "
                   "then are watched in a way that costs the host less.",
               .slot = in<&config::collectors, &config::collector::compat_calls>},
    config_key{.path = "replay",
               .type = key_type::section,
               .meaning = "How recorded events are read."},
    config_key{.path = "replay.reorder",
               .type = key_type::count,
               .least = 1,
               .most = 1U << 24U,
               .meaning = "Records in the window within which they are sorted by time.",
               .slot = at<&config::replay, &config::replay_part::reorder>},
    config_key{.path = "rings",
               .type = key_type::section,
               .meaning = "The memory in which the kernel leaves events for us."},
    config_key{.path = "rings.total",
               .type = key_type::size,
               .least = 4096,
               .most = 512ULL << 30U,
               .meaning = "Divided among the shards; each gets a power of two.",
               .slot = at<&config::rings, &config::rings_part::total_bytes>},
    config_key{.path = "data_sources",
               .type = key_type::section,
               .meaning = "What Vedette remembers, for signatures to ask."},
    config_key{.path = "data_sources.max_wait",
               .type = key_type::duration,
               .most = hour,
               .meaning =
                   "An answer waits at most so long for events that are still on "
                   "their way, then it is marked as incomplete. Not in a replay, nor "
                   "where `--record` writes one.",
               .slot = at<sources, &config::data_sources_part::max_wait>},
    config_key{.path = "data_sources.process_tree",
               .type = key_type::part,
               .meaning = "Processes, threads and who started whom.",
               .slot = at<sources, process_tree, &tree::on>},
    config_key{.path = "data_sources.process_tree.processes",
               .type = key_type::count,
               .least = 16,
               .most = 1U << 24U,
               .meaning =
                   "Processes that are remembered, those that have ended included.",
               .slot = at<sources, process_tree, &tree::processes>},
    config_key{.path = "data_sources.process_tree.threads",
               .type = key_type::count,
               .least = 16,
               .most = 1U << 24U,
               .meaning = "Threads that are remembered.",
               .slot = at<sources, process_tree, &tree::threads>},
    config_key{.path = "data_sources.process_tree.keep_exited",
               .type = key_type::duration,
               .most = 30 * 24 * hour,
               .meaning = "A process that has ended is remembered so long.",
               .slot = at<sources, process_tree, &tree::keep_exited>},
    config_key{.path = "data_sources.containers",
               .type = key_type::part,
               .meaning = "Containers: what runs in them, from which image.",
               .slot = at<sources, containers, &container_keys::on>},
    config_key{.path = "data_sources.containers.limit",
               .type = key_type::count,
               .least = 16,
               .most = 1U << 24U,
               .meaning = "Containers that are remembered, removed ones included.",
               .slot = at<sources, containers, &container_keys::limit>},
    config_key{.path = "data_sources.containers.grace",
               .type = key_type::duration,
               .most = 30 * 24 * hour,
               .meaning = "A container that was removed is remembered so long.",
               .slot = at<sources, containers, &container_keys::grace>},
    config_key{.path = "data_sources.containers.docker",
               .type = key_type::text,
               .meaning = "Docker's socket, which knows names and images; off: not asked.",
               .slot = at<sources, containers, &container_keys::docker>},
    config_key{.path = "data_sources.containers.podman",
               .type = key_type::text,
               .meaning = "The same of Podman.",
               .slot = at<sources, containers, &container_keys::podman>},
    config_key{.path = "data_sources.containers.containerd",
               .type = key_type::text,
               .meaning = "The same of containerd.",
               .slot = at<sources, containers, &container_keys::containerd>},
    config_key{.path = "data_sources.containers.crio",
               .type = key_type::text,
               .meaning = "The same of CRI-O.",
               .slot = at<sources, containers, &container_keys::crio>},
    config_key{.path = "data_sources.dns",
               .type = key_type::part,
               .meaning = "Which names and addresses belong together, from DNS answers.",
               .slot = at<sources, dns, &dns_keys::on>},
    config_key{.path = "data_sources.dns.names",
               .type = key_type::count,
               .least = 16,
               .most = 1U << 24U,
               .meaning = "Names that somebody asked for and that are remembered.",
               .slot = at<sources, dns, &dns_keys::names>},
    config_key{.path = "data_sources.dns.keep_expired",
               .type = key_type::duration,
               .most = 30 * 24 * hour,
               .meaning = "A record is remembered so long after its time to live is over.",
               .slot = at<sources, dns, &dns_keys::keep_expired>},
    config_key{.path = "data_sources.dns.min_ttl",
               .type = key_type::duration,
               .most = hour,
               .meaning = "Records with a shorter time to live count as if they had this.",
               .slot = at<sources, dns, &dns_keys::min_ttl>},
    config_key{.path = "data_sources.dns.unsolicited",
               .type = key_type::word,
               .words = {"accept", "ignore"},
               .meaning = "Answers to which no query was seen.",
               .slot = at<sources, dns, &dns_keys::unsolicited>},
    config_key{.path = "data_sources.dns.ports",
               .type = key_type::numbers,
               .least = 1,
               .most = 65535,
               .meaning = "Ports of servers: UDP and TCP packets from and to them are "
                          "looked at, also for the event net_packet_dns.",
               .slot = at<sources, dns, &dns_keys::ports>},
    config_key{.path = "signatures",
               .type = key_type::section,
               .meaning =
                   "What is looked for; `vedette list signatures` shows the ids."},
    config_key{.path = "signatures.enable",
               .type = key_type::choice,
               .words = {"default", "all", "none"},
               .meaning = "Which signatures run; by default all but those that "
                          "`vedette list signatures` shows as off.",
               .slot = at<&config::signatures, &config::signatures_part::enable>},
    config_key{.path = "signatures.disable",
               .type = key_type::list,
               .meaning = "Ids of those of them that do not.",
               .slot = at<&config::signatures, &config::signatures_part::disable>},
    config_key{.path = "signatures.except",
               .type = key_type::objects,
               .meaning =
                   "What they find without telling: {id: TRC-102, comm: gdb}. By comm, "
                   "path (of the executable or of the file in question), container (id or "
                   "name), uid; all that an item names must be so. Texts are patterns.",
               .slot = at<&config::signatures, &config::signatures_part::except>},
    config_key{.path = "signatures.rate",
               .type = key_type::section,
               .meaning = "Findings of one signature about one process; what is over it is "
                          "counted, and told as one finding at the end of the time."},
    config_key{.path = "signatures.rate.per",
               .type = key_type::duration,
               .least = ms,
               .most = 24 * hour,
               .meaning = "The time, which begins with the first.",
               .slot = at<&config::signatures, &config::signatures_part::rate,
                          &rate_limit::per>},
    config_key{.path = "signatures.rate.max",
               .type = key_type::count,
               .least = 0,
               .most = 1'000'000'000,
               .meaning = "So many are told in that time. 0: there is no limit.",
               .slot = at<&config::signatures, &config::signatures_part::rate,
                          &rate_limit::max>},
    config_key{.path = "signatures.params",
               .type = key_type::anything,
               .meaning = "Parameters by id.",
               .slot = at<&config::signatures, &config::signatures_part::params>},
    config_key{.path = "runners",
               .type = key_type::named,
               .meaning =
                   "More runners, by name, for chosen signatures; the others run in "
                   "`main`, one per shard.",
               .slot = at<&config::runners>},
    config_key{.path = "runners.<name>",
               .type = key_type::section,
               .slot = make<&config::runners>},
    config_key{.path = "runners.<name>.signatures",
               .type = key_type::list,
               .meaning = "Ids of the signatures that run there and not in `main`.",
               .slot = in<&config::runners, &config::runner::signatures>},
    config_key{.path = "runners.<name>.shards",
               .type = key_type::count,
               .least = 1,
               .most = 256,
               .meaning =
                   "So many of this runner share the work of the pipeline's shards.",
               .slot = in<&config::runners, &config::runner::shards>},
    config_key{.path = "sinks",
               .type = key_type::named,
               .meaning = "Where findings and events are written, by name.",
               .slot = at<&config::sinks>},
    config_key{.path = "sinks.<name>",
               .type = key_type::section,
               .slot = make<&config::sinks>},
    config_key{.path = "sinks.<name>.type",
               .type = key_type::word,
               .words = {"table", "json"},
               .meaning = "table: for people; json: an object per line.",
               .slot = in<&config::sinks, &config::sink::type>},
    config_key{.path = "sinks.<name>.path",
               .type = key_type::text,
               .meaning = "A file, which is made anew; \"-\" is standard output.",
               .slot = in<&config::sinks, &config::sink::path>},
    config_key{.path = "sinks.<name>.take",
               .type = key_type::list,
               .meaning =
                   "What is written: findings, and names of events (`vedette list "
                   "events`), of which NAME.FIELD=VALUE takes some; lost_events tells "
                   "of events that were lost.",
               .slot = in<&config::sinks, &config::sink::take>},
    config_key{.path = "scheduler",
               .type = key_type::section,
               .meaning = "The threads that all actors share."},
    config_key{.path = "scheduler.threads",
               .type = key_type::count,
               .least = 1,
               .most = 1024,
               .automatic = one_per_core,
               .meaning = "auto: one per core.",
               .slot = at<&config::scheduler, &config::scheduler_part::threads>},
};

} // namespace

std::span<const config_key> config_keys() {
  return keys;
}

} // namespace vedette
