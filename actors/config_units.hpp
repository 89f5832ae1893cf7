#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vedette {

/// `32MiB`, `64KiB`, `1GiB`, `4096`: whole numbers of powers of 1024.
std::optional<std::uint64_t> parse_size(std::string_view text);
std::string format_size(std::uint64_t bytes); ///< In the largest unit that divides it.

/// `100us`, `1ms`, `30s`, `5m`, `2h`, `7d`, also `ns`; 0 needs no unit.
std::optional<std::chrono::nanoseconds> parse_duration(std::string_view text);
std::string format_duration(std::chrono::nanoseconds duration);

/// Text of a user's in quotes, for a message: one line, not too long, nothing that a
/// terminal acts upon.
std::string in_quotes(std::string_view text);
std::string on_one_line(std::string_view text, std::size_t most);

/// Decimal digits and nothing else.
std::optional<std::uint64_t> parse_count(std::string_view text);

/// What the user may have meant: the candidate with the fewest wrong, missing, swapped
/// or superfluous letters, if these are few compared with the word.
std::optional<std::string_view>
nearest(std::string_view word, const std::vector<std::string_view>& candidates);

} // namespace vedette
