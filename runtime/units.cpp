#include "runtime/units.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <span>

namespace vedette {

namespace {

struct unit {
  std::string_view name;
  std::uint64_t factor;
};

constexpr std::array sizes{unit{"", 1}, unit{"KiB", 1ULL << 10U},
                           unit{"MiB", 1ULL << 20U}, unit{"GiB", 1ULL << 30U}};
constexpr std::uint64_t second = 1'000'000'000;
constexpr std::array durations{unit{"ns", 1},
                               unit{"us", 1000},
                               unit{"ms", 1'000'000},
                               unit{"s", second},
                               unit{"m", 60 * second},
                               unit{"h", 3600 * second},
                               unit{"d", 86400 * second}};

std::optional<std::uint64_t> parse(std::string_view text, std::span<const unit> units) {
  const auto digits = std::min(text.find_first_not_of("0123456789"), text.size());
  const auto count = parse_count(text.substr(0, digits));
  const auto found = std::ranges::find(units, text.substr(digits), &unit::name);
  if (!count || found == units.end())
    return {};
  constexpr std::uint64_t most = std::numeric_limits<std::int64_t>::max();
  if (*count > most / found->factor)
    return {};
  return *count * found->factor;
}

std::string format(std::uint64_t amount, std::span<const unit> units) {
  const auto* best = units.data();
  for (const auto& one : units)
    if (amount != 0 && amount % one.factor == 0)
      best = &one;
  return std::to_string(amount / best->factor) + std::string{best->name};
}

} // namespace

std::optional<std::uint64_t> parse_count(std::string_view text) {
  std::uint64_t number = 0;
  const auto* end = text.data() + text.size();
  const auto [stop, failure] = std::from_chars(text.data(), end, number);
  if (failure != std::errc{} || stop != end)
    return {};
  return number;
}

std::optional<std::uint64_t> parse_size(std::string_view text) {
  return parse(text, sizes);
}

std::string format_size(std::uint64_t bytes) {
  return format(bytes, sizes);
}

std::optional<std::chrono::nanoseconds> parse_duration(std::string_view text) {
  const auto amount =
      text == "0" ? std::optional<std::uint64_t>{0} : parse(text, durations);
  if (!amount)
    return {};
  return std::chrono::nanoseconds{static_cast<std::int64_t>(*amount)};
}

std::string format_duration(std::chrono::nanoseconds duration) {
  if (duration.count() == 0)
    return "0";
  return format(static_cast<std::uint64_t>(duration.count()), durations);
}

} // namespace vedette
