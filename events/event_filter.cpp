#include "events/event_filter.hpp"

#include <algorithm>

namespace vedette {

namespace {

std::unexpected<error> wrong(std::string detail) {
  return std::unexpected{error{ec::invalid_config, std::move(detail)}};
}

/// `FIELD OPERATOR VALUES`
struct written_condition {
  std::string_view field, comparison, values;
};

std::expected<written_condition, error> split(std::string_view condition) {
  const auto begin = std::min(condition.find_first_of("=!<>"), condition.size());
  auto end = begin;
  for (const auto* const two : {"!=", "<=", ">="})
    if (condition.substr(begin).starts_with(two))
      end = begin + 2;
  if (end == begin && begin < condition.size() && condition[begin] != '!')
    end = begin + 1;
  const written_condition parts{condition.substr(0, begin),
                                condition.substr(begin, end - begin),
                                condition.substr(end)};
  if (parts.field.empty() || parts.comparison.empty() || parts.values.empty())
    return wrong("'" + std::string{condition}
                 + "' is no condition; expected one such as pathname=/etc/*, uid>=1000 "
                   "or comm!=cron");
  return parts;
}

/// At commas, unless they stand behind a `\`. Other `\` stay: patterns know them.
std::vector<std::string> split_values(std::string_view text) {
  std::vector<std::string> values(1);
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == ',') {
      values.emplace_back();
      continue;
    }
    const bool escapes = text[at] == '\\' && at + 1 < text.size();
    if (escapes && text[at + 1] != ',')
      values.back() += text[at];
    at += escapes ? 1 : 0;
    values.back() += text[at];
  }
  return values;
}

std::expected<void, error> add_bound(field_filter& to, std::string_view comparison,
                                     std::uint64_t number) {
  constexpr auto most = std::numeric_limits<std::uint64_t>::max();
  auto bounds = to.bounds.value_or(number_range{});
  const bool is_strict = comparison.size() == 1;
  if (is_strict && number == (comparison[0] == '<' ? 0 : most))
    return wrong("nothing is " + std::string{comparison} + " that");
  if (comparison[0] == '<')
    bounds.most = std::min(bounds.most, number - (is_strict ? 1 : 0));
  else
    bounds.least = std::max(bounds.least, number + (is_strict ? 1 : 0));
  to.bounds = bounds;
  return {};
}

bool any_matches(const std::vector<text_pattern>& patterns, std::string_view text) {
  return std::ranges::any_of(patterns,
                             [&](const auto& one) { return one.matches(text); });
}

bool any_matches(const std::vector<text_pattern>& patterns, const text_list& texts) {
  return texts.any_of([&](std::string_view one) { return any_matches(patterns, one); });
}

bool is_among(const std::vector<std::uint64_t>& numbers, std::uint64_t number) {
  return std::ranges::find(numbers, number) != numbers.end();
}

} // namespace

bool field_filter::passes(event_view event) const {
  switch (field.looks_like()) {
  case filter_field::kind::number:
    return passes(ordered_number_of(event, field));
  case filter_field::kind::text:
    if (const auto text = text_of(event, field))
      return (wanted.empty() || any_matches(wanted, *text))
             && !any_matches(unwanted, *text);
    break;
  case filter_field::kind::list:
    if (event.is_present(field.slot)) {
      const auto texts = event.value_at<arg_type::string_list>(field.slot);
      return (wanted.empty() || any_matches(wanted, texts))
             && !any_matches(unwanted, texts);
    }
    break;
  }
  return !wants_some();
}

bool field_filter::passes(std::optional<std::uint64_t> number) const {
  if (!number)
    return !wants_some();
  return (!wants_some() || is_among(wanted_numbers, *number)
          || (bounds && bounds->includes(*number)))
         && !is_among(unwanted_numbers, *number);
}

const field_filter* event_filter::find(filter_field::place where) const {
  const auto found = std::ranges::find_if(
      fields_, [where](const field_filter& one) { return one.field.is == where; });
  return found == fields_.end() ? nullptr : &*found;
}

event_filter event_filter::without(filter_field::place where) const {
  auto rest = *this;
  std::erase_if(rest.fields_,
                [where](const field_filter& one) { return one.field.is == where; });
  return rest;
}

std::expected<void, error> event_filter::add(std::string_view condition) {
  const auto parts = split(condition);
  if (!parts)
    return std::unexpected{parts.error()};
  const auto field = filter_field::find(of_, parts->field);
  if (!field)
    return std::unexpected{field.error()};
  auto changed = of_field(*field);
  const bool is_equality = parts->comparison == "=",
             excludes = parts->comparison == "!=";
  const bool is_number = field->looks_like() == filter_field::kind::number;
  if (!is_equality && !excludes
      && (!is_number || field->is == filter_field::place::origin))
    return wrong(std::string{parts->field} + " has no order: compare it with = or !=");
  for (const auto& value : split_values(parts->values)) {
    if (!is_number) {
      (excludes ? changed.unwanted : changed.wanted).emplace_back(value);
      continue;
    }
    const auto number = parse_ordered(of_, *field, value);
    if (!number)
      return std::unexpected{number.error()};
    if (is_equality || excludes)
      (excludes ? changed.unwanted_numbers : changed.wanted_numbers).push_back(*number);
    else if (auto added = add_bound(changed, parts->comparison, *number); !added)
      return added;
  }
  const auto known = std::ranges::find(fields_, *field, &field_filter::field);
  if (known == fields_.end())
    fields_.push_back(std::move(changed));
  else
    *known = std::move(changed);
  text_ += (text_.empty() ? "" : " ") + std::string{condition};
  return {};
}

/// As it is so far: a condition with something wrong in it changes nothing.
field_filter event_filter::of_field(const filter_field& field) const {
  const auto known = std::ranges::find(fields_, field, &field_filter::field);
  return known == fields_.end() ? field_filter{field, {}, {}, {}, {}, {}} : *known;
}

bool event_filter::passes(event_view event) const {
  return std::ranges::all_of(fields_,
                             [=](const auto& one) { return one.passes(event); });
}

written_selection split_selection(std::string_view text) {
  const auto dot = text.find('.');
  if (dot == text.npos)
    return {text, {}};
  return {text.substr(0, dot), text.substr(dot + 1)};
}

} // namespace vedette
