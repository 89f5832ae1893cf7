#pragma once

#include "actors/sinks/sink_format.hpp"
#include "datasources/dns/config.hpp"
#include "events/event_selection.hpp"
#include "events/value.hpp"
#include "runtime/errors.hpp"
#include "signatures/finding_rate.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

// What the user configured, as plain data. The keys, their types, ranges and meanings
// are one table, config_schema.cpp: reading, `config show`, config/vedette.yaml and
// docs/configuration.md derive from it. Which actors follow from it: topology.hpp.
namespace vedette {

/// All of something, nothing, what is needed, or a list.
struct choice {
  enum class how : std::uint8_t { automatic, all, none, listed };

  how is = how::automatic;
  std::vector<std::string> names; ///< Only if listed.

  bool operator==(const choice&) const = default;
};

enum class collector_type : std::uint8_t { ebpf };
/// What is done about system calls of 32-bit programs: whether they may pass unseen.
enum class compat_calls_policy : std::uint8_t { watch, waive };

/// Where each value was written, for messages. Not part of what is configured.
class config_places {
public:
  /// `sinks.out.take[1]` was written at `vedette.yaml:12:5`, or by `--set sinks.out…`.
  void note(std::string path, std::string place) {
    places_[std::move(path)] = std::move(place);
  }

  /// Of the path or of what it is part of, with `: ` behind it; empty: it is a default.
  [[nodiscard]] std::string before(std::string path) const;

  bool operator==(const config_places&) const { return true; }

private:
  std::map<std::string, std::string> places_;
};

/// A configuration; made by hand, the defaults for a host with one core. `auto` is a
/// number once loaded.
struct config {
  struct batch_part {
    std::size_t events = 512;
    std::chrono::nanoseconds latency = std::chrono::milliseconds{1};
    bool operator==(const batch_part&) const = default;
  };
  struct pipeline_part {
    unsigned shards = 1;
    batch_part batch;
    std::size_t credits = 4; ///< Unanswered batches between every two stages.
    bool operator==(const pipeline_part&) const = default;
  };
  struct collector {
    collector_type type = collector_type::ebpf;
    choice events;
    compat_calls_policy compat_calls = compat_calls_policy::watch;
    bool operator==(const collector&) const = default;
  };
  struct replay_part {
    std::size_t reorder = 4096;
    bool operator==(const replay_part&) const = default;
  };
  struct rings_part {
    std::size_t total_bytes = std::size_t{32} << 20U;
    bool operator==(const rings_part&) const = default;
  };
  struct process_tree_part {
    bool on = true;
    std::size_t processes = 16384;
    std::size_t threads = 32768;
    std::chrono::nanoseconds keep_exited = std::chrono::minutes{5};
    bool operator==(const process_tree_part&) const = default;
  };
  struct containers_part {
    bool on = true;
    std::size_t limit = 16384;
    std::chrono::nanoseconds grace = std::chrono::seconds{30};
    /// Sockets of runtimes; `off`: not asked.
    std::string docker = "/var/run/docker.sock";
    std::string podman = "/run/podman/podman.sock";
    std::string containerd = "/run/containerd/containerd.sock";
    std::string crio = "/var/run/crio/crio.sock";
    bool operator==(const containers_part&) const = default;
  };
  struct dns_part {
    bool on = true;
    std::size_t names = 5000;
    std::chrono::nanoseconds keep_expired = std::chrono::seconds{60};
    std::chrono::nanoseconds min_ttl = std::chrono::seconds{1};
    dns_unsolicited unsolicited = dns_unsolicited::accept;
    std::vector<std::uint16_t> ports{53};
    bool operator==(const dns_part&) const = default;
  };
  struct data_sources_part {
    std::chrono::nanoseconds max_wait = std::chrono::milliseconds{100};
    process_tree_part process_tree;
    containers_part containers;
    dns_part dns;
    bool operator==(const data_sources_part&) const = default;
  };
  struct signatures_part {
    choice enable;
    std::vector<std::string> disable;
    std::vector<value> except; ///< Items as finding_exception reads them.
    std::map<std::string, value> params; ///< By id.
    rate_limit rate;
    bool operator==(const signatures_part&) const = default;
  };
  struct runner {
    std::vector<std::string> signatures;
    unsigned shards = 1;
    bool operator==(const runner&) const = default;
  };
  struct sink {
    sink_type type = sink_type::table;
    std::string path = "-";
    std::vector<std::string> take{"findings", "lost_events"};

    [[nodiscard]] bool takes_findings() const;
    /// Those it takes. What is wrong in `take` is left out: see validate_wiring().
    [[nodiscard]] event_selection events() const;
    bool operator==(const sink&) const = default;
  };
  struct scheduler_part {
    unsigned threads = 1;
    bool operator==(const scheduler_part&) const = default;
  };

  pipeline_part pipeline;
  std::map<std::string, collector> collectors{{"host", {}}};
  replay_part replay;
  rings_part rings;
  data_sources_part data_sources;
  signatures_part signatures;
  std::map<std::string, runner> runners; ///< Those beside `main`.
  std::map<std::string, sink> sinks{{"out", {}}};
  scheduler_part scheduler;
  /// A capture to be written, of `--record` alone: what stays configured would be written
  /// over at each start. Empty: none.
  std::string record;
  config_places places;

  /// No collector needs the calls of 32-bit programs.
  [[nodiscard]] bool waives_compat_calls() const;
  /// Of each shard: a power of two of whole pages.
  [[nodiscard]] std::size_t ring_bytes() const;

  bool operator==(const config&) const = default;
};

/// What the host contributes to a configuration.
struct config_host {
  unsigned cores = 1;
  std::filesystem::path default_file = "/etc/vedette/vedette.yaml";

  static config_host here();
};

/// The file (none: the host's default file, if it is there) with `sets`
/// (`KEY.KEY=VALUE`, the value as in YAML) applied in their order. A map of things by
/// name that the file has replaces the default one; `sets` add to it. Errors: all that
/// is wrong, a line each, `FILE:LINE:COLUMN: …` or `--set KEY=VALUE: …`.
std::expected<config, std::vector<error>>
load_config(const std::optional<std::filesystem::path>& file,
            std::span<const std::string> sets = {},
            const config_host& host = config_host::here());

/// The same for text that is there already, called `name` in errors.
std::expected<config, std::vector<error>>
parse_config(const std::string& name, const std::string& text,
             std::span<const std::string> sets = {}, const config_host& host = {});

/// What a configuration must know about a signature.
struct known_signature {
  std::string id;
  event_selection events;           ///< That it selects.
  std::vector<std::string> sources; ///< That it asks: `tracee/process_tree`.
  std::string event_name;           ///< Of its findings.
  bool by_default = true;           ///< It runs if nothing else is said.
  bool is_of_host = false;          ///< One instance for all shards.
  std::vector<std::string> findings = {}; ///< Names of those that it selects; "": any.
  std::string wrong_params = {}; ///< What is wrong with what is configured for it.
};

/// What is wrong with the configuration given the signatures that there are, a line
/// each.
std::vector<error> validate_wiring(const config& what,
                                   std::span<const known_signature> known);

/// As YAML, with all defaults; loads back to an equal config, on any host.
std::string show(const config& what);

/// config/vedette.yaml: every key with its default and what it means.
std::string documented_defaults();

/// The table of keys in docs/configuration.md.
std::string configuration_reference();

} // namespace vedette
