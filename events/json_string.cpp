#include "events/json_string.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <utility>

namespace vedette {

namespace {

constexpr std::uint64_t ones = 0x0101'0101'0101'0101;
constexpr std::uint64_t tops = 0x8080'8080'8080'8080;

/// The top bit of every byte that is 0; bytes after the first such one may be wrong.
constexpr std::uint64_t zero_bytes(std::uint64_t word) {
  return (word - ones) & ~word & tops;
}

/// How many of the 8 bytes, from the first on, stand for themselves in a JSON string:
/// printable ASCII but `"` and `\`.
unsigned plain_bytes(const char* from) {
  std::uint64_t word = 0;
  std::memcpy(&word, from, sizeof(word));
  if constexpr (std::endian::native == std::endian::big)
    word = __builtin_bswap64(word);
  const auto control = (word - ones * 0x20) & ~word & tops;
  const auto special = (word & tops) | control | zero_bytes(word ^ (ones * '"'))
                       | zero_bytes(word ^ (ones * '\\'));
  return static_cast<unsigned>(std::countr_zero(special)) / 8;
}

/// Length of the UTF-8 sequence at `from`, 0 if it is none (RFC 3629: shortest form
/// only, no surrogates, nothing above U+10FFFF).
std::size_t sequence_length(const char* from, const char* end) {
  const auto at = [from](std::size_t i) { return static_cast<unsigned char>(from[i]); };
  const auto follows = [&](std::size_t i) { return (at(i) & 0xC0U) == 0x80; };
  const auto left = static_cast<std::size_t>(end - from);
  const auto lead = at(0);
  if (lead >= 0xC2 && lead <= 0xDF)
    return left >= 2 && follows(1) ? 2 : 0;
  if (lead >= 0xE0 && lead <= 0xEF) {
    if (left < 3 || !follows(1) || !follows(2))
      return 0;
    const auto overlong = lead == 0xE0 && at(1) < 0xA0;
    const auto surrogate = lead == 0xED && at(1) >= 0xA0;
    return overlong || surrogate ? 0 : 3;
  }
  if (lead >= 0xF0 && lead <= 0xF4) {
    if (left < 4 || !follows(1) || !follows(2) || !follows(3))
      return 0;
    const auto overlong = lead == 0xF0 && at(1) < 0x90;
    const auto beyond = lead == 0xF4 && at(1) >= 0x90;
    return overlong || beyond ? 0 : 4;
  }
  return 0;
}

char* put(char* to, std::string_view text) {
  std::memcpy(to, text.data(), text.size());
  return to + text.size();
}

char* put_escaped(char* to, unsigned char byte) {
  constexpr std::string_view digits = "0123456789abcdef";
  switch (byte) {
  case '"':
    return put(to, "\\\"");
  case '\\':
    return put(to, "\\\\");
  case '\n':
    return put(to, "\\n");
  case '\r':
    return put(to, "\\r");
  case '\t':
    return put(to, "\\t");
  default:
    to = put(to, "\\u00");
    *to++ = digits[byte >> 4U];
    *to++ = digits[byte & 0xFU];
    return to;
  }
}

/// One character of any kind. False if it was not UTF-8.
bool encode_one(const char*& from, const char* end, char*& to) {
  const auto byte = static_cast<unsigned char>(*from);
  if (byte < 0x80) {
    if (byte < 0x20 || byte == '"' || byte == '\\')
      to = put_escaped(to, byte);
    else
      *to++ = *from;
    ++from;
    return true;
  }
  if (const auto length = sequence_length(from, end); length > 0) {
    to = put(to, {from, length});
    from += length;
    return true;
  }
  to = put(to, "\xEF\xBF\xBD");
  ++from;
  return false;
}

} // namespace

bool detail::encode(const char*& from, const char* end, char*& to, const char* limit) {
  auto whole = true;
  while (limit - to >= static_cast<std::ptrdiff_t>(encoded_step) && from != end) {
    if (end - from < static_cast<std::ptrdiff_t>(sizeof(std::uint64_t))) {
      whole &= encode_one(from, end, to);
      continue;
    }
    // Copies 8 whatever they are: what is not plain is written over.
    std::memcpy(to, from, sizeof(std::uint64_t));
    const auto plain = plain_bytes(from);
    from += plain;
    to += plain;
    if (plain < sizeof(std::uint64_t))
      whole &= encode_one(from, end, to);
  }
  return whole;
}

bool append_json_string(std::string& out, std::string_view text) {
  const char* from = text.data();
  const auto* const end = from + text.size();
  auto whole = true;
  auto quote = true;
  do {
    // Room for the worst case of a part, so that a long text does not ask for six times
    // its length.
    const auto part = std::min<std::size_t>(static_cast<std::size_t>(end - from), 4096);
    const auto before = out.size();
    out.resize_and_overwrite(before + 6 * part + detail::encoded_step + 2,
                             [&](char* data, std::size_t size) {
                               auto* to = data + before;
                               if (std::exchange(quote, false))
                                 *to++ = '"';
                               whole &= detail::encode(from, end, to, data + size - 1);
                               if (from == end)
                                 *to++ = '"';
                               return static_cast<std::size_t>(to - data);
                             });
  } while (from != end);
  return whole;
}

void append_json_double(std::string& out, double number) {
  if (!std::isfinite(number)) {
    out += "null";
    return;
  }
  char digits[32];
  const auto end = std::to_chars(digits, digits + sizeof(digits), number).ptr;
  const std::string_view text{digits, static_cast<std::size_t>(end - digits)};
  out += text;
  if (text.find_first_of(".e") == std::string_view::npos)
    out += ".0";
}

} // namespace vedette
