#pragma once

#include <cstdint>
#include <string_view>

namespace vedette::bench {

/// What a host is made to do while it is watched.
enum class load_kind {
  opens,         ///< Opens and closes a file.
  programs,      ///< Starts /bin/true and waits for it; counts as one call.
  mixed,         ///< See mixed_calls.hpp.
  uninteresting, ///< A system call that no signature looks at.
};

/// `processes` of them at once, each with so many `threads`, each of these `rounds`
/// times. `per_second`: rounds of each thread, as even as a millisecond allows; 0: as
/// fast as it can.
struct load {
  std::string_view name;
  load_kind kind;
  unsigned processes;
  unsigned threads;
  std::uint64_t rounds;
  std::uint64_t per_second;
  bool pinned; ///< All on CPU 0; else where the kernel puts them.
};

/// System calls that a load makes.
std::uint64_t calls_of(const load& what);

/// Runs it to its end → CPU seconds of its processes, those that they started included.
double run_load(const load& what);

} // namespace vedette::bench
