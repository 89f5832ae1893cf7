#pragma once

#include "events/event_filter.hpp"
#include "events/text_index.hpp"

#include <bit>
#include <cstddef>
#include <cstdint>
#include <unordered_map>
#include <vector>

namespace vedette {

/// Many filters of one kind of event, decided together: each field is looked at once, however
/// many filters look at it, as the kernel's side does. Belongs to one owner, as it keeps what
/// it works with.
class filter_set {
public:
  /// They are numbered in the order in which they are added. One without fields passes all.
  void add(const event_filter& filter);

  [[nodiscard]] std::size_t size() const { return size_; }

  /// Calls `visit(number)` for those that the event passes, in order. Nothing is allocated.
  template <class Visit>
  void for_each_passed(event_view event, Visit visit) {
    if (!decide(event))
      return;
    for (std::size_t word = 0; word < left_.size(); ++word)
      for (auto bits = left_[word]; bits != 0; bits &= bits - 1)
        visit(word * 64 + static_cast<std::size_t>(std::countr_zero(bits)));
  }

private:
  struct bound {
    number_range range;
    std::uint32_t filter;
  };
  struct vote {
    std::uint32_t filter;
    bool is_wanted;
  };
  /// What all filters say of one field.
  struct field_rules {
    filter_field field;
    std::vector<std::uint64_t> needs; ///< Filters that want some value.
    text_index texts;
    std::unordered_map<std::uint64_t, std::vector<vote>> numbers;
    std::vector<bound> bounds;
  };

  field_rules& rules_of(const filter_field& field);
  /// Fills left_. False: none passes.
  bool decide(event_view event);
  void collect(const field_rules& rules, event_view event);

  std::size_t size_ = 0;
  std::vector<field_rules> fields_; ///< Numbers first: they are compared faster.
  std::vector<std::uint64_t> all_, left_;
  filter_votes votes_;
};

} // namespace vedette
