#pragma once

#include "events/filter_field.hpp"
#include "events/text_pattern.hpp"

#include <cstdint>
#include <expected>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace vedette {

/// Numbers from the first to the last, in the order of ordered().
struct number_range {
  std::uint64_t least = 0;
  std::uint64_t most = std::numeric_limits<std::uint64_t>::max();

  [[nodiscard]] bool includes(std::uint64_t number) const {
    return least <= number && number <= most;
  }
  bool operator==(const number_range&) const = default;
};

/// What one field of an event must be: one of what is wanted, or in the bounds, if there is
/// any of those; and none of what is unwanted. What is absent is neither.
struct field_filter {
  filter_field field;
  std::vector<text_pattern> wanted, unwanted;
  std::vector<std::uint64_t> wanted_numbers, unwanted_numbers; ///< As ordered() has them.
  std::optional<number_range> bounds;

  [[nodiscard]] bool wants_some() const {
    return !wanted.empty() || !wanted_numbers.empty() || bounds;
  }
  [[nodiscard]] bool passes(event_view event) const;
  /// A number, ordered; nothing: it is absent.
  [[nodiscard]] bool passes(std::optional<std::uint64_t> number) const;

  bool operator==(const field_filter&) const = default;
};

/// Which events of a kind are wanted, by their fields: the reference for what the kernel's
/// side decides. Made once, from conditions as users write them behind the event's name:
///
///   pathname=/etc/*,/usr/*    flags!=O_RDONLY    uid>=1000    comm!=cron    retval<0
///
/// Values of one field are alternatives, as are several conditions with `=` on it; `!=`
/// excludes; `<`, `<=`, `>` and `>=` together are bounds. All fields must pass. `\` takes a
/// comma's, a star's or a question mark's meaning away.
class event_filter {
public:
  explicit event_filter(event_kind of) : of_{of} {}

  /// Errors: invalid_config, it says nothing that can be compared.
  std::expected<void, error> add(std::string_view condition);

  /// `event` must be of the kind. Nothing is allocated.
  [[nodiscard]] bool passes(event_view event) const;

  /// The filter of what is no argument of the event; null: it does not look at that.
  [[nodiscard]] const field_filter* find(filter_field::place where) const;
  /// What is left where somebody else has looked at that.
  [[nodiscard]] event_filter without(filter_field::place where) const;

  [[nodiscard]] event_kind of() const { return of_; }
  [[nodiscard]] std::span<const field_filter> fields() const { return fields_; }
  /// The conditions as they were written: `pathname=/etc/* uid=0`.
  [[nodiscard]] const std::string& text() const { return text_; }

  bool operator==(const event_filter&) const = default;

private:
  [[nodiscard]] field_filter of_field(const filter_field& field) const;

  event_kind of_;
  std::vector<field_filter> fields_;
  std::string text_;
};

/// An event's name as users write it, and what may stand behind it.
struct written_selection {
  std::string_view event;
  std::string_view condition; ///< Empty: all events of the name.
};

/// `NAME`, or `NAME.CONDITION`.
written_selection split_selection(std::string_view text);

} // namespace vedette
