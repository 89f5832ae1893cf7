#pragma once

#include <cstddef>

// Tables are larger than a CPU's caches: what is needed soon is fetched while something
// else is done. Never a question of what is right: any address may be named.
namespace vedette {

inline constexpr std::size_t cache_line = 64;

inline void prefetch(const void* where) {
  __builtin_prefetch(where, 1);
  // g++ 12 takes a function that only prefetches for one without effect, and drops calls
  // of it.
  asm volatile("");
}

inline void prefetch_bytes(const void* begin, std::size_t size) {
  const auto* first = static_cast<const std::byte*>(begin);
  for (std::size_t i = 0; i < size; i += cache_line)
    prefetch(first + i);
}

template <class Item>
void prefetch_object(const Item& item) {
  prefetch_bytes(&item, sizeof(Item));
}

} // namespace vedette
