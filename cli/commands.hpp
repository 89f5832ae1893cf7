#pragma once

#include "cli/options.hpp"

#include <string>

/// The subcommands. Each returns the exit code: 0 done; 1 the input, the kernel or a sink
/// failed; 2 wrong usage or configuration.
namespace vedette {

inline constexpr int exit_done = 0;
inline constexpr int exit_failed = 1;
inline constexpr int exit_usage = 2;

/// Watches this host until a signal, `--for`, or the command's end.
int run_live(const run_options& options);

/// The same over recorded events.
int run_replay(const run_options& options);

struct get_options {
  run_options replay;
  std::string source; ///< `tracee/process_tree`
  std::string key;    ///< JSON if it begins with `{`, else a string.
  std::string at;     ///< ns since the epoch; empty: now.
  bool watch = false; ///< All that changes during the replay, of a key or of all.
  std::string keys;   ///< File of questions, a JSON object per line; `-`: stdin.
};

/// Asks a data source what it knows after a replay.
int run_get(const get_options& options);

struct simulate_options {
  std::vector<std::string> ids; ///< Of signatures; `all`.
  bool json = false;
};

/// Does what these signatures look for, harmlessly; says of each whether it was done.
int simulate(const simulate_options& options);

int list_signatures(bool json);
int list_events(bool json);
int list_data_sources(bool json);

int check_config(const run_options& options);
int show_config(const run_options& options);

/// `text`, `mermaid` or `dot`.
int draw_topology(const run_options& options, const std::string& format, bool replay);

int print_version();

/// Errors, a line each, to stderr. → exit_usage.
int complain(const std::vector<error>& errors);

} // namespace vedette
