#include "events/base64.hpp"

#include <array>
#include <cstdint>

namespace vedette {

namespace {

constexpr std::string_view digits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

constexpr std::uint8_t no_digit = 0xFF;

constexpr auto digit_values = [] {
  std::array<std::uint8_t, 256> values{};
  values.fill(no_digit);
  for (std::size_t i = 0; i < digits.size(); ++i)
    values[static_cast<unsigned char>(digits[i])] = static_cast<std::uint8_t>(i);
  return values;
}();

/// The first `count` of the three bytes at the low end of `group`.
void append_bytes(std::string& out, std::uint32_t group, std::size_t count) {
  const char bytes[]{static_cast<char>(group >> 16U), static_cast<char>(group >> 8U),
                     static_cast<char>(group)};
  out.append(bytes, count);
}

} // namespace

void append_base64(std::string& out, std::string_view bytes) {
  out.reserve(out.size() + (bytes.size() + 2) / 3 * 4);
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    const auto part = bytes.substr(at, 3);
    std::uint32_t group = 0;
    for (std::size_t i = 0; i < 3; ++i)
      group =
          group << 8U | (i < part.size() ? static_cast<unsigned char>(part[i]) : 0U);
    for (std::size_t i = 0; i < 4; ++i)
      out.push_back(i <= part.size() ? digits[group >> (18 - 6 * i) & 0x3FU] : '=');
  }
}

bool decode_base64(std::string& out, std::string_view text) {
  if (text.size() % 4 != 0)
    return false;
  const auto before = out.size();
  const auto padding = text.ends_with("==") ? 2U : text.ends_with('=') ? 1U : 0U;
  for (std::size_t at = 0; at < text.size(); at += 4) {
    const auto pads = at + 4 == text.size() ? padding : 0U;
    std::uint32_t group = 0;
    for (std::size_t i = 0; i < 4; ++i) {
      const auto digit =
          i < 4 - pads ? digit_values[static_cast<unsigned char>(text[at + i])] : 0;
      if (digit == no_digit)
        return out.resize(before), false;
      group = group << 6U | digit;
    }
    append_bytes(out, group, 3 - pads);
  }
  return true;
}

} // namespace vedette
