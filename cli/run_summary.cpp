#include "cli/run_summary.hpp"

#include "events/definitions.hpp"

#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <iterator>
#include <map>

namespace vedette {

namespace {

using event_balances = std::map<std::string, event_balance>;

/// Of all shards.
event_balances sum_of(const std::vector<stage_status>& collectors) {
  event_balances sums;
  for (const auto& collector : collectors)
    for (const auto& [name, counted] : collector.events) {
      auto& sum = sums[name];
      sum.seen += counted.seen;
      sum.filtered += counted.filtered;
      sum.lost += counted.lost;
      sum.delivered += counted.delivered;
    }
  return sums;
}

bool is_live(const run_summary& summary) {
  return std::ranges::any_of(summary.collectors,
                             [](const auto& one) { return !one.events.empty(); });
}

struct totals {
  std::uint64_t in = 0, delivered = 0, skipped = 0, lost = 0, late = 0, findings = 0;
};

totals totals_of(const run_summary& summary) {
  totals result;
  for (const auto& collector : summary.collectors) {
    result.skipped += collector.skipped;
    result.late += collector.late;
    if (collector.events.empty()) {
      result.in += collector.balance.in;
      result.delivered += collector.balance.out;
    }
  }
  for (const auto& [name, counted] : sum_of(summary.collectors)) {
    const auto kind = find_event(name);
    if (kind && definition_of(*kind).made_by == event_class::internal)
      continue; // For data sources and enrichers only.
    result.in += counted.seen;
    result.delivered += counted.delivered;
    result.lost += counted.lost;
  }
  // A finding is one, however many sinks it goes to.
  for (const auto& stage : summary.stages)
    if (!stage.signatures.empty())
      result.findings += stage.findings;
  return result;
}

double seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

double seconds(std::chrono::nanoseconds time) {
  return std::chrono::duration<double>{time}.count();
}

value to_value(const event_balance& counted) {
  return value::object{{"seen", counted.seen},
                       {"filtered", counted.filtered},
                       {"lost", counted.lost},
                       {"delivered", counted.delivered},
                       {"balanced", counted.adds_up()}};
}

value to_value(const stage_status& stage) {
  value::object result{{"in", stage.balance.in},
                       {"made", stage.balance.made},
                       {"out", stage.balance.out},
                       {"filtered", stage.balance.filtered},
                       {"dropped", stage.balance.dropped},
                       {"balanced", stage.balance.adds_up()}};
  if (stage.findings > 0)
    result.emplace_back("findings", stage.findings);
  if (stage.suppressed > 0)
    result.emplace_back("suppressed", stage.suppressed);
  if (!stage.signatures.empty())
    result.emplace_back("signatures", stage.signatures);
  if (!stage.events.empty()) {
    value::object events;
    for (const auto& [name, counted] : stage.events)
      events.emplace_back(name, to_value(counted));
    result.emplace_back("events", std::move(events));
  }
  return result;
}

std::string_view to_string(health is) {
  switch (is) {
  case health::healthy:
    return "healthy";
  case health::degraded:
    return "degraded";
  case health::failed:
    return "failed";
  }
  return "unknown";
}

value to_value(const source_status& source) {
  const auto& counted = source.metrics;
  value::object shown{{"health", to_string(source.is)},
                       {"reason", source.reason},
                       {"items", counted.items},
                       {"bytes", counted.bytes},
                       {"hits", counted.hits},
                       {"misses", counted.misses},
                       {"expired", counted.expired},
                       {"evicted", counted.evicted},
                       {"writes", counted.writes},
                       {"waited", counted.waited},
                       {"nudges", counted.nudges},
                       {"incomplete", counted.incomplete},
                       {"pending", counted.pending},
                       {"feed_lag_ns", counted.feed_lag.count()},
                       {"watchers", counted.watchers},
                       {"changes_told", counted.changes_told},
                       {"changes_dropped", counted.changes_dropped}};
  shown.insert(shown.end(), source.details.begin(), source.details.end());
  return shown;
}

} // namespace

bool run_summary::adds_up() const {
  const auto stage_adds_up = [](const stage_status& one) {
    return one.balance.adds_up()
           && std::ranges::all_of(one.events, [](const auto& counted) {
                return counted.second.adds_up();
              });
  };
  return skipped_runs == 0 && std::ranges::all_of(collectors, stage_adds_up)
         && std::ranges::all_of(stages, stage_adds_up);
}

value to_value(const run_summary& summary) {
  const auto total = totals_of(summary);
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  constexpr std::uint64_t kilo = 1024; // ru_maxrss is in KiB, getrusage(2).
  value::object events, stages, sources;
  for (const auto& [name, counted] : sum_of(summary.collectors))
    events.emplace_back(name, to_value(counted));
  for (const auto* const part : {&summary.collectors, &summary.stages})
    for (const auto& stage : *part)
      stages.emplace_back(stage.name, to_value(stage));
  for (const auto& [path, status] : summary.sources)
    sources.emplace_back(path, to_value(status));
  return value::object{
      {"events_in", total.in},
      {"events_delivered", total.delivered},
      {"events_skipped", total.skipped},
      {"events_lost", total.lost},
      {"events_late", total.late},
      {"findings", total.findings},
      {"wall_s", seconds(summary.wall)},
      {"cpu_s", seconds(used.ru_utime) + seconds(used.ru_stime)},
      {"max_rss_bytes", static_cast<std::uint64_t>(used.ru_maxrss) * kilo},
      {"balanced", summary.adds_up()},
      {"events", std::move(events)},
      {"stages", std::move(stages)},
      {"data_sources", std::move(sources)}};
}

std::string to_table(const run_summary& summary) {
  std::string out;
  const auto to = std::back_inserter(out);
  if (is_live(summary)) {
    fmt::format_to(to, "{:<22}{:>12}{:>12}{:>12}{:>12}\n", "event", "seen", "filtered",
                   "lost", "delivered");
    for (const auto& [name, counted] : sum_of(summary.collectors))
      fmt::format_to(to, "{:<22}{:>12}{:>12}{:>12}{:>12}{}\n", name, counted.seen,
                     counted.filtered, counted.lost, counted.delivered,
                     counted.adds_up() ? "" : "  does not add up");
    out += '\n';
  }
  fmt::format_to(to, "{:<22}{:>12}{:>12}{:>12}{:>12}{:>12}\n", "stage", "in", "made", "out",
                 "filtered", "dropped");
  for (const auto* const part : {&summary.collectors, &summary.stages})
    for (const auto& stage : *part)
      fmt::format_to(to, "{:<22}{:>12}{:>12}{:>12}{:>12}{:>12}{}\n", stage.name,
                     stage.balance.in, stage.balance.made, stage.balance.out,
                     stage.balance.filtered, stage.balance.dropped,
                     stage.balance.adds_up() ? "" : "  does not add up");
  const auto total = totals_of(summary);
  fmt::format_to(to, "\n{} events, {} skipped, {} lost, {} findings in {:.1f} s{}\n",
                 total.in, total.skipped, total.lost, total.findings,
                 seconds(summary.wall),
                 summary.adds_up() ? "; every event is accounted for"
                                   : "; THE BALANCE DOES NOT ADD UP: please report it");
  return out;
}

std::expected<void, error> write_summary(const std::string& path,
                                         const run_summary& summary) {
  std::ofstream file{path};
  file << to_json(to_value(summary)) << '\n';
  file.flush();
  if (!file)
    return std::unexpected{system_error("cannot write the summary to " + path, errno)};
  return {};
}

} // namespace vedette
