#pragma once

#include "events/entity.hpp"
#include "events/value.hpp"
#include "runtime/time.hpp"

#include <concepts>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

// A record's description, said once: its JSON and its JSON Schema both follow from it.
//
//     struct point { int x; std::string name; };
//     template <>
//     struct fields_of<point> {
//       static constexpr auto list = std::tuple{
//           field{"x", &point::x, "How far to the right."},
//           field{"name", &point::name, "As on the map."}};
//     };
namespace vedette {

/// One member of a record in JSON: a data member, or a function that gives it.
template <class Record, class Member>
struct field {
  using type =
      std::remove_cvref_t<std::invoke_result_t<Member Record::*, const Record&>>;

  std::string_view name; ///< In JSON.
  Member Record::*member;
  std::string_view doc;
};
template <class Record, class Member>
field(const char*, Member Record::*, const char*) -> field<Record, Member>;

/// To be specialized for records: `list`, a tuple of fields.
template <class Record>
struct fields_of;

template <class T>
concept described = requires {
  fields_of<T>::list;
};

/// To be specialized for types that are not written as what they are: `to(T)` gives the
/// value, `schema()` its schema.
template <class T>
struct json_form;

template <class T>
concept has_json_form = requires(const T& x) {
  { json_form<T>::to(x) } -> std::same_as<value>;
  { json_form<T>::schema() } -> std::same_as<value::object>;
};

template <class T>
value to_value(const T& what);
template <class T>
value::object schema_of();

namespace detail {

template <class T>
struct is_list : std::false_type {};
template <class T>
struct is_list<std::vector<T>> : std::true_type {};

/// Objects with decimal keys.
template <class T>
struct is_id_map : std::false_type {};
template <class Key, class T>
requires std::unsigned_integral<Key>
struct is_id_map<std::map<Key, T>> : std::true_type {
};

template <described Record>
value::object members_of(const Record& record) {
  value::object members;
  std::apply(
      [&](const auto&... fields) {
        (members.emplace_back(std::string{fields.name},
                              to_value(std::invoke(fields.member, record))),
         ...);
      },
      fields_of<Record>::list);
  return members;
}

/// All members are always there, and no others.
template <described Record>
value::object schema_of_members() {
  value::object properties;
  value::list required;
  std::apply(
      [&](const auto&... fields) {
        const auto add = [&]<class Member>(const field<Record, Member>& one) {
          auto schema = schema_of<typename field<Record, Member>::type>();
          schema.emplace_back("description", one.doc);
          properties.emplace_back(std::string{one.name}, std::move(schema));
          required.emplace_back(one.name);
        };
        (add(fields), ...);
      },
      fields_of<Record>::list);
  return {{"type", "object"},
          {"properties", std::move(properties)},
          {"required", std::move(required)},
          {"additionalProperties", false}};
}

template <class Integer>
value::object schema_of_integer() {
  if constexpr (std::unsigned_integral<Integer>)
    return {{"type", "integer"}, {"minimum", 0}};
  else
    return {{"type", "integer"}};
}

} // namespace detail

/// A record, or what it consists of, as JSON. Times are ns since the epoch, ids
/// numbers.
template <class T>
value to_value(const T& what) {
  if constexpr (has_json_form<T>) {
    return json_form<T>::to(what);
  } else if constexpr (described<T>) {
    return detail::members_of(what);
  } else if constexpr (std::same_as<T, time_ns>) {
    return what.time_since_epoch().count();
  } else if constexpr (std::is_enum_v<T>) {
    return static_cast<std::underlying_type_t<T>>(what);
  } else if constexpr (detail::is_list<T>::value) {
    value::list items;
    items.reserve(what.size());
    for (const auto& item : what)
      items.push_back(to_value(item));
    return items;
  } else if constexpr (detail::is_id_map<T>::value) {
    value::object members;
    for (const auto& [id, item] : what)
      members.emplace_back(std::to_string(id), to_value(item));
    return members;
  } else {
    return what;
  }
}

/// JSON Schema (draft 2020-12) that to_value(T) satisfies; as an object without
/// `$schema`.
template <class T>
value::object schema_of() {
  if constexpr (has_json_form<T>) {
    return json_form<T>::schema();
  } else if constexpr (described<T>) {
    return detail::schema_of_members<T>();
  } else if constexpr (std::same_as<T, bool>) {
    return {{"type", "boolean"}};
  } else if constexpr (std::integral<T>) {
    return detail::schema_of_integer<T>();
  } else if constexpr (std::same_as<T, time_ns>) {
    return {{"type", "integer"}, {"minimum", 0}};
  } else if constexpr (std::same_as<T, entity_id>) {
    return {{"type", "integer"}, {"minimum", 0}, {"maximum", (1LL << 53U) - 1}};
  } else if constexpr (std::same_as<T, std::string>
                       || std::same_as<T, std::string_view>) {
    return {{"type", "string"}};
  } else if constexpr (detail::is_list<T>::value) {
    return {{"type", "array"}, {"items", schema_of<typename T::value_type>()}};
  } else {
    static_assert(detail::is_id_map<T>::value, "say how it looks: json_form");
    return {{"type", "object"},
            {"propertyNames", value::object{{"pattern", "^(0|[1-9][0-9]*)$"}}},
            {"additionalProperties", schema_of<typename T::mapped_type>()}};
  }
}

/// A whole schema.
inline value as_schema(value::object schema) {
  schema.insert(schema.begin(),
                {"$schema", "https://json-schema.org/draft/2020-12/schema"});
  return schema;
}

} // namespace vedette
