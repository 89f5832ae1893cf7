#pragma once

#include "datasources/process_tree/versions.hpp"
#include "events/batch.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace vedette {

/// Makes one program of equal ones: most of what a host runs, it runs again and again.
/// Bounded: remembers one for each of a few hundred hashes, and none that came only once,
/// so that arguments which are new each time push nothing out.
class programs {
public:
  /// Of an exec.
  shared_program of_exec(event_view event);
  /// Of a task_begin: less is known.
  shared_program of_begin(event_view event);
  /// One whose path is all that is known.
  shared_program of_path(std::string_view path);

  /// A directory or container id.
  shared_text text(std::string_view text);

private:
  shared_program unique(const program_facts& facts);

  struct known_program {
    std::uint64_t hash = 0;   ///< Of `it`.
    std::uint64_t missed = 0; ///< Of what came last and is not `it`.
    shared_program it;
  };

  std::array<known_program, 512> programs_;
  std::array<shared_text, 256> texts_;
};

} // namespace vedette
