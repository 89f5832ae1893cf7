// What watching a host costs: the host, per system call, and the watcher, per event. In
// turns: nothing attached; bench_read_rings, which attaches the same programs and reads
// the same records but does nothing with them; and `vedette run` with its default
// signatures. The load has CPU 0, watchers run where the kernel puts them.
//
//     bench_live [--rounds N] [--scale PERCENT] [--vedette PATH]            as root

#include "bench/support/load.hpp"
#include "bench/support/measure.hpp"
#include "cli/options.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <simdjson.h>
#include <string>
#include <unistd.h>
#include <vector>

using namespace vedette;
using namespace vedette::bench;

namespace {

struct options {
  unsigned rounds = 5;
  unsigned scale = 100; ///< Per cent of each load's length.
  std::string vedette;
};

constexpr std::array<load, 4> loads{{
    {"open and close, flood", load_kind::opens, 2, 300'000, 0},
    {"open and close, 10 000/s", load_kind::opens, 1, 30'000, 10'000},
    {"run /bin/true, flood", load_kind::programs, 2, 1'500, 0},
    {"run /bin/true, 100/s", load_kind::programs, 1, 300, 100},
}};

enum variant : std::size_t { nothing, reader, pipeline, variants };
constexpr std::array<const char*, variants> names{"nothing attached", "rings read only",
                                                  "vedette run"};

/// Of the rounds of one load with one variant.
struct figures {
  std::vector<double> load_ns, event_ns, events, lost, megabytes;
};
using load_figures = std::array<figures, variants>;

class live_bench {
public:
  explicit live_bench(options wanted)
      : wanted_{std::move(wanted)}, counts_{std::filesystem::temp_directory_path()
                                            / "vedette_bench_live.json"} {
    const auto what = make_plan({}, run_mode::live);
    if (!what)
      give_up(what.error().front().detail);
    const auto here = std::filesystem::read_symlink("/proc/self/exe").parent_path();
    const auto shards = std::to_string(what->graph.shards);
    const auto ring = what->settings.ring_bytes();
    words_[reader] = {here / "bench_read_rings", counts_, shards, std::to_string(ring)};
    words_[pipeline] = {vedette_path(wanted_.vedette), "run", "--summary", counts_};
    std::printf("live: %s shards, rings of %zu KiB; load on CPU 0; %u rounds;",
                shards.c_str(), ring / 1024, wanted_.rounds);
    for (const auto kind : kinds_of(what->graph.collected)) {
      const auto& event = definition_of(kind);
      if (event.made_by == event_class::internal)
        continue;
      words_[reader].emplace_back(event.name);
      std::printf(" %s", words_[reader].back().c_str());
    }
    std::puts("");
  }
  live_bench(const live_bench&) = delete;
  live_bench& operator=(const live_bench&) = delete;
  ~live_bench() { std::filesystem::remove(counts_); }

  void measure(const load& of) {
    auto shorter = of;
    shorter.rounds = std::max<std::uint64_t>(of.rounds * wanted_.scale / 100, 1);
    load_figures all;
    for (unsigned round = 0; round < wanted_.rounds; ++round)
      for (std::size_t which = 0; which < variants; ++which)
        run(shorter, static_cast<variant>(which), all[which]);
    print(shorter, all);
  }

private:
  void run(const load& what, variant which, figures& into) {
    constexpr double to_settle = 0.2;
    const auto per_call = 1e9 / static_cast<double>(calls_of(what));
    if (which == nothing) {
      into.load_ns.push_back(run_load(what, 0) * per_call);
      return;
    }
    started_program watcher{words_[which], {}};
    watcher.await("watching ");
    const auto before = watcher.cpu_s();
    into.load_ns.push_back(run_load(what, 0) * per_call);
    let_pass(to_settle); // It may be behind.
    const auto used = watcher.cpu_s() - before;
    watcher.interrupt();
    const auto whole = watcher.wait();
    const auto [delivered, lost] = read_counts();
    into.event_ns.push_back(used * 1e9 / std::max(delivered, 1.0));
    into.events.push_back(delivered);
    into.lost.push_back(lost);
    into.megabytes.push_back(static_cast<double>(whole.max_rss_bytes) / 1e6);
  }

  [[nodiscard]] std::pair<double, double> read_counts() const {
    simdjson::dom::parser parser;
    const auto counts = parser.load(counts_);
    std::uint64_t delivered = 0, lost = 0;
    if (counts["events_delivered"].get(delivered) != simdjson::SUCCESS
        || counts["events_lost"].get(lost) != simdjson::SUCCESS)
      give_up("no counts in " + counts_);
    return {static_cast<double>(delivered), static_cast<double>(lost)};
  }

  static void print(const load& what, const load_figures& all) {
    const auto base = spread_of(all[nothing].load_ns).median;
    const char* per =
        what.kind == load_kind::opens ? "ns a system call" : "ns a process";
    std::printf("\n  %-24s %30s %28s %9s %7s %6s\n", std::string{what.name}.c_str(),
                (std::string{"load's CPU, "} + per).c_str(),
                "watcher's CPU, ns an event", "events", "lost", "RSS MB");
    for (std::size_t which = 0; which < variants; ++which) {
      const auto& one = all[which];
      const auto load_ns = spread_of(one.load_ns);
      std::printf("  %-20s %9.0f (%.0f to %.0f) x%.2f", names[which], load_ns.median,
                  load_ns.least, load_ns.most, load_ns.median / base);
      if (which != nothing) {
        const auto event = spread_of(one.event_ns);
        std::printf("  %8.0f (%.0f to %.0f) %9.0f %7.0f %6.0f", event.median,
                    event.least, event.most, spread_of(one.events).median,
                    spread_of(one.lost).median, spread_of(one.megabytes).median);
      }
      std::puts("");
    }
    std::printf(
        "  vedette's CPU per event is %.1f times that of reading alone (of the least "
        "of each: %.1f)\n",
        spread_of(all[pipeline].event_ns).median
            / spread_of(all[reader].event_ns).median,
        spread_of(all[pipeline].event_ns).least
            / spread_of(all[reader].event_ns).least);
  }

  options wanted_;
  std::string counts_;
  std::array<std::vector<std::string>, variants> words_;
};

} // namespace

int main(int argc, char** argv) {
  options wanted;
  CLI::App app{"What watching costs"};
  app.add_option("--rounds", wanted.rounds, "Of each")->check(CLI::PositiveNumber);
  app.add_option("--scale", wanted.scale, "Length of loads, per cent");
  app.add_option("--vedette", wanted.vedette, "The program");
  CLI11_PARSE(app, argc, argv);
  live_bench watchers{wanted};
  for (const auto& one : loads)
    watchers.measure(one);
}
