#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <span>

namespace vedette {

/// A file that begins with these bytes is a program or library: elf(5).
constexpr bool is_elf(std::optional<std::span<const std::byte>> start) {
  constexpr std::array magic{std::byte{0x7f}, std::byte{'E'}, std::byte{'L'}, std::byte{'F'}};
  return start && start->size() >= magic.size()
         && std::ranges::equal(start->first(magic.size()), magic);
}

} // namespace vedette
