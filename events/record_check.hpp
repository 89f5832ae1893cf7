#pragma once

#include "events/record.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace vedette {

/// What is wrong with a record.
enum class corruption : std::uint8_t {
  none = 0,
  misaligned,
  size,      ///< Shorter than a header, or not as long as it says.
  kind,      ///< Not in the table.
  slots,     ///< More than the event has, or than fit.
  reference, ///< Refers to bytes outside of the record, or does not where it must.
};

std::string_view to_string(corruption what);

/// Checks once every length in a record, so that reading it needs no further checks.
/// Trusts nothing: records come from shared memory and from files.
corruption check_record(std::span<const std::byte> bytes);

} // namespace vedette
