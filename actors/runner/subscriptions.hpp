#pragma once

#include "events/batch.hpp"
#include "runtime/errors.hpp"
#include "signatures/selection.hpp"

#include <cstddef>
#include <cstdint>
#include <expected>
#include <memory>
#include <string>
#include <vector>

namespace vedette {

/// Which signatures are given which events. A plain class; signatures are numbers here.
class subscriptions {
public:
  /// Numbers must be added in ascending order. Errors: invalid_config, a selector that
  /// names no source of events, or filters what they have not.
  std::expected<void, error> add(std::uint32_t signature,
                                 const std::vector<selector>& selectors);

  /// Calls `deliver(signature)`, in the order of the numbers, once for each that
  /// selects the event. Nobody is given what is not for signatures: records between the
  /// kernel side and data sources, and old findings.
  template <class Deliver>
  void for_each(event_view event, Deliver deliver) const {
    const auto kind = static_cast<std::size_t>(event.kind());
    if (kind >= event_kinds) {
      for_each_unknown(event, deliver);
      return;
    }
    const auto& selecting = by_kind_[kind];
    if (selecting.empty() || is_old_finding(event))
      return;
    const auto origin = bit_of(origin_of(event));
    const subscription* last = nullptr;
    for (const auto& one : selecting) {
      if (last != nullptr && last->signature == one.signature)
        continue;
      if ((one.origins & origin) == 0 || (one.filter && !one.filter->passes(event)))
        continue;
      last = &one;
      deliver(one.signature);
    }
  }

private:
  struct subscription {
    std::uint32_t signature;
    std::uint8_t origins; ///< A bit for each.
    std::shared_ptr<const event_filter> filter; ///< Null: all of those.
  };
  struct named_subscription {
    std::string name; ///< Empty: any.
    subscription what;
  };

  static std::uint8_t bit_of(event_origin origin) {
    return static_cast<std::uint8_t>(1U << static_cast<unsigned>(origin));
  }
  static std::uint8_t bits_of(event_origin wanted);
  static bool is_old_finding(event_view event) {
    const auto* replayed = event.extension();
    return replayed != nullptr && replayed->metadata.length != 0;
  }
  static void add_to(std::vector<subscription>& list, subscription added);
  template <class Deliver>
  void for_each_unknown(event_view event, Deliver& deliver) const {
    if (unknown_.empty() || is_old_finding(event))
      return;
    const auto origin = bit_of(origin_of(event));
    const auto name = event.text(event.extension()->name);
    const subscription* last = nullptr;
    for (const auto& [wanted, what] : unknown_) {
      const bool given = last != nullptr && last->signature == what.signature;
      if (given || (!wanted.empty() && wanted != name) || (what.origins & origin) == 0)
        continue;
      last = &what;
      deliver(what.signature);
    }
  }

  std::vector<std::vector<subscription>> by_kind_ =
      std::vector<std::vector<subscription>>(event_kinds);
  std::vector<named_subscription> unknown_; ///< To events that are not in the table.
};

} // namespace vedette
