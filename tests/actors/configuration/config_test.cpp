#include "actors/configuration/config.hpp"
#include "tests/support/places.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <sys/stat.h>
#include <unistd.h>
#include <vector>

namespace vedette {

namespace {

using namespace std::chrono_literals;
using sets = std::vector<std::string>;

config load(const std::string& yaml, const sets& set = {},
            const config_host& host = {}) {
  auto loaded = parse_config("v.yaml", yaml, set, host);
  if (loaded)
    return *loaded;
  for (const auto& problem : loaded.error())
    ADD_FAILURE() << problem.detail;
  return {};
}

std::string read(const std::filesystem::path& path) {
  std::ifstream file{path};
  return {std::istreambuf_iterator<char>{file}, {}};
}

/// A directory of the test's own.
class ConfigFile : public testing::Test {
protected:
  ConfigFile() {
    std::string name = std::filesystem::temp_directory_path() / "vedette-config-XXXXXX";
    directory_ = mkdtemp(name.data());
  }
  ~ConfigFile() override { std::filesystem::remove_all(directory_); }

  std::filesystem::path write(const std::string& name, const std::string& text) {
    std::ofstream{directory_ / name} << text;
    return directory_ / name;
  }

  std::filesystem::path directory_;
};

constexpr auto everything = R"(
pipeline: {shards: 3, batch: {events: 7, latency: 250us}, credits: 9}
collectors: {kernel: {type: ebpf, events: [execve, openat], compat_calls: waive}}
replay: {reorder: 11}
rings: {total: 96KiB}
data_sources:
  max_wait: 2s
  process_tree: {processes: 100, threads: 200, keep_exited: 90s}
  containers: {limit: 300, grace: 5s, docker: /d, podman: off, containerd: /c, crio: /o}
  dns: {names: 400, keep_expired: 6s, min_ttl: 7s, unsolicited: ignore,
        ports: [53, 5300, 53]}
signatures:
  enable: [VED-6, TRC-102]
  disable: [TRC-102]
  except: [{id: TRC-102, comm: gdb}, {id: VED-6, uid: 0}]
  rate: {per: 2m, max: 7}
  params:
    VED-6: {servers: [nginx, "5", "true"], depth: 5, ratio: 1.0, on: true, none: null}
    "odd: id": "line\nand \"quote\" \x1b é"
runners: {slow: {signatures: [VED-6], shards: 2}}
sinks:
  file: {type: json, path: "/tmp/a: b #c", take: [findings]}
  screen: {type: table, path: "-", take: [execve, lost_events]}
scheduler: {threads: 5}
)";

TEST(Config, OfNothingIsTheDefaults) {
  for (const auto* empty : {"", "# nothing\n", "---\n", "pipeline:\nsinks:\n", "{}"})
    EXPECT_EQ(load(empty), config{}) << empty;
}

TEST(Config, ReadsEveryKey) {
  const auto got = load(everything);
  config want;
  want.pipeline = {3, {7, 250us}, 9};
  want.collectors = {
      {"kernel",
       {collector_type::ebpf,
        {choice::how::listed, {"execve", "openat"}},
        compat_calls_policy::waive}}};
  want.replay.reorder = 11;
  want.rings.total_bytes = 96 * 1024;
  want.data_sources = {2s,
                       {true, 100, 200, 90s},
                       {true, 300, 5s, "/d", "off", "/c", "/o"},
                       {true, 400, 6s, 7s, dns_unsolicited::ignore, {53, 5300}}};
  want.signatures.enable = {choice::how::listed, {"VED-6", "TRC-102"}};
  want.signatures.disable = {"TRC-102"};
  want.signatures.except = {value::object{{"id", "TRC-102"}, {"comm", "gdb"}},
                            value::object{{"id", "VED-6"}, {"uid", 0}}};
  want.signatures.rate = {2min, 7};
  want.signatures.params["VED-6"] =
      value::object{{"servers", value::list{"nginx", "5", "true"}},
                    {"depth", 5},
                    {"ratio", 1.0},
                    {"on", true},
                    {"none", nullptr}};
  want.signatures.params["odd: id"] = "line\nand \"quote\" \x1b é";
  want.runners["slow"] = {{"VED-6"}, 2};
  want.sinks = {{"file", {sink_type::json, "/tmp/a: b #c", {"findings"}}},
                {"screen", {sink_type::table, "-", {"execve", "lost_events"}}}};
  want.scheduler.threads = 5;
  EXPECT_EQ(got, want) << show(got);
  EXPECT_EQ(got.ring_bytes(), 32U * 1024);
  EXPECT_TRUE(got.sinks.at("file").takes_findings());
  EXPECT_EQ(got.sinks.at("screen").events(),
            (event_selection{event_kind::execve, event_kind::lost_events}));
}

TEST(Config, WaivesCallsOfThe32BitTableIfNoCollectorNeedsThem) {
  EXPECT_FALSE(load("").waives_compat_calls());
  EXPECT_TRUE(load("collectors: {a: {compat_calls: waive}}").waives_compat_calls());
  EXPECT_FALSE(load("collectors: {a: {compat_calls: waive}, b: {}}").waives_compat_calls());
}

TEST(Config, AutoDependsOnTheHost) {
  const config_host large{.cores = 64};
  EXPECT_EQ(load("", {}, large).pipeline.shards, 16U);
  EXPECT_EQ(load("", {}, large).scheduler.threads, 64U);
  const auto same =
      load("pipeline: {shards: auto}\nscheduler: {threads: auto}", {}, large);
  EXPECT_EQ(same, load("", {}, large));
  EXPECT_EQ(load("pipeline: {shards: 20}", {"pipeline.shards=auto"}, large), same);
}

TEST(Config, ARingIsAPowerOfTwo) {
  const auto ring = [](unsigned shards, const std::string& total) {
    return load("",
                {"pipeline.shards=" + std::to_string(shards), "rings.total=" + total})
        .ring_bytes();
  };
  EXPECT_EQ(ring(1, "4096"), 4096U);
  EXPECT_EQ(ring(3, "32MiB"), std::size_t{8} << 20U);
  EXPECT_EQ(ring(16, "32MiB"), std::size_t{2} << 20U);
  EXPECT_EQ(ring(256, "512GiB"), std::size_t{2} << 30U);
}

TEST(Config, ShownLoadsBackAsItWas) {
  const config_host other{.cores = 7};
  for (const auto* yaml :
       {"", everything, "data_sources: {process_tree: off}",
        "collectors: {host: {events: all}}\nsignatures: {enable: none}",
        "collectors: {host: {events: []}}\nreplay: {reorder: 1}",
        "pipeline: {batch: {latency: 0}}\nrings: {total: 12345678}"}) {
    const auto first = load(yaml, {}, {.cores = 3});
    EXPECT_EQ(load(show(first), {}, other), first) << show(first);
    EXPECT_EQ(show(load(show(first), {}, other)), show(first));
  }
}

TEST(Config, SetChangesOneValue) {
  const auto file = "pipeline: {shards: 2, credits: 3}\nsinks: {a: {path: /tmp/a}}";
  config want = load(file);
  want.pipeline.shards = 4;
  want.collectors["host"].events.is = choice::how::all;
  want.sinks["a"].take = {"findings"};
  want.sinks["b"].path = "/tmp/b";
  want.data_sources.process_tree.on = false;
  want.signatures.params["VED-6"] = value::object{{"servers", value::list{"nginx"}}};
  EXPECT_EQ(load(file, {"pipeline.shards=3", "pipeline.shards=4",
                        "collectors.host.events=all", "sinks.a.take=[findings]",
                        "sinks.b.path=/tmp/b", "data_sources.process_tree=off",
                        "signatures.params.VED-6.servers=[nginx]"}),
            want);
}

TEST(Config, ThingsByNameReplaceTheDefaultOnesButSetAddsToThem) {
  EXPECT_FALSE(load("sinks: {a: {}}").sinks.contains("out"));
  EXPECT_EQ(load("", {"sinks.a.path=/tmp/a"}).sinks.size(), 2U);
  EXPECT_EQ(load("sinks:\n", {"sinks.a.path=/tmp/a"}).sinks.size(), 2U);
  EXPECT_EQ(load("", {"sinks={a: {}}"}).sinks.size(), 1U);
  EXPECT_EQ(load("sinks: {a: {}}", {"sinks.a.type=json"}).sinks.size(), 1U);
}

TEST(Config, AnythingThatMeansOffSwitchesOff) {
  for (const auto* off : {"off", "false", "no", "'off'"})
    EXPECT_FALSE(load("", {std::string{"data_sources.process_tree="} + off})
                     .data_sources.process_tree.on);
  const auto on = load("data_sources: {process_tree: off}",
                       {"data_sources.process_tree.processes=99"});
  EXPECT_TRUE(on.data_sources.process_tree.on);
  EXPECT_EQ(on.data_sources.process_tree.processes, 99U);
}

TEST(Config, AliasesStandForWhatTheyName) {
  const auto got = load("sinks:\n  a: {take: &these [execve], path: /tmp/a}\n"
                        "  b: {take: *these, path: /tmp/b}");
  EXPECT_EQ(got.sinks.at("b").take, std::vector<std::string>{"execve"});
}

TEST(Config, AliasesCannotFillTheMemory) {
  std::string bomb =
      "signatures:\n  params:\n    a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 12; ++i) {
    const auto before = " *a" + std::to_string(i - 1) + ",";
    bomb += "    a" + std::to_string(i) + ": &a" + std::to_string(i) + " [";
    for (int j = 0; j < 10; ++j)
      bomb += before;
    bomb += "]\n";
  }
  const auto loaded = parse_config("v.yaml", bomb);
  ASSERT_FALSE(loaded);
  EXPECT_EQ(loaded.error().front().detail.find("v.yaml:7:"), 0U);
  EXPECT_NE(loaded.error().front().detail.find("more than 100000 values"),
            std::string::npos);
}

