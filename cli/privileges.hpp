#pragma once

#include "runtime/errors.hpp"

#include <expected>

namespace vedette {

/// Gives up, for threads that are made later too, every capability but those that a
/// loaded run still needs: counters and scans through BPF, other processes' /proc,
/// output files and the runtimes' sockets. `starts_command`: what it executes may still
/// have all that root has. Otherwise that is gone, too.
std::expected<void, error> drop_privileges(bool starts_command);

} // namespace vedette
