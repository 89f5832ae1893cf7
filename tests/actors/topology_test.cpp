#include "actors/topology.hpp"
#include "bpf/probes.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

namespace vedette {

namespace {

using testing::ElementsAre;
using testing::UnorderedElementsAre;
using kinds = std::vector<event_kind>;

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

std::string edges_of(const topology& what) {
  std::string lines;
  for (const auto& [from, to, kind] : what.edges)
    lines += what.nodes[from].name + " " + std::string{to_string(kind)} + " "
             + what.nodes[to].name + "\n";
  return lines;
}

std::vector<std::string> names_of(const topology& what,
                                  const std::vector<std::size_t>& nodes) {
  std::vector<std::string> names;
  for (const auto i : nodes)
    names.push_back(what.nodes[i].name);
  return names;
}

struct row {
  std::string name;
  std::string yaml;
  run_mode mode;
  std::string expected;
};

const std::vector<row> graphs{
    {"defaults", "", run_mode::live, R"(collector host/0 events enricher 0
enricher 0 events runner main/0
enricher 0 events sink out
enricher 0 feeds process_tree
enricher 0 feeds containers
enricher 0 feeds dns
runner main/0 asks process_tree
runner main/0 findings sink out
)"},
    {"more shards", "pipeline: {shards: 2}", run_mode::live,
     R"(collector host/0 events enricher 0
collector host/1 events enricher 1
enricher 0 events runner main/0
enricher 0 events sink out
enricher 0 feeds process_tree
enricher 0 feeds containers
enricher 0 feeds dns
enricher 1 events runner main/1
enricher 1 events sink out
enricher 1 feeds process_tree
enricher 1 feeds containers
enricher 1 feeds dns
runner main/0 asks process_tree
runner main/0 findings sink out
runner main/1 asks process_tree
runner main/1 findings sink out
)"},
    {"a runner for one signature",
     "pipeline: {shards: 3}\nrunners: {slow: {signatures: [VED-6], shards: 2}}",
     run_mode::live, R"(collector host/0 events enricher 0
collector host/1 events enricher 1
collector host/2 events enricher 2
enricher 0 events runner main/0
enricher 0 events runner slow/0
enricher 0 events sink out
enricher 0 feeds process_tree
enricher 0 feeds containers
enricher 0 feeds dns
enricher 1 events runner main/1
enricher 1 events runner slow/1
enricher 1 events sink out
enricher 1 feeds process_tree
enricher 1 feeds containers
enricher 1 feeds dns
enricher 2 events runner main/2
enricher 2 events runner slow/0
enricher 2 events sink out
enricher 2 feeds process_tree
enricher 2 feeds containers
enricher 2 feeds dns
runner main/0 findings sink out
runner main/1 findings sink out
runner main/2 findings sink out
runner slow/0 asks process_tree
runner slow/0 findings sink out
runner slow/1 asks process_tree
runner slow/1 findings sink out
)"},
    {"two sinks that take different things",
     "sinks: {alerts: {path: /tmp/a, take: [findings]}, trace: {take: [ptrace]}}",
     run_mode::live, R"(collector host/0 events enricher 0
enricher 0 events runner main/0
enricher 0 events sink trace
enricher 0 feeds process_tree
enricher 0 feeds containers
enricher 0 feeds dns
runner main/0 asks process_tree
runner main/0 findings sink alerts
)"},
    {"a source switched off",
     "data_sources: {process_tree: off}\nsignatures: {disable: [VED-6]}",
     run_mode::live,
     R"(collector host/0 events enricher 0
enricher 0 events runner main/0
enricher 0 events sink out
enricher 0 feeds containers
enricher 0 feeds dns
runner main/0 findings sink out
)"},
    {"no signature", "signatures: {enable: none}\nsinks: {out: {take: [ptrace]}}",
     run_mode::live, R"(collector host/0 events enricher 0
enricher 0 events sink out
enricher 0 feeds process_tree
enricher 0 feeds containers
enricher 0 feeds dns
)"},
    {"none for main",
     "signatures: {enable: [VED-6]}\nrunners: {a: {signatures: [VED-6]}}",
     run_mode::live, R"(collector host/0 events enricher 0
enricher 0 events runner a/0
enricher 0 events sink out
enricher 0 feeds process_tree
enricher 0 feeds containers
enricher 0 feeds dns
runner a/0 asks process_tree
runner a/0 findings sink out
)"},
    {"a runner whose signature is disabled",
     "signatures: {disable: [VED-6]}\nrunners: {slow: {signatures: [VED-6]}}",
     run_mode::live, R"(collector host/0 events enricher 0
enricher 0 events runner main/0
enricher 0 events sink out
enricher 0 feeds process_tree
enricher 0 feeds containers
enricher 0 feeds dns
runner main/0 findings sink out
)"},
    {"a replay", "pipeline: {shards: 2}", run_mode::replay, R"(reader events enricher 0
reader events enricher 1
enricher 0 events runner main/0
enricher 0 events sink out
enricher 0 feeds process_tree
enricher 0 feeds containers
enricher 0 feeds dns
enricher 1 events runner main/1
enricher 1 events sink out
enricher 1 feeds process_tree
enricher 1 feeds containers
enricher 1 feeds dns
runner main/0 asks process_tree
runner main/0 findings sink out
runner main/1 asks process_tree
runner main/1 findings sink out
)"},
};

TEST(Topology, FollowsFromTheConfiguration) {
  for (const auto& [name, yaml, mode, expected] : graphs)
    EXPECT_EQ(edges_of(describe(yaml, mode)), expected) << name;
}

TEST(Topology, HasEveryNodeOnceAndConnected) {
  for (const auto& [name, yaml, mode, expected] : graphs) {
    const auto graph = describe(yaml, mode);
    std::set<std::string> names;
    for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
      EXPECT_TRUE(names.insert(graph.nodes[i].name).second) << graph.nodes[i].name;
      EXPECT_EQ(graph.find(graph.nodes[i].name), i);
      EXPECT_EQ(graph.senders(i).empty(), graph.nodes[i].kind == node_kind::collector)
          << name << ": " << graph.nodes[i].name;
    }
    EXPECT_TRUE(std::ranges::is_sorted(graph.nodes, {}, &node::kind));
  }
}

TEST(Topology, GivesEveryShardToEveryRunner) {
  for (unsigned shards = 1; shards <= 9; ++shards)
    for (unsigned replicas = 1; replicas <= shards; ++replicas) {
      auto settings = load("runners: {slow: {signatures: [VED-6]}}");
      settings.pipeline.shards = shards;
      settings.runners["slow"].shards = replicas;
      const auto graph = vedette::describe(settings, known, run_mode::live);
      for (unsigned shard = 0; shard < shards; ++shard) {
        const auto from = graph.find("enricher " + std::to_string(shard));
        EXPECT_THAT(names_of(graph, graph.targets(*from, edge_kind::events)),
                    ElementsAre("runner main/" + std::to_string(shard),
                                "runner slow/" + std::to_string(shard % replicas),
                                "sink out"));
      }
    }
}

TEST(Topology, SaysWhatIsInANode) {
  const auto graph =
      describe("pipeline: {shards: 2}\nrunners: {slow: {signatures: [VED-6]}}");
  const auto& main = graph.nodes[*graph.find("runner main/1")];
  EXPECT_EQ(main.config_name, "main");
  EXPECT_EQ(main.index, 1U);
  EXPECT_EQ(main.shard, 1U);
  EXPECT_THAT(main.signatures, ElementsAre("TRC-102", "TRC-104", "TRC-109"));
  EXPECT_TRUE(main.sources.empty());
  EXPECT_THAT(kinds_of(main.wants.kinds()),
              UnorderedElementsAre(event_kind::ptrace, event_kind::cap_capable,
                                   event_kind::security_file_open));
  const auto& slow = graph.nodes[*graph.find("runner slow/0")];
  EXPECT_EQ(slow.shard, std::nullopt);
  EXPECT_THAT(slow.signatures, ElementsAre("VED-6"));
  EXPECT_THAT(slow.sources, ElementsAre("tracee/process_tree"));
  const auto out = *graph.find("sink out");
  EXPECT_THAT(names_of(graph, graph.senders(out)),
              ElementsAre("enricher 0", "enricher 1", "runner main/0", "runner main/1",
                          "runner slow/0"));
  EXPECT_EQ(graph.edges_of("runner slow/0").size(), 2U);
  EXPECT_EQ(graph.of_kind(node_kind::enricher).size(), 2U);
  EXPECT_EQ(graph.find("enricher 2"), std::nullopt);
}

TEST(Topology, CollectsWhatIsNeededAndCanBeSeen) {
  const auto graph =
      describe("sinks: {out: {take: [findings, lost_events, memfd_create]}}\n"
               "data_sources: {containers: off, dns: off}");
  EXPECT_EQ(kinds_of(graph.collected),
            (kinds{event_kind::ptrace, event_kind::memfd_create,
                   event_kind::sched_process_fork, event_kind::sched_process_exec,
                   event_kind::sched_process_exit, event_kind::cgroup_mkdir,
                   event_kind::cgroup_rmdir, event_kind::security_file_open}))
      << "of cgroups, as every event's container is known";
  EXPECT_EQ(kinds_of(graph.unseen), kinds{event_kind::cap_capable});
  const auto& enricher = graph.nodes[*graph.find("enricher 0")];
  for (const auto kind : {event_kind::ptrace, event_kind::cap_capable,
                          event_kind::lost_events, event_kind::task_begin})
    EXPECT_TRUE(enricher.wants.wants(kind));
  EXPECT_FALSE(enricher.wants.wants(event_kind::write));
}

TEST(Topology, FiltersWhatNobodyWantsWhole) {
  const auto text_of = [](const topology& graph, event_kind kind) {
    std::string text;
    for (const auto& one : graph.filters.filters(kind))
      text += "[" + one.text() + "]";
    return text;
  };
  constexpr auto sinks = R"(
sinks:
  one: {path: /tmp/one, take: [memfd_create.uid=0, memfd_create.comm=cat, kill]}
  two: {path: /tmp/two, take: [memfd_create.name=x*, kill.sig=9, ptrace.uid=0,
                               sched_process_exec.uid=0]}
)";
  const auto graph = describe(sinks);
  EXPECT_EQ(text_of(graph, event_kind::memfd_create), "[uid=0 comm=cat][name=x*]");
  EXPECT_EQ(text_of(graph, event_kind::kill), "") << "sink one takes all";
  EXPECT_EQ(text_of(graph, event_kind::ptrace), "") << "a signature takes all";
  EXPECT_EQ(text_of(graph, event_kind::sched_process_exec), "") << "sources learn from it";
  EXPECT_EQ(text_of(graph, event_kind::openat), "");
  const auto all =
      describe(std::string{sinks} + "\ncollectors: {host: {events: all}}");
  EXPECT_FALSE(all.filters.has_filters()) << "what is asked for by name comes whole";
}

