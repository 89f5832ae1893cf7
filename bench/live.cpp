// What watching a host costs: the host, per system call, and the watcher, per event. In
// turns: nothing attached; bpftrace counting system calls; bench_read_rings, which
// attaches the same programs and reads the same records but does nothing with them;
// `vedette run` with its default signatures; the same with every event that it knows; of
// calls that nobody looks at, with few system calls that have tracepoints of their own; and,
// of many processes, with as many shards and workers as the largest hosts have. A
// pinned load has CPU 0; watchers run where the kernel puts them.
//
//     bench_live [--rounds N] [--scale PERCENT] [--only TEXT] [--vedette PATH]   as
//     root

#include "bench/support/load.hpp"
#include "bench/support/measure.hpp"
#include "bench/support/watcher.hpp"
#include "cli/options.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <map>
#include <string>
#include <unistd.h>
#include <vector>

using namespace vedette;
using namespace vedette::bench;

namespace {

struct options {
  unsigned rounds = 5;
  unsigned scale = 100; ///< Per cent of each load's length.
  std::string only;     ///< In the names of the loads that are run.
  std::string vedette;
};

constexpr auto mixed_flood = "mixed, flood, pinned";
constexpr auto open_flood = "open and close, flood, pinned";
constexpr auto uninteresting_flood = "getppid, flood, pinned";

constexpr auto many_processes = "mixed, 16 x 12 000/s";

constexpr std::array<load, 11> loads{{
    {mixed_flood, load_kind::mixed, 2, 1, 40'000, 0, true},
    {"mixed, flood", load_kind::mixed, 2, 1, 40'000, 0, false},
    {"mixed, 16 threads, pinned", load_kind::mixed, 1, 16, 5'000, 0, true},
    {"mixed, 16 threads", load_kind::mixed, 1, 16, 5'000, 0, false},
    {"mixed, 12 000/s, pinned", load_kind::mixed, 1, 1, 1'500, 1'000, true},
    {"mixed, 12 000/s", load_kind::mixed, 1, 1, 1'500, 1'000, false},
    {many_processes, load_kind::mixed, 16, 1, 1'500, 1'000, false},
    {uninteresting_flood, load_kind::uninteresting, 2, 1, 1'000'000, 0, true},
    {open_flood, load_kind::opens, 2, 1, 200'000, 0, true},
    {"/bin/true, flood, pinned", load_kind::programs, 2, 1, 1'000, 0, true},
    {"/bin/true, 100/s, pinned", load_kind::programs, 1, 1, 200, 100, true},
}};

enum variant : std::size_t {
  nothing,
  bpftrace,
  reader,
  pipeline,
  everything,
  few_calls,
  many_shards,
  variants
};
using load_figures = std::array<watched_load, variants>;

class live_bench {
public:
  explicit live_bench(options wanted)
      : wanted_{std::move(wanted)}, counts_{std::filesystem::temp_directory_path()
                                            / ("vedette_bench_live."
                                               + std::to_string(getpid()))} {
    const auto what = make_plan({}, run_mode::live);
    if (!what)
      give_up(what.error().front().detail);
    const auto here = std::filesystem::read_symlink("/proc/self/exe").parent_path();
    const auto vedette = vedette_path(wanted_.vedette);
    const auto shards = std::to_string(what->graph.shards);
    const auto ring = what->settings.ring_bytes();
    watchers_ = {{
        {"nothing attached", {}, "", ""},
        counting_bpftrace(),
        {"rings read only",
         {here / "bench_read_rings", counts_, shards, std::to_string(ring)},
         "watching ",
         counts_},
        {"vedette run", {vedette, "run", "--summary", counts_}, "watching ", counts_},
        {"vedette run, all events",
         {vedette, "run", "--summary", counts_, "--set", "collectors.host.events=all"},
         "watching ",
         counts_},
        {"vedette run, few calls",
         with_tracefs({vedette, "run", "--summary", counts_, "--events", "ptrace,kill",
                       "--set", "signatures.enable=none", "--set",
                       "collectors.host.compat_calls=waive"}),
         "watching ", counts_},
        {"vedette run, 16 shards",
         {vedette, "run", "--summary", counts_, "--set", "pipeline.shards=16", "--set",
          "scheduler.threads=16"},
         "watching ",
         counts_},
    }};
    std::printf("live: %s shards, rings of %zu KiB; %u rounds;", shards.c_str(),
                ring / 1024, wanted_.rounds);
    for (const auto kind : kinds_of(what->graph.collected)) {
      const auto& event = definition_of(kind);
      if (event.made_by == event_class::internal)
        continue;
      watchers_[reader].words.emplace_back(event.name);
      std::printf(" %s", watchers_[reader].words.back().c_str());
    }
    std::puts(has_bpftrace_ ? "" : "; bpftrace is not installed, and left out");
  }
  live_bench(const live_bench&) = delete;
  live_bench& operator=(const live_bench&) = delete;
  ~live_bench() { std::filesystem::remove(counts_); }

  void measure(const load& of) {
    if (of.name.find(wanted_.only) == std::string_view::npos)
      return;
    auto shorter = of;
    shorter.rounds = std::max<std::uint64_t>(of.rounds * wanted_.scale / 100, 1);
    auto& all = measured_[of.name];
    for (unsigned round = 0; round < wanted_.rounds; ++round)
      for (std::size_t which = 0; which < variants; ++which)
        if (is_measured(which, of))
          watch_load(watchers_[which], shorter, all[which]);
    print(shorter, all);
  }

  void print_targets() {
    std::puts("");
    compare_with_bpftrace();
    judge_uninteresting_calls();
    judge_watcher();
  }

private:
  [[nodiscard]] bool is_measured(std::size_t which, const load& of) const {
    if (which == few_calls)
      return of.kind == load_kind::uninteresting;
    if (which == many_shards)
      return of.name == many_processes;
    return which != bpftrace || has_bpftrace_;
  }

  void print(const load& what, const load_figures& all) const {
    const auto base = spread_of(all[nothing].load_ns).median;
    const char* per =
        what.kind == load_kind::programs ? "ns a process" : "ns a system call";
    std::printf("\n  %-26s %31s %30s %9s %8s %6s\n", std::string{what.name}.c_str(),
                (std::string{"load's CPU, "} + per).c_str(),
                "watcher's CPU, ns an event", "events", "lost", "RSS MB");
    for (std::size_t which = 0; which < variants; ++which) {
      const auto& one = all[which];
      if (one.load_ns.empty())
        continue;
      const auto load_ns = spread_of(one.load_ns);
      std::printf("  %-24s %9.0f (%.0f to %.0f) x%.2f",
                  std::string{watchers_[which].name}.c_str(), load_ns.median,
                  load_ns.least, load_ns.most, load_ns.median / base);
      if (!one.event_ns.empty()) {
        const auto event = spread_of(one.event_ns);
        std::printf("  %8.0f (%.0f to %.0f) %9.0f %8.0f", event.median, event.least,
                    event.most, spread_of(one.delivered).median,
                    spread_of(one.lost).median);
      }
      if (!one.megabytes.empty())
        std::printf(" %6.0f", spread_of(one.megabytes).most);
      std::puts("");
    }
  }

  static void judge(const char* what, const spread& of, double most, const char* unit) {
    std::printf("  %-62s %6.0f %s (%.0f to %.0f), target: at most %.0f: %s\n", what,
                of.median, unit, of.least, of.most, most,
                of.median <= most ? "ok" : "missed");
  }

  [[nodiscard]] const load_figures* figures_of(std::string_view load) const {
    const auto found = measured_.find(load);
    return found == measured_.end() ? nullptr : &found->second;
  }

  void compare_with_bpftrace() const {
    constexpr double most_ns = 60;
    if (const auto* all = figures_of(mixed_flood); all != nullptr && has_bpftrace_)
      judge("a mixed call: default signatures over bpftrace's count",
            spread_of_differences((*all)[pipeline].load_ns, (*all)[bpftrace].load_ns),
            most_ns, "ns");
  }

  void judge_uninteresting_calls() const {
    constexpr double most_call_ns = 110, most_record_ns = 600;
    const auto* calls = figures_of(uninteresting_flood);
    if (calls == nullptr)
      return;
    const auto hook =
        spread_of_differences((*calls)[pipeline].load_ns, (*calls)[nothing].load_ns);
    judge("an uninteresting call: default signatures over nothing", hook, most_call_ns,
          "ns");
    constexpr double most_few_ns = 60;
    judge("an uninteresting call: few calls by their own tracepoints",
          spread_of_differences((*calls)[few_calls].load_ns, (*calls)[nothing].load_ns),
          most_few_ns, "ns");
    const auto* opens = figures_of(open_flood);
    if (opens == nullptr)
      return;
    // Two calls a round, both hooked, one recorded (and by the reader alone, as no default
    // signature wants it).
    const auto hooked =
        spread_of_differences((*calls)[reader].load_ns, (*calls)[nothing].load_ns);
    auto record =
        spread_of_differences((*opens)[reader].load_ns, (*opens)[nothing].load_ns);
    for (auto* part : {&record.least, &record.median, &record.most})
      *part = 2 * (*part - hooked.median);
    judge("an open's record, in the kernel", record, most_record_ns, "ns");
  }

  void judge_watcher() const {
    constexpr double most_event_ns = 300, most_megabytes = 48;
    for (const auto& load : loads) {
      const auto* all = figures_of(load.name);
      if (all == nullptr || load.per_second != 0)
        continue;
      const auto name = std::string{load.name} + ": ";
      for (const auto which : {pipeline, everything}) {
        const auto& one = (*all)[which];
        const auto of = name + std::string{watchers_[which].name};
        // Where few are delivered this is the price of waking up, divided by them.
        if (load.kind != load_kind::uninteresting || which == everything)
          judge((of + ", an event").c_str(), spread_of(one.event_ns), most_event_ns,
                "ns");
        judge((of + ", lost").c_str(), spread_of(one.lost), 0, "");
        judge((of + ", RSS").c_str(), spread_of(one.megabytes), most_megabytes, "MB");
      }
    }
  }

  options wanted_;
  bool has_bpftrace_ = std::filesystem::exists("/usr/bin/bpftrace");
  std::string counts_;
  std::array<watcher, variants> watchers_;
  std::map<std::string_view, load_figures> measured_;
};

} // namespace

int main(int argc, char** argv) {
  options wanted;
  CLI::App app{"What watching costs"};
  app.add_option("--rounds", wanted.rounds, "Of each")->check(CLI::PositiveNumber);
  app.add_option("--scale", wanted.scale, "Length of loads, per cent");
  app.add_option("--only", wanted.only, "Loads with this in their names");
  app.add_option("--vedette", wanted.vedette, "The program");
  CLI11_PARSE(app, argc, argv);
  std::setvbuf(stdout, nullptr, _IOLBF, BUFSIZ); // It takes minutes.
  live_bench watchers{wanted};
  for (const auto& one : loads)
    watchers.measure(one);
  watchers.print_targets();
}
