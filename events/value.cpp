#include "events/value.hpp"

#include "events/json_string.hpp"

#include <algorithm>
#include <array>
#include <simdjson.h>

namespace vedette {

namespace {

template <class... Functions>
struct overloaded : Functions... {
  using Functions::operator()...;
};

void append_list(std::string& out, const value::list& items) {
  out += '[';
  for (const auto& item : items) {
    if (&item != items.data())
      out += ',';
    append_json(out, item);
  }
  out += ']';
}

void append_object(std::string& out, const value::object& members) {
  out += '{';
  for (const auto& member : members) {
    if (&member != members.data())
      out += ',';
    append_json_string(out, member.first);
    out += ':';
    append_json(out, member.second);
  }
  out += '}';
}

value from_dom(simdjson::dom::element element);

value list_from(simdjson::dom::array array) {
  value::list items;
  items.reserve(array.size());
  for (const auto item : array)
    items.push_back(from_dom(item));
  return items;
}

value object_from(simdjson::dom::object object) {
  value::object members;
  members.reserve(object.size());
  for (const auto member : object)
    members.emplace_back(member.key, from_dom(member.value));
  return members;
}

value from_dom(simdjson::dom::element element) {
  using simdjson::dom::element_type;
  switch (element.type()) {
  case element_type::NULL_VALUE:
    return {};
  case element_type::BOOL:
    return element.get_bool().value_unsafe();
  case element_type::INT64:
    return element.get_int64().value_unsafe();
  case element_type::UINT64:
    return element.get_uint64().value_unsafe();
  case element_type::DOUBLE:
    return element.get_double().value_unsafe();
  case element_type::STRING:
    return element.get_string().value_unsafe();
  case element_type::ARRAY:
    return list_from(element.get_array().value_unsafe());
  case element_type::OBJECT:
    return object_from(element.get_object().value_unsafe());
  }
  return {};
}

} // namespace

std::optional<bool> value::as_bool() const {
  const auto* truth = std::get_if<bool>(&content_);
  return truth != nullptr ? std::optional{*truth} : std::nullopt;
}

std::optional<std::int64_t> value::as_int() const {
  const auto* number = std::get_if<std::int64_t>(&content_);
  return number != nullptr ? std::optional{*number} : std::nullopt;
}

std::optional<std::uint64_t> value::as_uint() const {
  if (const auto* large = std::get_if<std::uint64_t>(&content_))
    return *large;
  const auto number = as_int();
  if (!number || *number < 0)
    return {};
  return static_cast<std::uint64_t>(*number);
}

std::optional<double> value::as_double() const {
  return visit([]<class Kind>(const Kind& number) -> std::optional<double> {
    if constexpr (std::is_arithmetic_v<Kind> && !std::same_as<Kind, bool>)
      return static_cast<double>(number);
    else
      return {};
  });
}

std::optional<std::string_view> value::as_string() const {
  const auto* text = std::get_if<std::string>(&content_);
  return text != nullptr ? std::optional<std::string_view>{*text} : std::nullopt;
}

const value* value::find(std::string_view name) const {
  const auto* members = as_object();
  if (members == nullptr)
    return nullptr;
  const auto found = std::ranges::find(*members, name, &object::value_type::first);
  return found != members->end() ? &found->second : nullptr;
}

std::expected<const value*, error> value::at(std::string_view name) const {
  if (const auto* found = find(name))
    return found;
  auto detail = "'" + std::string{name} + "' is missing";
  if (as_object() == nullptr)
    detail += ": expected an object, found a value of kind " + std::string{kind_name()};
  return std::unexpected{error{ec::bad_input, std::move(detail)}};
}

std::string_view value::kind_name() const {
  constexpr std::array<std::string_view, std::variant_size_v<content>> names{
      "null", "bool", "int", "int", "float", "string", "list", "object"};
  return names[content_.index()];
}

void append_json(std::string& out, const value& what) {
  what.visit(overloaded{
      [&](std::monostate) { out += "null"; },
      [&](bool truth) { out += truth ? "true" : "false"; },
      [&](std::int64_t number) { append_json_integer(out, number); },
      [&](std::uint64_t number) { append_json_integer(out, number); },
      [&](double number) { append_json_double(out, number); },
      [&](const std::string& text) { append_json_string(out, text); },
      [&](const value::list& items) { append_list(out, items); },
      [&](const value::object& members) { append_object(out, members); },
  });
}

std::string to_json(const value& what) {
  std::string out;
  append_json(out, what);
  return out;
}

std::expected<value, error> parse_json(std::string_view text) {
  if (text.empty())
    text = ""; // Not null: simdjson's copy must have an address.
  simdjson::dom::parser parser;
  simdjson::dom::element root;
  if (const auto failure = parser.parse(text.data(), text.size()).get(root))
    return std::unexpected{
        error{ec::bad_input,
              std::string{"not valid JSON: "} + simdjson::error_message(failure)}};
  return from_dom(root);
}

} // namespace vedette
