#include "actors/topology.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace vedette {

namespace {

const std::vector<known_signature> known{
    {"TRC-102", {event_kind::ptrace}, {}, "anti_debugging"},
    {"TRC-104", {event_kind::cap_capable}, {}, "dynamic_code_loading"},
    {"TRC-109", {event_kind::security_file_open}, {}, "aslr_inspection"},
    {"VED-6",
     {event_kind::sched_process_exec},
     {"tracee/process_tree"},
     "shell_under_server"},
};

config load(const std::string& yaml) {
  auto loaded = parse_config("v.yaml", yaml);
  if (!loaded) {
    ADD_FAILURE() << loaded.error().front().detail;
    return {};
  }
  for (const auto& problem : validate_wiring(*loaded, known))
    ADD_FAILURE() << problem.detail;
  return *loaded;
}

topology describe(const std::string& yaml, run_mode mode = run_mode::live) {
  return describe(load(yaml), known, mode);
}

constexpr auto one_source = "data_sources: {containers: off, dns: off}";
constexpr auto drawn = "pipeline: {shards: 2}\nrunners: {slow: {signatures: [VED-6]}}\n"
                       "signatures: {enable: [VED-6, TRC-102]}\n"
                       "data_sources: {containers: off, dns: off}";

TEST(TopologyDrawing, IsMadeAsText) {
  EXPECT_EQ(draw_text(describe(drawn)), R"(2 shards, live
collects 6 kinds of event: ptrace, sched_process_fork, sched_process_exec, sched_process_exit, cgroup_mkdir, cgroup_rmdir

shard 0
  collector host/0  events   -> enricher 0
  enricher 0        events   -> runner main/0, runner slow/0, sink out
                    feeds    -> process_tree
  runner main/0     findings -> sink out

shard 1
  collector host/1  events   -> enricher 1
  enricher 1        events   -> runner main/1, runner slow/0, sink out
                    feeds    -> process_tree
  runner main/1     findings -> sink out

for all shards
  runner slow/0     asks     -> process_tree
                    findings -> sink out
  process_tree
  sink out
)");
  EXPECT_EQ(draw_text(describe("sinks: {out: {take: [lost_events]}}\n"
                               "signatures: {enable: none}\n"
                               "data_sources: {containers: off, dns: off}",
                               run_mode::replay)),
            R"(1 shard, replay

input
  reader        events   -> enricher 0

shard 0
  enricher 0    events   -> sink out
                feeds    -> process_tree

for all shards
  process_tree
  sink out
)");
  EXPECT_NE(draw_text(describe(one_source))
                .find("\nwanted, but not collected: cap_capable\n"),
            std::string::npos);
}

TEST(TopologyDrawing, IsMadeForMermaid) {
  EXPECT_EQ(draw_mermaid(describe(drawn)), R"(flowchart LR
  subgraph shard_0["shard 0"]
    n0["collector host/0"]
    n2["enricher 0"]
    n4["runner main/0"]
  end
  subgraph shard_1["shard 1"]
    n1["collector host/1"]
    n3["enricher 1"]
    n5["runner main/1"]
  end
  n6["runner slow/0"]
  n7[("process_tree")]
  n8[/"sink out"/]
  n0 -->|events| n2
  n1 -->|events| n3
  n2 -->|events| n4
  n2 -->|events| n6
  n2 -->|events| n8
  n2 -.->|feeds| n7
  n3 -->|events| n5
  n3 -->|events| n6
  n3 -->|events| n8
  n3 -.->|feeds| n7
  n4 -->|findings| n8
  n5 -->|findings| n8
  n6 -.->|asks| n7
  n6 -->|findings| n8
)");
}

TEST(TopologyDrawing, IsMadeForGraphviz) {
  EXPECT_EQ(draw_dot(describe(one_source)), R"(digraph vedette {
  rankdir=LR;
  subgraph cluster_shard_0 {
    label="shard 0";
    n0 [label="collector host/0", shape=box];
    n1 [label="enricher 0", shape=box];
    n2 [label="runner main/0", shape=box];
  }
  n3 [label="process_tree", shape=cylinder];
  n4 [label="sink out", shape=parallelogram];
  n0 -> n1 [label="events"];
  n1 -> n2 [label="events"];
  n1 -> n4 [label="events"];
  n1 -> n3 [label="feeds", style=dashed];
  n2 -> n3 [label="asks", style=dashed];
  n2 -> n4 [label="findings"];
}
)");
}

} // namespace

} // namespace vedette
