#include "actors/configuration/config.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace vedette {

namespace {

struct row {
  std::string yaml;
  std::vector<std::string> sets;
  std::string expected; ///< Lines.
};

/// What is wrong with the text by itself. A terminal gets no control characters from
/// it.
const std::vector<row> rows{
    {"pipeline: {shard: 4}",
     {},
     "v.yaml:1:12: unknown key 'shard' in pipeline; did you mean 'shards'?"},
    {"pipeline:\n  shards: 2\nsingatures: {}",
     {},
     "v.yaml:3:1: unknown key 'singatures'; did you mean 'signatures'?"},
    {"containers: {}",
     {},
     "v.yaml:1:1: unknown key 'containers'; expected one of pipeline, collectors, "
     "replay, rings, data_sources, signatures, runners, sinks, scheduler"},
    {"pipeline:\n  batch: {size: 3}",
     {},
     "v.yaml:2:11: unknown key 'size' in pipeline.batch; expected one of events, "
     "latency"},
    {"data_sources:\n  users: {}",
     {},
     "v.yaml:2:3: unknown key 'users' in data_sources; expected one of max_wait, "
     "process_tree, containers, dns"},
    {"signatures: {needs: []}",
     {},
     "v.yaml:1:14: unknown key 'needs' in signatures; expected one of enable, "
     "disable, except, rate, params"},
    {"scheduler: {pin: true}",
     {},
     "v.yaml:1:13: unknown key 'pin' in scheduler; expected threads"},
    {"sinks: {out: {typ: json}}",
     {},
     "v.yaml:1:15: unknown key 'typ' in sinks.out; did you mean 'type'?"},
    {"runners: {slow: {signature: [VED-6]}}",
     {},
     "v.yaml:1:18: unknown key 'signature' in runners.slow; did you mean "
     "'signatures'?"},
    {"collectors: {host: {event: all}}",
     {},
     "v.yaml:1:21: unknown key 'event' in collectors.host; did you mean 'events'?"},
    {"<<: {}",
     {},
     "v.yaml:1:1: unknown key '<<'; expected one of pipeline, collectors, replay, "
     "rings, data_sources, signatures, runners, sinks, scheduler"},
    {"pipeline: {shards: 0}",
     {},
     "v.yaml:1:20: pipeline.shards: expected auto or a number from 1 to 256, got '0'"},
    {"pipeline: {shards: 257}",
     {},
     "v.yaml:1:20: pipeline.shards: expected auto or a number from 1 to 256, got "
     "'257'"},
    {"pipeline: {shards: many}",
     {},
     "v.yaml:1:20: pipeline.shards: expected auto or a number from 1 to 256, got "
     "'many'"},
    {"pipeline: {shards: -1}",
     {},
     "v.yaml:1:20: pipeline.shards: expected auto or a number from 1 to 256, got '-1'"},
    {"pipeline: {shards: [1]}",
     {},
     "v.yaml:1:20: pipeline.shards: expected auto or a number from 1 to 256, got a "
     "list"},
    {"pipeline:\n  shards:\n  credits: 2",
     {},
     "v.yaml:2:3: pipeline.shards: expected auto or a number from 1 to 256, got "
     "nothing"},
    {"pipeline: {credits: 0}",
     {},
     "v.yaml:1:21: pipeline.credits: expected a number from 1 to 1024, got '0'"},
    {"pipeline: {credits: auto}",
     {},
     "v.yaml:1:21: pipeline.credits: expected a number from 1 to 1024, got 'auto'"},
    {"pipeline: {batch: 512}",
     {},
     "v.yaml:1:19: pipeline.batch: expected keys: events, latency, got '512'"},
    {"pipeline: {batch: {events: 1.5}}",
     {},
     "v.yaml:1:28: pipeline.batch.events: expected a number from 1 to 65536, got "
     "'1.5'"},
    {"pipeline: {batch: {latency: 5}}",
     {},
     "v.yaml:1:29: pipeline.batch.latency: expected a duration from 0 to 10s, such as "
     "100ms, got '5'"},
    {"pipeline: {batch: {latency: 1 hour}}",
     {},
     "v.yaml:1:29: pipeline.batch.latency: expected a duration from 0 to 10s, such as "
     "100ms, got '1 hour'"},
    {"pipeline: {batch: {latency: 11s}}",
     {},
     "v.yaml:1:29: pipeline.batch.latency: expected a duration from 0 to 10s, such as "
     "100ms, got '11s'"},
    {"data_sources: {dns: {ports: []}}",
     {},
     "v.yaml:1:29: data_sources.dns.ports: expected a list of numbers from 1 to 65535, "
     "got a list"},
    {"data_sources: {dns: {ports: [53, 0]}}",
     {},
     "v.yaml:1:34: data_sources.dns.ports: expected a list of numbers from 1 to 65535, "
     "got '0'"},
    {"rings: {total: 32MB}",
     {},
     "v.yaml:1:16: rings.total: expected a size from 4KiB to 512GiB, such as 32MiB, "
     "got '32MB'"},
    {"rings: {total: 99999999999999999999}",
     {},
     "v.yaml:1:16: rings.total: expected a size from 4KiB to 512GiB, such as 32MiB, "
     "got '99999999999999999999'"},
    {"pipeline: {shards: 256}\nrings: {total: 64KiB}",
     {},
     "v.yaml:2:16: rings.total: 64KiB among 256 shards is too little; expected 1MiB to "
     "512GiB, for each shard 4KiB to 2GiB"},
    {"pipeline: {shards: 1}\nrings: {total: 4GiB}",
     {},
     "v.yaml:2:16: rings.total: 4GiB among 1 shard is too much; expected 4KiB to 2GiB, "
     "for each shard 4KiB to 2GiB"},
    {"data_sources: {process_tree: none}",
     {},
     "v.yaml:1:30: data_sources.process_tree: expected off or keys: processes, "
     "threads, keep_exited, got 'none'"},
    {"data_sources: {process_tree: [off]}",
     {},
     "v.yaml:1:30: data_sources.process_tree: expected off or keys: processes, "
     "threads, keep_exited, got a list"},
    {"data_sources: {process_tree: {processes: 1}}",
     {},
     "v.yaml:1:42: data_sources.process_tree.processes: expected a number from 16 to "
     "16777216, got '1'"},
    {"replay: 4096", {}, "v.yaml:1:9: replay: expected keys: reorder, got '4096'"},
    {"- pipeline", {}, "v.yaml:1:1: expected keys such as pipeline, got a list"},
    {"pipeline", {}, "v.yaml:1:1: expected keys such as pipeline, got 'pipeline'"},
    {"signatures: {enable: some}",
     {},
     "v.yaml:1:22: signatures.enable: expected default, all, none, or a list such as [a, b], "
     "got 'some'"},
    {"signatures: {disable: TRC-102}",
     {},
     "v.yaml:1:23: signatures.disable: expected a list such as [a, b], got 'TRC-102'"},
    {"signatures: {disable: [[TRC-102]]}",
     {},
     "v.yaml:1:24: signatures.disable: expected text in the list, got a list"},
    {"signatures: {disable: [TRC-102, TRC-102]}",
     {},
     "v.yaml:1:33: signatures.disable: 'TRC-102' comes twice; remove one"},
    {"signatures: {except: TRC-102}",
     {},
     "v.yaml:1:22: signatures.except: expected a list such as [{id: TRC-102, comm: gdb}], "
     "got 'TRC-102'"},
    {"signatures: {rate: {per: 0s}}",
     {},
     "v.yaml:1:26: signatures.rate.per: expected a duration from 1ms to 1d, such as 100ms, "
     "got '0s'"},
    {"signatures: {params: [1]}",
     {},
     "v.yaml:1:22: signatures.params: expected values by id, such as {VED-6: {servers: "
     "[nginx]}}, got a list"},
    {"sinks: {out: {type: xml}}",
     {},
     "v.yaml:1:21: sinks.out.type: expected one of table, json, got 'xml'"},
    {"sinks: {out: table}",
     {},
     "v.yaml:1:14: sinks.out: expected keys: type, path, take, got 'table'"},
    {"sinks: {a b: {}}",
     {},
     "v.yaml:1:9: sinks: 'a b' is no name; expected up to 32 letters, digits, - or _"},
    {"sinks: {out: {path: }}",
     {},
     "v.yaml:1:15: sinks.out.path: expected text, got nothing"},
    {"collectors: {host: {type: bpf}}",
     {},
     "v.yaml:1:27: collectors.host.type: expected ebpf, got 'bpf'"},
    {"scheduler: {threads: 1025}",
     {},
     "v.yaml:1:22: scheduler.threads: expected auto or a number from 1 to 1024, got "
     "'1025'"},
    {"pipeline: {shards: 1}\npipeline: {shards: 2}",
     {},
     "v.yaml:2:1: the key 'pipeline' comes twice, first at v.yaml:1:1; remove one"},
    {"sinks:\n  out: {type: json, type: table}",
     {},
     "v.yaml:2:21: the key 'type' comes twice, first at v.yaml:2:9; remove one"},
    {"pipeline: {shards: 1",
     {},
     "v.yaml:1:1: this is not YAML: end of map flow not found; check indentation, "
     "quotes and brackets"},
    {"pipeline:\n  shards: 1\n credits: 2",
     {},
     "v.yaml:3:2: this is not YAML: end of map not found; check indentation, quotes "
     "and brackets"},
    {"pipeline: \"x",
     {},
     "v.yaml:1:13: this is not YAML: illegal EOF in scalar; check indentation, quotes "
     "and brackets"},
    {"pipeline: {}\n---\nrings: {}",
     {},
     "v.yaml:3:1: a second document; expected one, without '---'"},
    {"rings: *unknown",
     {},
     "v.yaml:1:8: this is not YAML: the referenced anchor is not defined; check "
     "indentation, quotes and brackets"},
    {"? [a, b]\n: 1", {}, "v.yaml:1:3: expected a key, got a list"},
    {"pipeline: {\"sh\\nards\\e[2J\": 1}",
     {},
     "v.yaml:1:12: unknown key 'sh?ards?[2J' in pipeline; expected one of shards, "
     "batch, credits"},
    {"pipeline: {shards: \"\\x1b[31m\"}",
     {},
     "v.yaml:1:20: pipeline.shards: expected auto or a number from 1 to 256, got "
     "'?[31m'"},
    {"pipeline: &a {batch: *a}",
     {},
     "v.yaml:1:22: an alias inside of what it stands for; write it out"},
    {"pipeline: {shard: 4, credits: 0}\nring: {}",
     {},
     "v.yaml:1:12: unknown key 'shard' in pipeline; did you mean 'shards'?\n"
     "v.yaml:1:31: pipeline.credits: expected a number from 1 to 1024, got '0'\n"
     "v.yaml:2:1: unknown key 'ring'; did you mean 'rings'?"},
    {"",
     {"pipeline.shard=4"},
     "--set pipeline.shard=4: unknown key 'shard' in pipeline; did you mean 'shards'?"},
    {"",
     {"pipeline.shards"},
     "--set pipeline.shards: expected KEY.KEY=VALUE, such as pipeline.shards=4"},
    {"", {"=4"}, "--set =4: expected KEY.KEY=VALUE, such as pipeline.shards=4"},
    {"",
     {"pipeline..shards=4"},
     "--set pipeline..shards=4: expected KEY.KEY=VALUE, such as pipeline.shards=4"},
    {"",
     {"pipeline.shards="},
     "--set pipeline.shards=: pipeline.shards: expected auto or a number from 1 to "
     "256, got nothing"},
    {"",
     {"pipeline.shards=0"},
     "--set pipeline.shards=0: pipeline.shards: expected auto or a number from 1 to "
     "256, got '0'"},
    {"",
     {"pipeline.shards.x=1"},
     "--set pipeline.shards.x=1: pipeline.shards: expected auto or a number from 1 to "
     "256, got a map of keys"},
    {"",
     {"sinks.out.take=findings"},
     "--set sinks.out.take=findings: sinks.out.take: expected a list such as [a, b], "
     "got 'findings'"},
    {"",
     {"sinks.out.take=[findings"},
     "--set sinks.out.take=[findings: this is not YAML: end of sequence flow not "
     "found; check indentation, quotes and brackets"},
    {"pipeline: {shards: 0}",
     {"rings.total=1KiB"},
     "v.yaml:1:20: pipeline.shards: expected auto or a number from 1 to 256, got '0'\n"
     "--set rings.total=1KiB: rings.total: expected a size from 4KiB to 512GiB, such "
     "as 32MiB, got '1KiB'"},
};

class ConfigErrors : public testing::TestWithParam<row> {};

TEST_P(ConfigErrors, SayWhereAndWhatWasExpected) {
  const auto& [yaml, sets, expected] = GetParam();
  const auto loaded = parse_config("v.yaml", yaml, sets);
  ASSERT_FALSE(loaded) << yaml;
  std::string lines;
  for (const auto& problem : loaded.error()) {
    EXPECT_EQ(problem.code, ec::invalid_config);
    lines += (lines.empty() ? "" : "\n") + problem.detail;
  }
  EXPECT_EQ(lines, expected) << yaml;
}

INSTANTIATE_TEST_SUITE_P(Rows, ConfigErrors, testing::ValuesIn(rows));

} // namespace

} // namespace vedette
