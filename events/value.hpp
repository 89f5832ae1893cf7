#pragma once

#include "runtime/errors.hpp"

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace vedette {

/// Anything that JSON can say; how findings' data, the dynamic form of data sources and
/// `config show` carry what has no type of its own.
///
///     const value data = value::object{{"path", path}, {"fd", 3}, {"hooks",
///     value::list{}}};
///
/// Integers keep all 64 bits, signed or unsigned. Two values are equal if they are of
/// the same kind and content; of objects, in the same order.
class value {
public:
  using list = std::vector<value>;
  using object = std::vector<std::pair<std::string, value>>;

  value() = default; ///< null
  value(std::nullptr_t) {}
  template <std::same_as<bool> Bool> // Nothing else: pointers convert to bool.
  value(Bool truth) : content_{truth} {}
  template <std::signed_integral Integer>
  value(Integer number) : content_{std::int64_t{number}} {}
  template <std::unsigned_integral Integer>
  requires(!std::same_as<Integer, bool>) value(Integer number)
      : content_{canonical(number)} {}
  template <std::floating_point Float>
  value(Float number) : content_{static_cast<double>(number)} {}
  value(std::string text) : content_{std::move(text)} {}
  value(std::string_view text) : content_{std::string{text}} {}
  value(const char* text) : content_{std::string{text}} {}
  value(list items) : content_{std::move(items)} {}
  value(object members) : content_{std::move(members)} {}

  [[nodiscard]] bool is_null() const {
    return std::holds_alternative<std::monostate>(content_);
  }
  /// Nothing if the value is of another kind, or does not fit.
  [[nodiscard]] std::optional<bool> as_bool() const;
  [[nodiscard]] std::optional<std::int64_t> as_int() const;
  [[nodiscard]] std::optional<std::uint64_t> as_uint() const;
  /// Of any number.
  [[nodiscard]] std::optional<double> as_double() const;
  [[nodiscard]] std::optional<std::string_view> as_string() const;
  /// Null if the value is of another kind.
  [[nodiscard]] const list* as_list() const { return std::get_if<list>(&content_); }
  [[nodiscard]] list* as_list() { return std::get_if<list>(&content_); }
  [[nodiscard]] const object* as_object() const {
    return std::get_if<object>(&content_);
  }
  [[nodiscard]] object* as_object() { return std::get_if<object>(&content_); }

  /// The object's first member of this name; null if there is none, or this is no
  /// object.
  [[nodiscard]] const value* find(std::string_view name) const;
  /// The same, but nothing is an error that says what is missing.
  [[nodiscard]] std::expected<const value*, error> at(std::string_view name) const;

  /// `null`, `bool`, `int`, `float`, `string`, `list` or `object`, for messages.
  [[nodiscard]] std::string_view kind_name() const;

  friend bool operator==(const value&, const value&) = default;

  /// Calls the visitor with std::monostate, bool, std::int64_t, std::uint64_t (only
  /// above the range of the former), double, std::string, list or object.
  template <class Visitor>
  decltype(auto) visit(Visitor&& visitor) const {
    return std::visit(std::forward<Visitor>(visitor), content_);
  }

private:
  using content = std::variant<std::monostate, bool, std::int64_t, std::uint64_t,
                               double, std::string, list, object>;

  /// One form for every number, so that 5 and 5U are equal.
  static content canonical(std::uint64_t number) {
    constexpr std::uint64_t most = std::numeric_limits<std::int64_t>::max();
    if (number <= most)
      return static_cast<std::int64_t>(number);
    return number;
  }

  content content_;
};

/// Appends minified JSON. Strings that are not UTF-8 get U+FFFD for each wrong byte;
/// what is not a number becomes null.
void append_json(std::string& out, const value& what);
std::string to_json(const value& what);

/// Of one whole JSON text. Floats stay floats (`1.0` is not 1); of a member that comes
/// twice both are kept, and find() gives the first.
std::expected<value, error> parse_json(std::string_view text);

} // namespace vedette