TEST(Topology, DoesNotMissWhatASourceMakes) {
  const auto yaml = [](const char* containers) {
    return std::string{"sinks: {out: {take: [container_create]}}\n"
                       "signatures: {enable: none}\n"
                       "data_sources: {dns: off, containers: "}
           + containers + "}";
  };
  EXPECT_TRUE(describe(yaml("{grace: 5s}")).unseen.none());
  EXPECT_EQ(kinds_of(describe(yaml("off")).unseen), kinds{event_kind::container_create});
}

TEST(Topology, CollectsWhatIsAskedFor) {
  const auto listed =
      describe("collectors: {host: {events: [ptrace, security_file_open]}}");
  EXPECT_EQ(kinds_of(listed.collected),
            (kinds{event_kind::ptrace, event_kind::security_file_open}));
  EXPECT_TRUE(listed.unseen[static_cast<std::size_t>(event_kind::sched_process_exec)]);
  EXPECT_EQ(listed.nodes[0].wants.kinds(), listed.collected);
  EXPECT_TRUE(describe("collectors: {host: {events: none}}").collected.none());
  const auto all = describe("collectors: {host: {events: all}}").collected;
  EXPECT_EQ(all.count(), watchable_events().size());
  EXPECT_FALSE(all[static_cast<std::size_t>(event_kind::task_begin)]);
  EXPECT_FALSE(all[static_cast<std::size_t>(event_kind::lost_events)]);
}

TEST(Topology, HasOneRunnerOfSignaturesOfTheHostForAllShards) {
  auto signatures = known;
  signatures[2].is_of_host = true;
  config what;
  what.pipeline.shards = 2;
  const auto graph = vedette::describe(what, signatures, run_mode::live);
  const auto at = graph.find("runner main/host");
  ASSERT_TRUE(at);
  const auto& made = graph.nodes[*at];
  EXPECT_TRUE(made.merges_shards);
  EXPECT_THAT(made.signatures, ElementsAre("TRC-109"));
  EXPECT_EQ(made.shard, std::nullopt);
  EXPECT_THAT(names_of(graph, graph.senders(*at)), ElementsAre("enricher 0", "enricher 1"));
  const auto& other = graph.nodes[*graph.find("runner main/0")];
  EXPECT_THAT(other.signatures, ElementsAre("TRC-102", "TRC-104", "VED-6"));
  EXPECT_FALSE(other.merges_shards);
}

} // namespace

} // namespace vedette
