#pragma once

#include <cstdint>
#include <functional>

namespace vedette {

/// A cgroup directory: the kernel's 64-bit id of it. 0 is none.
enum class cgroup_id : std::uint64_t {};

/// A task over the whole boot, however often its tid is used again. At most 53 bits, so
/// that every JSON reader keeps it whole. 0 is unknown.
enum class entity_id : std::uint64_t {};

/// The id of the task with this host tid and start time (CLOCK_BOOTTIME, as the kernel
/// keeps it; in replayed JSON what the input has). Never 0 unless both are.
/// A hash: 53 bits make a merge of two of a million tasks a matter of 1 in 18 000.
constexpr entity_id entity_of(std::uint32_t host_tid, std::uint64_t start_ns) {
  if (host_tid == 0 && start_ns == 0)
    return {};
  // The finalizer of splitmix64 (Steele, Lea, Flood 2014): a bijection of 64 bits.
  auto mixed = start_ns ^ (std::uint64_t{host_tid} << 40U) ^ host_tid;
  mixed += 0x9E37'79B9'7F4A'7C15U;
  mixed = (mixed ^ (mixed >> 30U)) * 0xBF58'476D'1CE4'E5B9U;
  mixed = (mixed ^ (mixed >> 27U)) * 0x94D0'49BB'1331'11EBU;
  mixed ^= mixed >> 31U;
  const auto id = mixed >> 11U;
  return entity_id{id == 0 ? 1 : id};
}

} // namespace vedette
