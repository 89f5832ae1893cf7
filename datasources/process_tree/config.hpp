#pragma once

#include "runtime/errors.hpp"

#include <chrono>
#include <cstddef>
#include <expected>

namespace vedette {

struct process_tree_config {
  std::size_t processes = 16384; ///< Kept at most, at least 1. The dead go first.
  std::size_t threads = 32768;   ///< The same; a process's first one counts.
  /// How long one that ended is answerable, in the events' time; not negative.
  std::chrono::nanoseconds keep_exited = std::chrono::minutes{5};

  /// Errors: invalid_config, naming the value.
  [[nodiscard]] std::expected<void, error> validate() const;
};

} // namespace vedette
