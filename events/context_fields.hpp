#pragma once

#include "events/record.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

/// The keys of a line's context, and what each is read to.
namespace vedette {

/// What a value must be.
enum class field_shape : std::uint8_t {
  time,
  unsigned64,
  unsigned32,
  unsigned16,
  signed64,
  ignored_number,
  entity,
  text,
  list,   ///< Kept as JSON.
  object, ///< Kept as JSON.
  executable,
  event_id,
  flags,
  arguments,
};

/// Where texts and JSON go in the extension. The event's name goes there only if it is
/// not in the table.
inline constexpr std::array text_places{
    &record_extension::name,         &record_extension::process_name,
    &record_extension::executable,   &record_extension::host_name,
    &record_extension::container_id, &record_extension::syscall};
enum text_place : std::uint8_t {
  name_text,
  process_name_text,
  executable_text,
  host_name_text,
  container_id_text,
  syscall_text,
};
inline constexpr std::array raw_places{
    &record_extension::container, &record_extension::kubernetes,
    &record_extension::policies, &record_extension::stack, &record_extension::metadata};
enum raw_place : std::uint8_t {
  container_json,
  kubernetes_json,
  policies_json,
  stack_json,
  metadata_json,
};

struct context_field {
  std::string_view key;
  field_shape shape;
  /// Offset of a number in the header, of an entity in the extension; place of the
  /// others.
  std::uint16_t place;
};

/// Null if the key is not known. `expected` is where the caller should begin, and is
/// moved behind what is found: our own output and Tracee's have the keys in one order,
/// so that most often a look costs one compare.
const context_field* find_field(std::string_view key, const context_field*& expected);

/// The first in that order.
const context_field* first_field();

/// E.g. `a string`, for messages.
std::string_view expectation(field_shape shape);

} // namespace vedette
