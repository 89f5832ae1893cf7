#include "events/argument_value.hpp"

#include "events/base64.hpp"
#include "events/dom_json.hpp"
#include "events/flag_names.hpp"

#include <bit>
#include <limits>

namespace vedette {

namespace {

using simdjson::dom::element;

constexpr const char* no_number = "is not a number";
constexpr const char* out_of_range = "is out of range";

struct integer_range {
  std::int64_t least;
  std::uint64_t most;
};

template <class Integer>
constexpr integer_range range_of{std::numeric_limits<Integer>::min(),
                                 std::numeric_limits<Integer>::max()};
template <>
constexpr integer_range range_of<std::uint64_t>{0, ~std::uint64_t{0}};

constexpr integer_range range_of_type(arg_type type) {
  switch (type) {
  case arg_type::int32:
    return range_of<std::int32_t>;
  case arg_type::int64:
    return range_of<std::int64_t>;
  case arg_type::uint8:
    return range_of<std::uint8_t>;
  case arg_type::uint16:
    return range_of<std::uint16_t>;
  case arg_type::uint32:
    return range_of<std::uint32_t>;
  case arg_type::boolean:
    return {0, 1};
  case arg_type::time:
    return {0, std::numeric_limits<std::int64_t>::max()};
  default:
    return range_of<std::uint64_t>;
  }
}

const char* store_signed(std::int64_t number, integer_range range, record_slot& slot) {
  const auto is_above = number > 0 && static_cast<std::uint64_t>(number) > range.most;
  if (number < range.least || is_above)
    return out_of_range;
  slot.value = static_cast<std::uint64_t>(number);
  return nullptr;
}

/// `0xffffffff81000000`: an address of the kernel needs all 64 bits.
const char* store_address(std::string_view text, record_slot& slot) {
  const auto address = parse_unsigned(text);
  slot.value = address.value_or(0);
  return address ? nullptr : no_number;
}

/// Of a number that comes as text: recordings with parsed arguments have names of
/// flags, and addresses in hexadecimal.
const char* store_number_text(const argument_json& argument, std::string_view text,
                              arg_type type, std::string_view event,
                              record_slot& slot) {
  if (type == arg_type::pointer)
    return store_address(text, slot);
  const auto range = range_of_type(type);
  if (takes_flag_names(argument.name)) {
    const auto number = parse_flag_names(event, argument.name, text);
    return number ? store_signed(*number, range, slot)
                  : "is neither a number nor a name that belongs there";
  }
  if (find_type(argument.type) != arg_type::string)
    return no_number;
  const auto number = parse_number(text);
  return number ? store_signed(*number, range, slot) : no_number;
}

const char* store_integer(const argument_json& argument, arg_type type,
                          std::string_view event, record_slot& slot) {
  const auto range = range_of_type(type);
  if (std::int64_t number = 0; argument.value.get(number) == simdjson::SUCCESS)
    return store_signed(number, range, slot);
  if (std::uint64_t number = 0; argument.value.get(number) == simdjson::SUCCESS) {
    slot.value = number;
    return number <= range.most ? nullptr : out_of_range;
  }
  if (std::string_view text; argument.value.get(text) == simdjson::SUCCESS)
    return store_number_text(argument, text, type, event, slot);
  return argument.value.is_double() ? "is not a whole number" : no_number;
}

const char* store_boolean(const argument_json& argument, record_slot& slot) {
  auto truth = false;
  if (argument.value.get(truth) == simdjson::SUCCESS)
    return slot.value = truth ? 1 : 0, nullptr;
  if (!argument.value.is_int64())
    return "is neither true nor false";
  return store_integer(argument, arg_type::boolean, {}, slot);
}

const char* store_float(element from, record_slot& slot) {
  double number = 0;
  if (from.get(number) != simdjson::SUCCESS)
    return no_number;
  slot.value = std::bit_cast<std::uint64_t>(number);
  return nullptr;
}

const char* store_text(const argument_json& argument, record_buffer& record,
                       record_slot& slot) {
  std::string_view text;
  if (argument.value.get(text) != simdjson::SUCCESS)
    return "is not a string";
  if (!argument.has_bytes) {
    slot.bytes = record.append(text);
    return nullptr;
  }
  const auto begin = record.bytes().size();
  if (argument.value_bytes.get(text) != simdjson::SUCCESS
      || !decode_base64(record.bytes(), text))
    return "has valueBytes that are not base64";
  slot.bytes = record.since(begin);
  return nullptr;
}

/// `encoded`: the strings are base64.
const char* store_list(element from, bool encoded, record_buffer& record,
                       record_slot& slot) {
  constexpr auto no_list = "is not a list of strings";
  simdjson::dom::array items;
  if (from.get(items) != simdjson::SUCCESS)
    return no_list;
  auto& bytes = record.bytes();
  const auto begin = bytes.size();
  for (const auto item : items) {
    std::string_view text;
    if (item.get(text) != simdjson::SUCCESS)
      return no_list;
    const auto at = bytes.size();
    if (!encoded)
      bytes += text;
    else if (!decode_base64(bytes, text))
      return "has valueBytes that are not base64";
    if (bytes.find('\0', at) != std::string::npos)
      return "has a string with a NUL inside";
    bytes += '\0';
  }
  slot.bytes = record.since(begin);
  return nullptr;
}

const char* store_bytes(element from, record_buffer& record, record_slot& slot) {
  std::string_view text;
  const auto begin = record.bytes().size();
  if (from.get(text) != simdjson::SUCCESS || !decode_base64(record.bytes(), text))
    return "is not base64";
  slot.bytes = record.since(begin);
  return nullptr;
}

bool is_map_of_strings(element from) {
  simdjson::dom::object members;
  if (from.get(members) != simdjson::SUCCESS)
    return false;
  for (const auto member : members)
    if (!member.value.is_string())
      return false;
  return true;
}

template <class Integer>
bool is_list_of(element from, std::size_t least, std::size_t most) {
  simdjson::dom::array items;
  if (from.get(items) != simdjson::SUCCESS)
    return false;
  std::size_t count = 0;
  for (const auto item : items) {
    if (!item.is<Integer>())
      return false;
    ++count;
  }
  return count >= least && count <= most;
}

/// What is wrong with the shape of a value that is kept as JSON.
const char* check_json(element from, arg_type type) {
  if (type == arg_type::sock_addr)
    return is_map_of_strings(from) ? nullptr : "is not an object of strings";
  if (type == arg_type::uint64_list)
    return is_list_of<std::uint64_t>(from, 0, ~std::size_t{0})
               ? nullptr
               : "is not a list of numbers from 0 to 2^64 - 1";
  if (type == arg_type::int_pair)
    return is_list_of<std::int64_t>(from, 2, 2) ? nullptr
                                                : "is not a list of two whole numbers";
  if (type_name(type).starts_with("[]"))
    return from.is_array() ? nullptr : "is not a list";
  return from.is_object() ? nullptr : "is not an object";
}

} // namespace

const char* store_value(const argument_json& argument, arg_type type,
                        std::string_view event, record_buffer& record,
                        record_slot& slot) {
  switch (storage_of(type)) {
  case arg_storage::scalar:
    if (type == arg_type::boolean)
      return store_boolean(argument, slot);
    if (type == arg_type::float64)
      return store_float(argument.value, slot);
    return store_integer(argument, type, event, slot);
  case arg_storage::text:
    return store_text(argument, record, slot);
  case arg_storage::list:
    return argument.has_bytes ? store_list(argument.value_bytes, true, record, slot)
                              : store_list(argument.value, false, record, slot);
  case arg_storage::bytes:
    return store_bytes(argument.value, record, slot);
  case arg_storage::json:
    break;
  }
  if (const auto* wrong = check_json(argument.value, type))
    return wrong;
  const auto begin = record.bytes().size();
  append_json(record.bytes(), argument.value);
  slot.bytes = record.since(begin);
  return nullptr;
}

} // namespace vedette
