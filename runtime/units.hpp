#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

// Numbers as users write them.
namespace vedette {

/// Decimal digits and nothing else.
std::optional<std::uint64_t> parse_count(std::string_view text);

/// `32MiB`, `64KiB`, `1GiB`, `4096`: whole numbers of powers of 1024.
std::optional<std::uint64_t> parse_size(std::string_view text);
std::string format_size(std::uint64_t bytes); ///< In the largest unit that divides it.

/// `100us`, `1ms`, `30s`, `5m`, `2h`, `7d`, also `ns`; 0 needs no unit.
std::optional<std::chrono::nanoseconds> parse_duration(std::string_view text);
std::string format_duration(std::chrono::nanoseconds duration);

} // namespace vedette
