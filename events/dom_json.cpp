#include "events/dom_json.hpp"

#include "events/json_string.hpp"

namespace vedette {

namespace {

void append_array(std::string& out, simdjson::dom::array array) {
  out += '[';
  auto first = true;
  for (const auto item : array) {
    if (!std::exchange(first, false))
      out += ',';
    append_json(out, item);
  }
  out += ']';
}

void append_object(std::string& out, simdjson::dom::object object) {
  out += '{';
  auto first = true;
  for (const auto member : object) {
    if (!std::exchange(first, false))
      out += ',';
    append_json_string(out, member.key);
    out += ':';
    append_json(out, member.value);
  }
  out += '}';
}

} // namespace

void append_json(std::string& out, simdjson::dom::element element) {
  using simdjson::dom::element_type;
  switch (element.type()) {
  case element_type::NULL_VALUE:
    out += "null";
    break;
  case element_type::BOOL:
    out += element.get_bool().value_unsafe() ? "true" : "false";
    break;
  case element_type::INT64:
    append_json_integer(out, element.get_int64().value_unsafe());
    break;
  case element_type::UINT64:
    append_json_integer(out, element.get_uint64().value_unsafe());
    break;
  case element_type::DOUBLE:
    append_json_double(out, element.get_double().value_unsafe());
    break;
  case element_type::STRING:
    append_json_string(out, element.get_string().value_unsafe());
    break;
  case element_type::ARRAY:
    append_array(out, element.get_array().value_unsafe());
    break;
  case element_type::OBJECT:
    append_object(out, element.get_object().value_unsafe());
    break;
  }
}

std::string shown(simdjson::dom::element element) {
  constexpr std::size_t most = 60;
  std::string text;
  append_json(text, element);
  if (text.size() <= most)
    return text;
  auto end = most;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80)
    --end; // Not within a character.
  return text.substr(0, end) + "...";
}

} // namespace vedette
