#pragma once

#include "events/batch.hpp"
#include "events/filter_set.hpp"
#include "runtime/errors.hpp"
#include "signatures/selection.hpp"

#include <array>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <limits>
#include <string>
#include <vector>

namespace vedette {

/// Which signatures are given which events. A plain class; signatures are numbers here. Not to
/// be asked about an event while it delivers another one of the same kind.
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
  void for_each(event_view event, Deliver deliver) {
    const auto kind = static_cast<std::size_t>(event.kind());
    if (kind >= event_kinds) {
      for_each_unknown(event, deliver);
      return;
    }
    const auto number = by_kind_[kind];
    if (number == nobody || is_old_finding(event))
      return;
    auto& of_kind = of_kind_[number];
    auto& [filters, of] = of_kind.lists[of_kind.which[place_of(event)]];
    auto last = no_signature;
    filters.for_each_passed(event, [&](std::size_t place) {
      if (const auto next = of[place]; next != last)
        deliver(last = next);
    });
  }

private:
  struct subscription_list {
    filter_set filters;
    std::vector<std::uint32_t> signatures; ///< By the filters' numbers; ascending.
  };
  struct named_subscription {
    std::string name; ///< Empty: any.
    std::uint8_t origins; ///< A bit for each.
    std::uint32_t signature;
  };
  static constexpr auto no_signature = std::numeric_limits<std::uint32_t>::max();

  // Those to one kind of event, apart by what is looked at once an event and not once a
  // signature: its origin, and what it opens a file for.
  static constexpr std::size_t origins = 4;  ///< event_origin's values.
  static constexpr std::size_t accesses = 5; ///< The flags' two bits, or none.
  using places = std::bitset<origins * accesses>;
  /// Places to which the same is subscribed have one list.
  struct kind_subscriptions {
    std::array<std::uint8_t, origins * accesses> which{};
    std::vector<subscription_list> lists = std::vector<subscription_list>(1);

    void add(const places& to, std::uint32_t signature, const event_filter& filter);
  };
  static constexpr auto nobody = std::uint16_t{0xffff};

  static std::size_t place_of(event_view event) {
    return static_cast<std::size_t>(origin_of(event)) * accesses + access_of(event);
  }
  static std::size_t access_of(event_view event) {
    constexpr auto access_bits = 3;
    const auto flags = event.get<events::security_file_open::flags>();
    return flags ? static_cast<std::size_t>(*flags & access_bits) : accesses - 1;
  }

  static std::uint8_t bit_of(event_origin origin) {
    return static_cast<std::uint8_t>(1U << static_cast<unsigned>(origin));
  }
  static std::uint8_t bits_of(event_origin wanted);
  static bool is_old_finding(event_view event) {
    const auto* replayed = event.extension();
    return replayed != nullptr && replayed->metadata.length != 0;
  }
  void add(event_kind kind, std::uint32_t signature, std::uint8_t of_origins,
           const event_filter& filter);
  template <class Deliver>
  void for_each_unknown(event_view event, Deliver& deliver) {
    if (unknown_.empty() || is_old_finding(event))
      return;
    const auto origin = bit_of(origin_of(event));
    const auto name = event.text(event.extension()->name);
    auto last = no_signature;
    for (const auto& [wanted, from, signature] : unknown_) {
      if (signature == last || (!wanted.empty() && wanted != name) || (from & origin) == 0)
        continue;
      deliver(last = signature);
    }
  }

  std::vector<std::uint16_t> by_kind_ = std::vector<std::uint16_t>(event_kinds, nobody);
  std::vector<kind_subscriptions> of_kind_; ///< By the numbers there.
  std::vector<named_subscription> unknown_; ///< To events that are not in the table.
};

} // namespace vedette
