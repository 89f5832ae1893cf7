#pragma once

#include "events/event_filter.hpp"
#include "tests/support/events.hpp"

#include <algorithm>
#include <rapidcheck.h>
#include <string>
#include <vector>

// Filters of any kind for tests, and what they mean by the plainest reading.
namespace vedette {

/// A condition before it is written.
struct written_condition {
  std::string field, comparison;
  std::vector<std::string> values; ///< Texts without wildcards, but for stars.

  [[nodiscard]] std::string text() const {
    std::string result = field + comparison;
    for (const auto& one : values)
      result += (&one == values.data() ? "" : ",") + one;
    return result;
  }
};

/// One value of a field of an event, in words: a text or a whole number.
struct shown_value {
  std::string field;
  bool is_there;
  std::string text;
  long long number;
};

namespace detail {

inline bool text_fits(std::string_view wanted, std::string_view text) {
  if (wanted.empty())
    return text.empty();
  if (wanted[0] == '*')
    return text_fits(wanted.substr(1), text)
           || (!text.empty() && text_fits(wanted, text.substr(1)));
  return !text.empty() && text[0] == wanted[0]
         && text_fits(wanted.substr(1), text.substr(1));
}

} // namespace detail

/// Whether one field passes all conditions on it.
inline bool passes_plainly(const shown_value& shown, bool is_text,
                           const std::vector<written_condition>& conditions) {
  bool wants = false, found = false, has_bounds = false, in_bounds = true;
  for (const auto& [field, comparison, values] : conditions) {
    if (field != shown.field)
      continue;
    for (const auto& value : values) {
      const auto number = is_text ? 0 : std::stoll(value);
      const bool fits =
          shown.is_there
          && (is_text ? detail::text_fits(value, shown.text) : shown.number == number);
      if (comparison == "!=") {
        if (fits)
          return false;
        continue;
      }
      wants = true;
      if (comparison == "=") {
        found |= fits;
        continue;
      }
      has_bounds = true;
      in_bounds &= comparison == "<"    ? shown.number < number
                   : comparison == "<=" ? shown.number <= number
                   : comparison == ">"  ? shown.number > number
                                        : shown.number >= number;
    }
  }
  return !wants || (shown.is_there && (found || (has_bounds && in_bounds)));
}

/// Some conditions on these fields: texts or numbers of those given, so that many hit.
struct filter_vocabulary {
  std::string field;
  bool is_text;
  std::vector<std::string> values;
};

inline std::vector<written_condition>
any_conditions(const std::vector<filter_vocabulary>& fields, bool only_decidable) {
  std::vector<written_condition> result;
  for (auto count = *rc::gen::inRange(1, 5); count > 0; --count) {
    const auto& about = *rc::gen::elementOf(fields);
    written_condition made{about.field, {}, {}};
    made.comparison =
        about.is_text ? *rc::gen::element<std::string>("=", "=", "!=")
                      : *rc::gen::element<std::string>("=", "!=", "<", "<=", ">", ">=");
    const bool is_bound = made.comparison[0] == '<' || made.comparison[0] == '>';
    for (auto values = is_bound ? 1 : *rc::gen::inRange(1, 4); values > 0; --values) {
      auto value = *rc::gen::elementOf(about.values);
      if (about.is_text) {
        const auto cut = *rc::gen::inRange<std::size_t>(0, value.size() + 1);
        // Ends of few lengths: there is room for four of a field.
        const auto end = std::min<std::size_t>(value.size(), *rc::gen::element<std::size_t>(1, 4));
        switch (*rc::gen::inRange(0, only_decidable ? 3 : 6)) {
        case 0:
          break;
        case 1:
          value = value.substr(0, cut) + '*';
          break;
        case 2:
          value = '*' + value.substr(value.size() - end);
          break;
        case 3:
          value = '*' + value.substr(cut);
          break;
        case 4:
          value = value.substr(0, cut / 2) + '*' + value.substr(cut);
          break;
        default:
          value = '*' + value.substr(cut) + '*';
        }
      }
      made.values.push_back(std::move(value));
    }
    result.push_back(std::move(made));
  }
  return result;
}

} // namespace vedette
