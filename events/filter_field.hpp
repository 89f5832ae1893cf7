#pragma once

#include "events/batch.hpp"
#include "runtime/errors.hpp"

#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

namespace vedette {

/// What a filter looks at: an argument of the event, or what is known of every event.
struct filter_field {
  enum class place : std::uint8_t {
    argument,
    comm,       ///< Of the thread; `processName` in JSON.
    uid,        ///< `userId`
    pid,        ///< As the host sees it; `hostProcessId`.
    retval,     ///< `returnValue`
    origin,     ///< host, container or container-init
    container,  ///< Its id; empty on the host.
    executable, ///< Path of the process's.
    access,     ///< Of flags of an open: O_RDONLY, O_WRONLY or O_RDWR.
  };
  enum class kind : std::uint8_t {
    text,
    list, ///< Of texts: it is enough if one of them is as wanted.
    number,
  };

  place is = place::argument;
  std::uint8_t slot = 0; ///< Of an argument, for access of the flags.
  arg_type type{};       ///< Of its value.

  /// `NAME`: an argument if the event has one of this name, else what all have;
  /// `args.NAME`, `scope.NAME`: either of them alone. Errors: invalid_config, there is none,
  /// or its values cannot be compared.
  static std::expected<filter_field, error> find(event_kind of, std::string_view name);

  [[nodiscard]] kind looks_like() const;
  [[nodiscard]] bool is_signed() const;

  bool operator==(const filter_field&) const = default;
};

/// Numbers in one order, whatever their type: those with a sign are moved up by half.
std::uint64_t ordered(std::uint64_t raw, const filter_field& field);

/// Of an event of the field's kind; nothing: the argument is absent.
std::optional<std::uint64_t> ordered_number_of(event_view event,
                                               const filter_field& field);
std::optional<std::string_view> text_of(event_view event, const filter_field& field);

/// A number as users write it: decimal, 0x…, names of flags, true, host. Errors:
/// invalid_config, it is none, or the field cannot have it.
std::expected<std::uint64_t, error> parse_ordered(event_kind of,
                                                  const filter_field& field,
                                                  std::string_view text);

} // namespace vedette
