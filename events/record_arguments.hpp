#pragma once

#include "events/definitions.hpp"
#include "events/record.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace vedette {

// A record's arguments, where it is not in a batch (yet). Of records that check_record() has
// accepted, of the argument's event.

inline const record_header& header_of(std::span<const std::byte> record) {
  return *reinterpret_cast<const record_header*>(record.data());
}

template <class Argument>
const record_slot* find_argument(std::span<const std::byte> record) {
  const auto& header = header_of(record);
  if ((header.present >> Argument::slot & 1U) == 0)
    return nullptr;
  return reinterpret_cast<const record_slot*>(&header + 1) + Argument::slot;
}

/// 0: it is absent.
template <class Argument>
std::uint64_t number_in(std::span<const std::byte> record) {
  const auto* const slot = find_argument<Argument>(record);
  return slot == nullptr ? 0 : slot->value;
}

template <class Argument>
std::optional<std::string_view> text_in(std::span<const std::byte> record) {
  const auto* const slot = find_argument<Argument>(record);
  if (slot == nullptr)
    return {};
  return std::string_view{reinterpret_cast<const char*>(record.data()) + slot->bytes.offset,
                          slot->bytes.length};
}

} // namespace vedette
