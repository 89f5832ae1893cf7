#pragma once

#include "actors/configuration/config.hpp"
#include "actors/topology.hpp"

#include <chrono>
#include <expected>
#include <optional>
#include <map>
#include <string>
#include <vector>

/// cli/ is `vedette`: a file per subcommand, what they share in files of its own. Nothing
/// here knows how events are read, kept or judged.
namespace vedette {

/// What `run`, `replay`, `get`, `topology` and `config` share on the command line.
struct run_options {
  std::string config; ///< File; empty: the default one.
  std::vector<std::string> sets;
  std::string signatures; ///< `all`, `none`, `ID,ID`; empty: as configured.
  std::vector<std::string> events; ///< To be printed: `NAME,NAME`, `NAME.FIELD=VALUE`.
  std::string output;     ///< `table` or `json`; empty: as configured.
  std::string duration;   ///< `--for`: `10s`; empty: without end.
  std::string summary;    ///< File; empty: none.
  std::string record;     ///< File for a capture; empty: none.
  bool strict = false;
  std::vector<std::string> words; ///< Command, or files.
};

/// The signatures of this binary, as configurations see them.
std::vector<known_signature>
known_signatures(const std::map<std::string, value>& params = {});

/// A configuration and what follows from it.
struct plan {
  config settings;
  topology graph;
};

/// Reads the configuration, puts the command line over it, and checks the whole.
/// Errors: each a line.
std::expected<plan, std::vector<error>> make_plan(const run_options& options,
                                                  run_mode mode);

/// `10s`, `1m`, `500ms`. Errors: invalid_config.
std::expected<std::optional<std::chrono::nanoseconds>, error>
duration_of(const run_options& options);

} // namespace vedette
