#include "bpf/kernel_rules.hpp"

#include "events/event_origin.hpp"

#include <algorithm>
#include <bit>
#include <utility>

namespace vedette {

namespace {

using place = filter_field::place;
using shape = text_pattern::shape;
using share = kernel_rules::share;

/// What programs can look for of a pattern.
struct known_part {
  std::string text; ///< Of a whole text, with its NUL.
  bool is_end;
  bool decides; ///< What begins or ends so matches, and nothing else does.
};

/// Nothing: only user space can tell.
std::optional<known_part> part_of(const text_pattern& pattern) {
  std::string text{pattern.beginning()};
  const bool is_whole = pattern.is() == shape::equal;
  if (text.empty() && !is_whole && pattern.is() != shape::prefix) {
    const auto end = pattern.ending();
    if (end.empty())
      return {};
    const auto size = std::min<std::size_t>(end.size(), FILTER_END_MAX);
    return known_part{std::string{end.substr(end.size() - size)}, true,
                      size == end.size() && pattern.is() == shape::suffix};
  }
  if (is_whole)
    text += '\0';
  const bool fits = text.size() <= FILTER_TEXT_MAX;
  text.resize(std::min<std::size_t>(text.size(), FILTER_TEXT_MAX));
  return known_part{std::move(text), false, fits && pattern.is() != shape::glob};
}

/// Has ends of its length looked at. False: there is no room for them.
bool make_room(filter_field_rules& in, const known_part& part) {
  if (!part.is_end)
    return true;
  for (auto& length : in.ends)
    if (length == 0 || length == part.text.size()) {
      length = static_cast<__u8>(part.text.size());
      return true;
    }
  return false;
}

/// Whole ones are found before there is a record. A live comm is cut to what a name
/// holds: a longer one is none, here as there.
bool are_names(const field_filter& filter) {
  const auto is_name = [](const text_pattern& one) { return one.is() == shape::equal; };
  return std::ranges::all_of(filter.wanted, is_name)
         && std::ranges::all_of(filter.unwanted, is_name);
}

std::uint8_t unused_bits_of(const filter_field& field) {
  if (field.is == place::access)
    return 62;
  switch (field.type) {
  case arg_type::uint8:
  case arg_type::boolean:
    return 56;
  case arg_type::uint16:
    return 48;
  case arg_type::int32:
  case arg_type::uint32:
    return 32;
  default:
    return 0;
  }
}

/// Fields that programs can look at, at all.
bool is_known_there(const filter_field& field) {
  switch (field.is) {
  case place::argument:
    // Times are counted from the epoch here, and from boot there.
    return field.looks_like() != filter_field::kind::list
           && field.type != arg_type::time;
  case place::container:
  case place::executable:
    return false;
  default:
    return true;
  }
}

std::uint8_t slot_of(const filter_field& field) {
  switch (field.is) {
  case place::retval:
    return FILTER_SLOT_RETVAL;
  case place::pid:
    return FILTER_SLOT_PID;
  case place::comm:
    return FILTER_SLOT_COMM;
  default:
    return field.slot;
  }
}

template <class Key>
void note(std::map<Key, filter_verdict>& in, Key key, std::uint64_t bit, bool wanted) {
  auto& verdict = in[std::move(key)];
  (wanted ? verdict.wanted : verdict.unwanted) |= bit;
}

share share_of(bool wanted, bool unwanted, bool both) {
  return both ? share::all : wanted || unwanted ? share::some : share::nothing;
}

} // namespace

kernel_rules::added kernel_rules::add(std::span<const event_filter> filters) {
  if (filters.empty() || filters.size() > FILTERS_MAX
      || rules_.size() >= FILTERED_EVENTS_MAX)
    return {};
  filter_rules made{};
  made.filters = ~std::uint64_t{0} >> (FILTERS_MAX - filters.size());
  made.of_host = made.of_containers = made.filters;
  auto bit = std::uint64_t{1};
  auto all = share::all;
  for (const auto& filter : filters) {
    auto best = filter.fields().empty() ? share::nothing : share::all;
    bool some = false;
    for (const auto& field : filter.fields()) {
      const auto decided = add(field, bit, made);
      some |= decided != share::nothing;
      best = std::min(best, decided);
    }
    if (!some)
      return {};
    all = std::min(all, std::max(best, share::some));
    bit <<= 1U;
  }
  rules_.push_back(made);
  return {static_cast<unsigned>(rules_.size() - 1), all};
}

kernel_rules::share kernel_rules::add(const field_filter& filter, std::uint64_t bit,
                                      filter_rules& to) {
  const auto& field = filter.field;
  if (!is_known_there(field))
    return share::nothing;
  if (field.is == place::origin)
    return add_origin(filter, bit, to);
  if (field.is == place::comm && are_names(filter))
    return add_name(filter, bit, to);
  auto* const rules = find_or_add(field, to);
  if (rules == nullptr)
    return share::nothing;
  return field.looks_like() == filter_field::kind::text
             ? add_text(filter, bit, *rules)
             : add_number(filter, bit, *rules);
}

/// Never all: of a new cgroup programs are told later than something happens in it, and
/// whether a container's own program runs yet is for user space to tell.
kernel_rules::share kernel_rules::add_origin(const field_filter& filter,
                                             std::uint64_t bit, filter_rules& to) {
  const auto passes = [&](event_origin origin) {
    const auto number = static_cast<std::uint64_t>(origin);
    const auto is_in = [&](const auto& numbers) {
      return std::ranges::find(numbers, number) != numbers.end();
    };
    return (filter.wanted_numbers.empty() || is_in(filter.wanted_numbers))
           && !is_in(filter.unwanted_numbers);
  };
  if (!passes(event_origin::host))
    to.of_host &= ~bit;
  if (!passes(event_origin::container) && !passes(event_origin::container_init))
    to.of_containers &= ~bit;
  return share::some;
}

kernel_rules::share kernel_rules::add_name(const field_filter& filter,
                                           std::uint64_t bit, filter_rules& to) {
  if (to.name_field == 0)
    to.name_field = next_field();
  const auto add_all = [&](const std::vector<text_pattern>& patterns, bool wanted) {
    for (const auto& one : patterns)
      if (one.text().size() < FILTER_NAME_MAX)
        note(names_, text_key{to.name_field, one.text()}, bit, wanted);
  };
  if (filter.wants_some())
    to.needs_name |= bit;
  add_all(filter.wanted, true);
  add_all(filter.unwanted, false);
  return share::all;
}

/// What is wanted passes if it begins, or ends, as it must; what is unwanted is kept back only
/// if that is all there is to it.
kernel_rules::share kernel_rules::add_text(const field_filter& filter,
                                           std::uint64_t bit, filter_field_rules& to) {
  const auto told_of = [&to](const text_pattern& pattern) {
    auto part = part_of(pattern);
    return part && make_room(to, *part) ? part : std::nullopt;
  };
  const auto is_told = [&](const text_pattern& one) { return told_of(one).has_value(); };
  const auto is_decided = [&](const text_pattern& one) {
    const auto part = told_of(one);
    return part && part->decides;
  };
  const auto add = [&](const text_pattern& pattern, bool wanted) {
    const auto part = told_of(pattern);
    note(part->is_end ? ends_ : texts_, text_key{to.field, part->text}, bit, wanted);
  };
  const bool wanted = filter.wants_some() && std::ranges::all_of(filter.wanted, is_told);
  if (wanted) {
    to.needs |= bit;
    for (const auto& one : filter.wanted)
      add(one, true);
  }
  bool unwanted = false;
  for (const auto& one : filter.unwanted)
    if (is_decided(one))
      add(one, false), unwanted = true;
  return share_of(wanted, unwanted,
                  std::ranges::all_of(filter.wanted, is_decided)
                      && std::ranges::all_of(filter.unwanted, is_decided));
}

kernel_rules::share kernel_rules::add_number(const field_filter& filter,
                                             std::uint64_t bit,
                                             filter_field_rules& to) {
  for (const auto number : filter.unwanted_numbers)
    note(numbers_, number_key{to.field, number}, bit, false);
  if (filter.bounds && !add_bounds(*filter.bounds, bit, to))
    return filter.unwanted_numbers.empty() ? share::nothing : share::some;
  if (filter.wants_some())
    to.needs |= bit;
  for (const auto number : filter.wanted_numbers)
    note(numbers_, number_key{to.field, number}, bit, true);
  return share::all;
}

/// False: there is no room for them.
bool kernel_rules::add_bounds(const number_range& bounds, std::uint64_t bit,
                              filter_field_rules& to) {
  auto* const end = to.bounds + to.bounds_count;
  auto* const place = std::find_if(to.bounds, end, [&](const filter_bounds& one) {
    return one.least == bounds.least && one.most == bounds.most;
  });
  if (place == std::end(to.bounds))
    return false;
  if (place == end)
    to.bounds[to.bounds_count++] = {bounds.least, bounds.most, 0};
  place->wanted |= bit;
  return true;
}

/// Null: there is no room for it.
filter_field_rules* kernel_rules::find_or_add(const filter_field& field,
                                              filter_rules& to) {
  auto* made = &to.uid;
  if (field.is == place::uid) {
    if (to.uid_is_looked_at != 0)
      return made;
    to.uid_is_looked_at = 1;
  } else {
    const auto known = std::span{to.args, to.args_count};
    const auto found = std::ranges::find_if(known, [&](const filter_field_rules& one) {
      return one.slot == slot_of(field) && one.unused_bits == unused_bits_of(field);
    });
    if (found != known.end())
      return &*found;
    if (to.args_count == FILTER_ARGS_MAX)
      return nullptr;
    made = &to.args[to.args_count++];
  }
  made->field = next_field();
  made->slot = slot_of(field);
  made->is_text = field.looks_like() == filter_field::kind::text ? 1 : 0;
  made->is_signed = field.is_signed() ? 1 : 0;
  made->unused_bits = unused_bits_of(field);
  return made;
}

std::map<kernel_rules::text_key, filter_verdict> kernel_rules::texts() const {
  auto result = texts_;
  for (auto& [longer, verdict] : result)
    for (const auto& [shorter, says] : texts_)
      if (shorter.first == longer.first && longer.second.starts_with(shorter.second)) {
        verdict.wanted |= says.wanted;
        verdict.unwanted |= says.unwanted;
      }
  return result;
}

} // namespace vedette
