#pragma once

#include "datasources/containers/containers.hpp"
#include "datasources/containers/runtime_answer.hpp"
#include "datasources/history.hpp"

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

// What the state keeps of containers and their directories.
namespace vedette {

enum class enrichment_state : std::uint8_t { off, pending, resolved, failed };

/// What a container was like from a time on. The groups are those of history<>.
struct container_version {
  enum group : std::uint8_t { life = 1, names = 2, process = 4, birth = 8, all = 15 };

  time_ns since{};
  time_ns exact_until = end_of_time;
  std::uint8_t changed = 0;

  // life
  container_state state = container_state::created;
  time_ns removed_at = end_of_time;
  // names
  enrichment_state enrichment = enrichment_state::off;
  std::shared_ptr<const container_facts> facts; ///< Null: nobody has told anything.
  std::shared_ptr<const std::string> failure;   ///< Where it failed.
  // process
  std::uint32_t pid = 0;
  // birth
  time_ns ctime{};
  std::string_view runtime; ///< By the cgroup's path; static.

  mutable lent_record<container_info> answer; ///< Made when asked for.

  void take(const container_version& from, std::uint8_t groups) {
    if ((groups & life) != 0) {
      state = from.state;
      removed_at = from.removed_at;
    }
    if ((groups & names) != 0) {
      enrichment = from.enrichment;
      facts = from.facts;
      failure = from.failure;
    }
    if ((groups & process) != 0)
      pid = from.pid;
    if ((groups & birth) != 0) {
      ctime = from.ctime;
      runtime = from.runtime;
    }
  }
  void forget() { answer.reset(); }
};

/// A container, however many directories it has.
struct container {
  static constexpr auto none = static_cast<std::uint32_t>(-1);

  std::string id;
  std::uint64_t serial = 0; ///< Which one it was that became known.
  container_key key;        ///< Of the whole id.
  std::uint32_t next = none; ///< With the same beginning.
  history<container_version> versions;
  std::vector<std::uint32_t> directories;
  std::uint32_t own_live = 0; ///< Its own directories that are there, of all hierarchies.
  time_ns first_seen{}; ///< When it became visible.
  time_ns born{};       ///< When its present life was discovered.
  time_ns removed_at = end_of_time;
  time_ns left = end_of_time; ///< There is no room for it: only those who lag see it.
  time_ns tell_at{}; ///< At the latest.
  bool told = true;     ///< Of its present life, or there is nothing to tell.
  bool existed = false; ///< Found by a scan: it was there before.
  /// Of what replayed events say about it, so that the same is read once. Two, as only
  /// some events carry the names.
  std::array<std::uint64_t, 2> texts_seen{};

  [[nodiscard]] bool is_removed() const { return removed_at != end_of_time; }
};

/// A cgroup directory of a container.
struct cgroup_directory {
  /// Of an id that came with a replayed event: whichever hierarchy those are of.
  static constexpr auto of_events = static_cast<std::uint32_t>(-1);

  std::uint64_t id = 0;
  std::uint32_t hierarchy = 0; ///< 0: the v2 one.
  std::uint32_t owner = container::none;
  std::uint32_t next = container::none; ///< With the same id.
  bool is_own = false; ///< The container's own, not one below.
  time_ns since{};
  time_ns until = end_of_time;
  time_ns reused = end_of_time; ///< When another directory got the id.
  time_ns verified{}; ///< By a scan.
};

} // namespace vedette
