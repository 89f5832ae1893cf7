#pragma once

#include <charconv>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

/// JSON's scalars as text. Everything that writes JSON appends to a std::string: one
/// that is used again costs no allocation.
namespace vedette {

/// Appends `text` in quotes, escaped. Bytes that are not UTF-8 become U+FFFD, one for
/// each; the result tells whether there were none, hence whether a reader gets `text`
/// back.
bool append_json_string(std::string& out, std::string_view text);

/// 1 to 20 characters.
template <std::integral Integer>
void append_json_integer(std::string& out, Integer number) {
  char digits[24];
  const auto end = std::to_chars(digits, digits + sizeof(digits), number).ptr;
  out.append(digits, static_cast<std::size_t>(end - digits));
}

/// The shortest text that reads as the same number, with a point or an exponent: a
/// float stays one. `null` for what JSON has no text for (infinities, NaN).
void append_json_double(std::string& out, double number);

namespace detail {

/// Room for one step of encode(), whatever it reads.
inline constexpr std::size_t encoded_step = 6 * sizeof(std::uint64_t);

/// Escapes from `from` until `end`, or until less than encoded_step is left before
/// `limit`. Moves `from` and `to`; false if some byte was not UTF-8.
bool encode(const char*& from, const char* end, char*& to, const char* limit);

} // namespace detail

} // namespace vedette
