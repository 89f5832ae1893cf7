#pragma once

#include "actors/actors.hpp"
#include "events/value.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace vedette {

/// What a run says at its end, for people and for `--summary`.
struct run_summary {
  std::vector<stage_status> collectors; ///< Or the reader.
  std::vector<stage_status> stages;     ///< Enrichers, runners, sinks.
  std::vector<std::pair<std::string, source_status>> sources; ///< By path.
  std::chrono::nanoseconds wall{0};
  std::uint64_t skipped_runs = 0; ///< Of kernel programs: they interrupted themselves.

  /// Promise 5: every event is accounted for.
  [[nodiscard]] bool adds_up() const;
};

/// The JSON of `--summary`: events_in, events_delivered, events_skipped, events_lost,
/// findings, wall_s, cpu_s, max_rss_bytes, balanced, and per event type, per stage and per
/// data source what they counted.
value to_value(const run_summary& summary);

/// The balance as a table for stderr.
std::string to_table(const run_summary& summary);

/// Errors: system.
std::expected<void, error> write_summary(const std::string& path,
                                         const run_summary& summary);

} // namespace vedette
