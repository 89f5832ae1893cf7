#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace vedette::bench {

/// What a host is made to do while it is watched.
enum class load_kind { opens, programs };

/// `processes` of them at once, each `rounds` times: opens and closes a file, or forks
/// a child that runs /bin/true, and waits for it. `per_second`: rounds of each process,
/// as even as a millisecond allows; 0: as fast as it can.
struct load {
  std::string_view name;
  load_kind kind;
  unsigned processes;
  std::uint64_t rounds;
  std::uint64_t per_second;
};

/// System calls (a life counts as one: fork, exec and exit) that a load makes.
std::uint64_t calls_of(const load& what);

/// Runs it on this CPU, to its end → CPU seconds of its processes, those that they
/// started included.
double run_load(const load& what, unsigned cpu);

} // namespace vedette::bench
