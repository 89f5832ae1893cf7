#pragma once

#include "actors/configuration/config.hpp"
#include "actors/runner/source_set.hpp"
#include "datasources/registry.hpp"
#include "datasources/source_shell.hpp"

#include <caf/actor_system.hpp>

#include <chrono>
#include <expected>
#include <functional>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace vedette {

/// A data source that runs, for those who feed it and those who ask it.
struct started_source {
  any_source_actor actor;
  registered_source entry;

  [[nodiscard]] source_registry::entry registration() const {
    return {entry.identity, actor, source_provenance::builtin};
  }
};

/// What a data source is started with.
struct source_start {
  shell_config shell;
  const config& settings;
  /// From CLOCK_BOOTTIME to the epoch; none: it is a replay, nobody outside is asked.
  std::optional<std::chrono::nanoseconds> clock_offset;
  /// Is given what comes to the source from outside; may be empty.
  std::function<void(const flow&)> record = {};
};

/// A data source that comes with Vedette: all that the rest of the program knows of it.
struct builtin_source {
  std::string_view id; ///< In namespace `tracee`; its key below `data_sources`.
  const source_description& (*describe)();
  bool (*is_on)(const config& settings);
  /// Events that it learns from and that somebody must collect for it.
  std::vector<event_kind> (*learns_from)();
  /// All that it learns from, also what only a replay has.
  bool (*is_fed)(event_view event);
  /// Events that it makes of those, live, and tells the first shard.
  std::vector<event_kind> (*makes)();
  /// Errors: what it refuses in its configuration.
  std::expected<started_source, error> (*start)(caf::actor_system& system,
                                                const source_start& how);
};

/// In the order in which they are listed.
std::span<const builtin_source> builtin_sources();

/// Null: there is none of this id.
const builtin_source* find_builtin_source(std::string_view id);

} // namespace vedette
