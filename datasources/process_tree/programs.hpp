#pragma once

#include "datasources/process_tree/versions.hpp"
#include "events/batch.hpp"

#include <array>
#include <cstddef>
#include <string_view>

namespace vedette {

/// Makes one program of equal ones: most of what a host runs, it runs again and again.
/// Bounded: remembers the latest for each of a few hundred hashes.
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
  program& clean();
  shared_program unique();

  program made_; ///< Being put together: what it needs is kept.

  std::array<shared_program, 512> programs_;
  std::array<shared_text, 256> texts_;
};

} // namespace vedette
