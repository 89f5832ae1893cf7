#pragma once

#include "bpf/filter_rules.h"
#include "events/event_selection.hpp"

#include <array>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace vedette {

/// Filters as the kernel's side takes them: what programs look up in their maps. They let
/// pass whatever event_filter does, and as little more as they can tell.
class kernel_rules {
public:
  /// How much of what filters say programs can decide.
  enum class share : std::uint8_t { nothing, some, all };
  struct added {
    unsigned number = 0; ///< From 1 on; 0: programs ask no filter.
    share decided = share::nothing;
  };

  /// Those of one event. Nothing is decided if there are too many, or if one of them leaves
  /// everything to user space.
  added add(std::span<const event_filter> filters);

  /// By number; the first is nobody's.
  [[nodiscard]] std::span<const filter_rules> rules() const { return rules_; }
  using number_key = std::pair<std::uint32_t, std::uint64_t>;
  using text_key = std::pair<std::uint32_t, std::string>;
  /// With what all beginnings of a text say.
  [[nodiscard]] std::map<text_key, filter_verdict> texts() const;
  /// What they end with, and nothing of shorter ends.
  [[nodiscard]] const auto& ends() const { return ends_; }
  [[nodiscard]] const auto& names() const { return names_; }
  [[nodiscard]] const auto& numbers() const { return numbers_; }

private:
  share add(const field_filter& filter, std::uint64_t bit, filter_rules& to);
  share add_origin(const field_filter& filter, std::uint64_t bit, filter_rules& to);
  share add_name(const field_filter& filter, std::uint64_t bit, filter_rules& to);
  share add_text(const field_filter& filter, std::uint64_t bit, filter_field_rules& to);
  share add_number(const field_filter& filter, std::uint64_t bit, filter_field_rules& to);
  static bool add_bounds(const number_range& bounds, std::uint64_t bit,
                         filter_field_rules& to);
  filter_field_rules* find_or_add(const filter_field& field, filter_rules& to);
  std::uint32_t next_field() { return ++fields_; }

  std::vector<filter_rules> rules_ = std::vector<filter_rules>(1);
  std::map<text_key, filter_verdict> texts_; ///< Of those that are so, with their NUL.
  std::map<text_key, filter_verdict> ends_;
  std::map<text_key, filter_verdict> names_;
  std::map<number_key, filter_verdict> numbers_;
  std::uint32_t fields_ = 0;
};

} // namespace vedette
