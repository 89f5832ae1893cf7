#include "events/filter_set.hpp"

#include <algorithm>

namespace vedette {

namespace {

using kind = filter_field::kind;

void set(std::vector<std::uint64_t>& words, std::uint32_t bit) {
  words.resize(std::max<std::size_t>(words.size(), bit / 64 + 1));
  words[bit / 64] |= std::uint64_t{1} << bit % 64;
}

} // namespace

void filter_set::add(const event_filter& filter) {
  const auto number = static_cast<std::uint32_t>(size_++);
  set(all_, number);
  for (const auto& from : filter.fields()) {
    auto& to = rules_of(from.field);
    if (from.wants_some())
      set(to.needs, number);
    for (const auto& pattern : from.wanted)
      to.texts.add(pattern, number, true);
    for (const auto& pattern : from.unwanted)
      to.texts.add(pattern, number, false);
    for (const auto one : from.wanted_numbers)
      to.numbers[one].push_back({number, true});
    for (const auto one : from.unwanted_numbers)
      to.numbers[one].push_back({number, false});
    if (from.bounds)
      to.bounds.push_back({*from.bounds, number});
  }
}

filter_set::field_rules& filter_set::rules_of(const filter_field& field) {
  const auto found = std::ranges::find(fields_, field, &field_rules::field);
  if (found != fields_.end())
    return *found;
  const auto place = field.looks_like() == kind::number ? fields_.begin() : fields_.end();
  return *fields_.insert(place, {.field = field, .needs = {}, .texts = {}, .numbers = {},
                                 .bounds = {}});
}

bool filter_set::decide(event_view event) {
  left_ = all_;
  for (const auto& rules : fields_) {
    votes_.clear(all_.size());
    collect(rules, event);
    std::uint64_t any = 0;
    for (std::size_t word = 0; word < left_.size(); ++word) {
      const auto needs = word < rules.needs.size() ? rules.needs[word] : 0;
      left_[word] &= (~needs | votes_.wanted[word]) & ~votes_.unwanted[word];
      any |= left_[word];
    }
    if (any == 0)
      return false;
  }
  return true;
}

void filter_set::collect(const field_rules& rules, event_view event) {
  switch (rules.field.looks_like()) {
  case kind::number:
    if (const auto number = ordered_number_of(event, rules.field)) {
      if (const auto found = rules.numbers.find(*number); found != rules.numbers.end())
        for (const auto& [filter, is_wanted] : found->second)
          votes_.add(filter, is_wanted);
      for (const auto& [range, filter] : rules.bounds)
        if (range.includes(*number))
          votes_.add(filter, true);
    }
    break;
  case kind::text:
    if (const auto text = text_of(event, rules.field))
      rules.texts.look_up(*text, votes_);
    break;
  case kind::list:
    if (event.is_present(rules.field.slot))
      event.value_at<arg_type::string_list>(rules.field.slot)
          .for_each([&](std::string_view text) { rules.texts.look_up(text, votes_); });
    break;
  }
}

} // namespace vedette
