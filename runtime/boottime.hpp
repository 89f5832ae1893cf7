#pragma once

#include <cstdint>
#include <ctime>

namespace vedette {

/// CLOCK_BOOTTIME, the clock of the kernel's records: ns since boot, with time asleep.
inline std::uint64_t boottime_ns() {
  constexpr std::uint64_t second = 1'000'000'000;
  timespec now{};
  clock_gettime(CLOCK_BOOTTIME, &now);
  return static_cast<std::uint64_t>(now.tv_sec) * second
         + static_cast<std::uint64_t>(now.tv_nsec);
}

} // namespace vedette
