#include "events/base64.hpp"
#include "events/json_writer.hpp"
#include "events/object_json.hpp"

#include <bit>
#include <utility>

namespace vedette {

namespace {

/// The value of a slot; false if it is text of which not every byte could be shown.
bool append_list(std::string& out, text_list texts) {
  auto whole = true;
  out += '[';
  texts.for_each([&, first = true](std::string_view text) mutable {
    if (!std::exchange(first, false))
      out += ',';
    whole &= append_json_string(out, text);
  });
  out += ']';
  return whole;
}

template <arg_type Type>
bool append_slot(std::string& out, event_view event, std::size_t slot) {
  const auto value = event.value_at<Type>(slot);
  if constexpr (Type == arg_type::time) {
    append_json_integer(out, value.time_since_epoch().count());
  } else if constexpr (Type == arg_type::boolean) {
    out += value ? "true" : "false";
  } else if constexpr (Type == arg_type::float64) {
    append_json_double(out, value);
  } else if constexpr (Type == arg_type::string) {
    return append_json_string(out, value);
  } else if constexpr (Type == arg_type::string_list) {
    return append_list(out, value);
  } else if constexpr (Type == arg_type::bytes) {
    out += '"';
    append_base64(out, {reinterpret_cast<const char*>(value.data()), value.size()});
    out += '"';
  } else {
    append_json_integer(out, value);
  }
  return true;
}

bool append_value(std::string& out, event_view event, std::size_t slot, arg_type type) {
  switch (type) {
  case arg_type::int32:
    return append_slot<arg_type::int32>(out, event, slot);
  case arg_type::int64:
    return append_slot<arg_type::int64>(out, event, slot);
  case arg_type::uint8:
    return append_slot<arg_type::uint8>(out, event, slot);
  case arg_type::uint16:
    return append_slot<arg_type::uint16>(out, event, slot);
  case arg_type::uint32:
    return append_slot<arg_type::uint32>(out, event, slot);
  case arg_type::uint64:
  case arg_type::pointer:
    return append_slot<arg_type::uint64>(out, event, slot);
  case arg_type::float64:
    return append_slot<arg_type::float64>(out, event, slot);
  case arg_type::boolean:
    return append_slot<arg_type::boolean>(out, event, slot);
  case arg_type::time:
    return append_slot<arg_type::time>(out, event, slot);
  case arg_type::string:
    return append_slot<arg_type::string>(out, event, slot);
  case arg_type::string_list:
    return append_slot<arg_type::string_list>(out, event, slot);
  case arg_type::bytes:
    return append_slot<arg_type::bytes>(out, event, slot);
  default:
    append_object(out, event.object_at(slot, type));
    return true;
  }
}

void append_quoted_base64(std::string& out, std::string_view bytes) {
  out += '"';
  append_base64(out, bytes);
  out += '"';
}

/// What `value` cannot show: the bytes of a string or of a list of such.
void append_value_bytes(std::string& out, event_view event, std::size_t slot,
                        arg_type type) {
  out += ",\"valueBytes\":";
  if (type == arg_type::string) {
    append_quoted_base64(out, event.value_at<arg_type::string>(slot));
    return;
  }
  out += '[';
  const auto texts = event.value_at<arg_type::string_list>(slot);
  texts.for_each([&, first = true](std::string_view text) mutable {
    if (!std::exchange(first, false))
      out += ',';
    append_quoted_base64(out, text);
  });
  out += ']';
}

} // namespace

void append_argument(std::string& out, event_view event, std::size_t slot) {
  const auto& header = event.header();
  const auto& [name, type] = definition_of(event.kind()).args[slot];
  out += "{\"name\":\"";
  out += name;
  out += "\",\"type\":\"";
  out += type_name(type);
  out += "\",\"value\":";
  if (!append_value(out, event, slot, type))
    append_value_bytes(out, event, slot, type);
  if ((header.truncated >> slot & 1U) != 0)
    out += ",\"truncated\":true";
  if ((header.unresolved >> slot & 1U) != 0)
    out += ",\"unresolved\":true";
  out += '}';
}

void append_arguments(std::string& out, event_view event) {
  auto first = true;
  for (auto left = event.header().present; left != 0; left &= left - 1) {
    if (!std::exchange(first, false))
      out += ',';
    append_argument(out, event, static_cast<std::size_t>(std::countr_zero(left)));
  }
  const auto* replayed = event.extension();
  if (replayed == nullptr || replayed->arguments.length == 0)
    return;
  if (!first)
    out += ',';
  out += event.text(replayed->arguments);
}

} // namespace vedette
