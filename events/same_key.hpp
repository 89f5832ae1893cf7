#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace vedette {

/// Equality of short strings. A line has some sixty keys; to call memcmp for each cost
/// a quarter of what line_parser adds to simdjson (bench/events/ndjson.cpp).
inline bool same_key(std::string_view one, std::string_view other) {
  const auto load = []<class Word>(const char* from, Word word) {
    std::memcpy(&word, from, sizeof(word));
    return word;
  };
  const auto size = other.size();
  if (one.size() != size)
    return false;
  const auto* a = one.data();
  const auto* b = other.data();
  const auto same = [&]<class Word>(std::size_t at, Word word) {
    return load(a + at, word) == load(b + at, word);
  };
  if (size >= 8) {
    for (std::size_t at = 0; at + 8 < size; at += 8)
      if (!same(at, std::uint64_t{}))
        return false;
    return same(size - 8, std::uint64_t{});
  }
  if (size >= 4)
    return same(0, std::uint32_t{}) && same(size - 4, std::uint32_t{});
  for (std::size_t at = 0; at < size; ++at)
    if (a[at] != b[at])
      return false;
  return true;
}

} // namespace vedette
