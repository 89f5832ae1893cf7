#include "events/dns/dns_name.hpp"

#include <array>

namespace vedette {

namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

void append_byte(std::string& out, std::uint8_t byte) {
  if (byte >= 'A' && byte <= 'Z') {
    out += static_cast<char>(byte - 'A' + 'a');
  } else if (byte == '.' || byte == '\\') {
    out += '\\';
    out += static_cast<char>(byte);
  } else if (byte > ' ' && byte < 0x7f) {
    out += static_cast<char>(byte);
  } else {
    out += '\\';
    out += static_cast<char>('0' + byte / 100);
    out += static_cast<char>('0' + byte / 10 % 10);
    out += static_cast<char>('0' + byte % 10);
  }
}

/// Takes one byte of a label, escaped or not, off `rest`, which is not empty.
std::uint8_t take_byte(std::string_view& rest) {
  if (rest.front() != '\\' || rest.size() < 2) {
    const auto byte = static_cast<std::uint8_t>(rest.front());
    rest.remove_prefix(1);
    return byte;
  }
  if (rest.size() >= 4 && is_digit(rest[1]) && is_digit(rest[2]) && is_digit(rest[3])) {
    const auto number = (rest[1] - '0') * 100 + (rest[2] - '0') * 10 + (rest[3] - '0');
    if (number < 256) {
      rest.remove_prefix(4);
      return static_cast<std::uint8_t>(number);
    }
  }
  const auto byte = static_cast<std::uint8_t>(rest[1]);
  rest.remove_prefix(2);
  return byte;
}

} // namespace

void append_label(std::string& out, std::size_t name_begin,
                  std::span<const std::uint8_t> label) {
  if (out.size() > name_begin)
    out += '.';
  for (const auto byte : label)
    append_byte(out, byte);
}

bool append_canonical_name(std::string& out, std::string_view name) {
  if (name == ".")
    return true;
  const auto begin = out.size();
  std::array<std::uint8_t, longest_label> label{};
  std::size_t used = 0, whole = 1;
  const auto end_label = [&] {
    whole += used + 1;
    const bool fits = used > 0 && whole <= longest_name;
    if (fits)
      append_label(out, begin, std::span{label}.first(used));
    used = 0;
    return fits;
  };
  bool sound = true;
  while (sound && !name.empty()) {
    if (name.front() == '.') {
      name.remove_prefix(1);
      sound = end_label();
    } else if (used == longest_label) {
      sound = false;
    } else {
      label[used++] = take_byte(name);
    }
  }
  if (sound && used > 0)
    sound = end_label();
  if (!sound)
    out.resize(begin);
  return sound;
}

} // namespace vedette
