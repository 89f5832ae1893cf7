#pragma once

#include "bench/support/load.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace vedette::bench {

/// Something that watches this host while a load runs; or nothing does.
struct watcher {
  std::string_view name;
  std::vector<std::string> words; ///< How it is started; none: nothing watches.
  std::string_view ready;         ///< It says so on stderr.
  std::string counts; ///< The file that it leaves, JSON: events_delivered, events_lost;
                      ///< "": none.
};

/// Of the rounds of one load with one watcher.
struct watched_load {
  std::vector<double> load_ns;  ///< The load's CPU time per call.
  std::vector<double> event_ns; ///< The watcher's per event that it was given.
  std::vector<double> delivered, lost;
  std::vector<double> megabytes; ///< Resident, without rings, after the load.
};

/// Starts the watcher, runs the load once, ends the watcher, adds what that has cost.
void watch_load(const watcher& with, const load& what, watched_load& into);

/// A program that gets tracefs, in a mount namespace of its own.
std::vector<std::string> with_tracefs(const std::vector<std::string>& words);

/// bpftrace, counting all system calls by number.
watcher counting_bpftrace();

} // namespace vedette::bench
