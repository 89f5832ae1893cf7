#pragma once

#include <chrono>
#include <limits>

namespace vedette {

/// When something happened on the host: ns since the epoch.
/// The same type as caf::timestamp, hence a message type without registration.
using time_ns = std::chrono::sys_time<std::chrono::nanoseconds>;

/// A watermark before everything, and one after everything.
inline constexpr time_ns beginning_of_time{std::chrono::nanoseconds{0}};
inline constexpr time_ns end_of_time{
    std::chrono::nanoseconds{std::numeric_limits<std::int64_t>::max()}};

} // namespace vedette
