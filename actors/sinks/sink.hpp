#pragma once

#include "actors/actors.hpp"
#include "actors/sinks/sink_format.hpp"
#include "actors/sinks/sink_state.hpp"

#include <caf/actor_system.hpp>

#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace vedette {

/// Where a sink's text goes. May block: a sink has a thread of its own.
class sink_output {
public:
  sink_output() = default;
  sink_output(const sink_output&) = delete;
  sink_output& operator=(const sink_output&) = delete;
  virtual ~sink_output() = default;

  /// Writes all of it. Errors: sink_failed, with the reason.
  virtual std::expected<void, error> write(std::string_view text) = 0;
};

/// "-" is stdout; else a file, which is made anew. Errors: sink_failed.
std::expected<std::unique_ptr<sink_output>, error> open_sink(const std::string& path);

struct sink_setup {
  std::string name; ///< Of the node: `sink out`.
  std::size_t streams = 1;
  sink_takes takes;
  sink_type type = sink_type::table;
  std::string host_name;
  std::unique_ptr<sink_output> to;
  supervisor_actor supervisor;
  bool own_thread = true; ///< False in tests that run actors one step at a time.
};

/// Starts a sink. When its output fails it says so to the supervisor, once, and drops (and
/// counts) what comes after.
sink_actor spawn_sink(caf::actor_system& system, sink_setup setup);

} // namespace vedette