TEST(Config, DeepNestingIsAnErrorAndNotACrash) {
  const auto loaded = parse_config("v.yaml", "pipeline: " + std::string(100'000, '['));
  ASSERT_FALSE(loaded);
  EXPECT_NE(loaded.error().front().detail.find("this is not YAML"), std::string::npos);
}

TEST_F(ConfigFile, IsReadAndNamedInErrors) {
  EXPECT_EQ(load_config(write("a.yaml", "pipeline: {shards: 5}"))->pipeline.shards, 5U);
  const auto path = write("b.yaml", "\n  pipeline: {shard: 5}");
  const auto loaded = load_config(path);
  ASSERT_FALSE(loaded);
  EXPECT_EQ(loaded.error().front().detail,
            path.string()
                + ":2:14: unknown key 'shard' in pipeline; did you mean 'shards'?");
}

TEST_F(ConfigFile, ByDefaultIsReadIfItIsThere) {
  config_host host{.cores = 1, .default_file = directory_ / "vedette.yaml"};
  EXPECT_EQ(load_config({}, {}, host), config{});
  write("vedette.yaml", "pipeline: {credits: 5}");
  EXPECT_EQ(load_config({}, {}, host)->pipeline.credits, 5U);
  host.default_file = directory_;
  const auto unreadable = load_config({}, {}, host);
  ASSERT_FALSE(unreadable);
  EXPECT_EQ(unreadable.error().front().detail,
            "cannot read " + directory_.string()
                + ": Is a directory; make it readable or remove it");
}

TEST_F(ConfigFile, ThatCannotBeReadIsOneClearLine) {
  const auto path = directory_ / "none.yaml";
  const auto missing = load_config(path);
  ASSERT_FALSE(missing);
  ASSERT_EQ(missing.error().size(), 1U);
  EXPECT_EQ(missing.error().front().code, ec::system);
  EXPECT_EQ(missing.error().front().detail,
            "cannot open " + path.string()
                + ": No such file or directory; give an existing file with --config");
  EXPECT_FALSE(load_config("/dev/zero"));
  ASSERT_EQ(mkfifo((directory_ / "pipe").c_str(), 0600), 0);
  EXPECT_EQ(load_config(directory_ / "pipe", {}, {}), config{}); // And does not wait.
}

/// The documents that derive from the table of keys. VEDETTE_WRITE_DOCS=1 writes them.
void expect_document(const std::string& name, const std::string& begin,
                     const std::string& derived) {
  const auto path = std::filesystem::path{source_path(name)};
  const auto text = read(path);
  const auto start = begin.empty() ? 0 : text.find(begin) + begin.size();
  if (std::getenv("VEDETTE_WRITE_DOCS") != nullptr)
    std::ofstream{path} << text.substr(0, start) << derived;
  EXPECT_EQ(text.substr(start), derived)
      << "set VEDETTE_WRITE_DOCS=1 and run this test again to write " << path;
}

TEST(Config, DefaultFileIsWhatTheTableSays) {
  expect_document("config/vedette.yaml", "", documented_defaults());
  EXPECT_EQ(load(documented_defaults(), {}, {.cores = 3}), load("", {}, {.cores = 3}));
}

TEST(Config, ReferenceIsWhatTheTableSays) {
  expect_document("docs/configuration.md", "## Keys\n\n", configuration_reference());
}

} // namespace

} // namespace vedette
