#pragma once

#include "cli/simulate/stage.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

/// cli/simulate/ is `vedette simulate`: for each signature the act that it looks for,
/// done so that nobody is harmed. The acts are a table, in a file per family; how one
/// is done behind closed doors is the runner's concern; what they share to do it with
/// is the stage. Nothing here knows signatures: what an act must look like is in their
/// specification.
namespace vedette::simulation {

/// Where the process is that acts.
enum class place : std::uint8_t {
  host,
  container, ///< In a cgroup that is named like a container's.
};

struct act {
  std::string_view id;      ///< The signature's.
  std::string_view finding; ///< The name of its findings.
  std::string_view what;    ///< What is done, for people.
  place where;
  /// Does it, once, and nothing that another signature looks for. → whether it was
  /// done; if not, the stage knows why.
  bool (*perform)(stage& on);
  /// What one must know to see the finding, on any host; "": nothing.
  std::string_view note = {};
  /// Why it cannot be done without harm here; then there is no `perform`.
  std::string (*hindrance)() = nullptr;
};

std::span<const act> file_acts();
std::span<const act> kernel_acts();
std::span<const act> memory_acts();
std::span<const act> network_acts();
std::span<const act> process_acts();

/// All of them, in the order of signature_ids.
std::vector<act> all_acts();

} // namespace vedette::simulation
