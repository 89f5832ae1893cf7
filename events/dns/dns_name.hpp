#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

// Domain names have one canonical text here: ASCII letters in lower case (RFC 4343),
// labels parted by dots, no dot at the end, the root is "". Dots and backslashes within
// a label are `\.` and `\\`, what is not printable ASCII is `\DDD` (RFC 1035 5.1), so
// no label can pass for two.
namespace vedette {

/// RFC 1035 2.3.4; with the root's empty label.
inline constexpr std::size_t longest_label = 63, longest_name = 255;

/// Appends one label, and a dot before it unless it is the first of the name that
/// begins at `name_begin` of `out`.
void append_label(std::string& out, std::size_t name_begin,
                  std::span<const std::uint8_t> label);

/// Appends the canonical text of a name as people and JSON write it, in any case, with
/// or without a dot at its end, with or without escapes. False, and nothing is
/// appended: an empty label in it, or it is too long.
bool append_canonical_name(std::string& out, std::string_view name);

} // namespace vedette
