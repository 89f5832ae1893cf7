#include "events/dns/ip_address.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <charconv>

namespace vedette {

namespace {

constexpr std::array<std::uint8_t, 12> mapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

/// Takes what stands before the first dot.
std::string_view next_label(std::string_view& rest) {
  const auto end = std::min(rest.find('.'), rest.size());
  const auto label = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return label;
}

std::optional<ip_address> reverse_v4(std::string_view labels) {
  std::array<std::uint8_t, 4> octets{};
  for (std::size_t i = 4; i-- > 0;) {
    const auto label = next_label(labels);
    const auto* end = label.data() + label.size();
    const auto read = std::from_chars(label.data(), end, octets[i]);
    const bool padded = label.size() > 1 && label.front() == '0';
    if (read.ec != std::errc{} || read.ptr != end || padded)
      return {};
  }
  return labels.empty() ? std::optional{ip_address::v4(octets)} : std::nullopt;
}

std::optional<ip_address> reverse_v6(std::string_view labels) {
  if (labels.size() != 63)
    return {};
  std::array<std::uint8_t, 16> octets{};
  for (std::size_t i = 32; i-- > 0;) {
    const auto label = next_label(labels);
    unsigned nibble = 0;
    const auto read =
        std::from_chars(label.data(), label.data() + label.size(), nibble, 16);
    if (label.size() != 1 || read.ec != std::errc{})
      return {};
    const auto shift = i % 2 == 0 ? 4U : 0U;
    octets[i / 2] = static_cast<std::uint8_t>(octets[i / 2] | nibble << shift);
  }
  return ip_address::v6(octets);
}

} // namespace

ip_address ip_address::v4(std::span<const std::uint8_t, 4> octets) {
  ip_address result;
  std::ranges::copy(mapped, result.bytes.begin());
  std::ranges::copy(octets, result.bytes.begin() + mapped.size());
  return result;
}

ip_address ip_address::v6(std::span<const std::uint8_t, 16> octets) {
  ip_address result;
  std::ranges::copy(octets, result.bytes.begin());
  return result;
}

bool ip_address::is_v4() const {
  return std::equal(mapped.begin(), mapped.end(), bytes.begin());
}

std::optional<ip_address> parse_address(std::string_view text) {
  char whole[INET6_ADDRSTRLEN];
  if (text.size() >= sizeof(whole) || text.find('\0') != std::string_view::npos)
    return {};
  *std::ranges::copy(text, whole).out = '\0';
  std::array<std::uint8_t, 16> octets{};
  if (inet_pton(AF_INET, whole, octets.data()) == 1)
    return ip_address::v4(std::span{octets}.first<4>());
  if (inet_pton(AF_INET6, whole, octets.data()) == 1)
    return ip_address::v6(octets);
  return {};
}

std::optional<ip_address> parse_reverse_name(std::string_view canonical) {
  constexpr std::string_view v4 = ".in-addr.arpa", v6 = ".ip6.arpa";
  if (canonical.ends_with(v4))
    return reverse_v4(canonical.substr(0, canonical.size() - v4.size()));
  if (canonical.ends_with(v6))
    return reverse_v6(canonical.substr(0, canonical.size() - v6.size()));
  return {};
}

void append_v6_address(std::string& out, const ip_address& address) {
  char text[INET6_ADDRSTRLEN] = "";
  inet_ntop(AF_INET6, address.bytes.data(), text, sizeof(text));
  out += text;
}

void append_address(std::string& out, const ip_address& address) {
  if (!address.is_v4())
    return append_v6_address(out, address);
  char text[INET_ADDRSTRLEN] = "";
  inet_ntop(AF_INET, address.bytes.data() + mapped.size(), text, sizeof(text));
  out += text;
}

std::string to_string(const ip_address& address) {
  std::string text;
  append_address(text, address);
  return text;
}

} // namespace vedette
