#pragma once

#include "runtime/time.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

/// The table of events (table.def) as C++: enumerations, look-up by name, and a type per
/// argument, for access that the compiler checks:
/// `event.get<events::sched_process_exec::pathname>()`.
namespace vedette {

/// An event by its place in the table. What code compares; ids are for people.
enum class event_kind : std::uint16_t {
#define EVENT(id, identifier, ...) identifier,
#include "events/table.def"
#undef EVENT
  count,
  unknown = 0xffff, ///< Replayed, with a name that is not in the table.
};

inline constexpr auto event_kinds = static_cast<std::size_t>(event_kind::count);

/// How an event comes into being.
enum class event_class : std::uint8_t { syscall, event, own, internal };

/// Types of arguments, as spec/events.md names them; type_name() gives that name.
enum class arg_type : std::uint8_t {
  int32,
  int64,
  uint8,
  uint16,
  uint32,
  uint64,
  float64,
  boolean,
  pointer,
  time,
  string,
  string_list,
  bytes,
  // Objects and lists that are kept as JSON.
  uint64_list,
  int_pair,
  sock_addr,
  packet_metadata,
  pkt_meta,
  slim_cred,
  hooked_symbols,
  hooked_symbol_map,
  proto_ipv4,
  proto_ipv6,
  proto_tcp,
  proto_udp,
  proto_icmp,
  proto_icmpv6,
  proto_dns,
  dns_queries,
  dns_responses,
  proto_http,
  proto_http_request,
  proto_http_response,
};

inline constexpr auto arg_types =
    static_cast<std::size_t>(arg_type::proto_http_response) + 1;

/// What a slot of this type holds.
enum class arg_storage : std::uint8_t {
  scalar, ///< The value; signed ones sign-extended, floats as their bits.
  text,   ///< Refers to bytes of any value but NUL.
  list,   ///< Refers to strings, each with a NUL behind it.
  bytes,  ///< Refers to bytes of any value.
  json,   ///< Refers to minified JSON, or to a native form (native_forms.h).
};

constexpr arg_storage storage_of(arg_type type) {
  if (type <= arg_type::time)
    return arg_storage::scalar;
  if (type == arg_type::string)
    return arg_storage::text;
  if (type == arg_type::string_list)
    return arg_storage::list;
  if (type == arg_type::bytes)
    return arg_storage::bytes;
  return arg_storage::json;
}

/// As in JSON: `int32`, `string`, `[]string`, `trace.Pointer`, ...
std::string_view type_name(arg_type type);

/// Also for C-ish names: `const char*`, `unsigned long`, `const char*const*`, ...
std::optional<arg_type> find_type(std::string_view name);

struct argument_definition {
  std::string_view name;
  arg_type type;
};

struct event_definition {
  event_kind kind;
  std::int32_t id; ///< As users see it. Not unique: see table.def.
  std::string_view name;
  event_class made_by;
  std::string_view sets; ///< Comma-separated, e.g. `default,proc`.
  std::span<const argument_definition> args;

  /// Slot of an argument by its name.
  [[nodiscard]] std::optional<std::size_t> find(std::string_view argument) const;
};

/// All events in the table's order, the internal ones at the end.
std::span<const event_definition> event_definitions();

/// `kind` must be in the table.
const event_definition& definition_of(event_kind kind);

std::optional<event_kind> find_event(std::string_view name);

/// Base of the types below. `slot` is the argument's place. (Not `type`: there are
/// arguments of that name, which would hide it.)
template <event_kind Kind, std::size_t Slot, arg_type Type>
struct argument {
  static constexpr auto kind = Kind;
  static constexpr auto slot = Slot;
  static constexpr auto stored_as = Type;
};

/// A namespace per event, a type per argument.
namespace events {

#define EVENT(id, identifier, text, made_by, sets, ...)                                  \
  namespace identifier {                                                                 \
  enum class slot : std::uint8_t { __VA_ARGS__ };                                        \
  }
#define ARG(identifier, text, type) identifier,
#define NO_ARGS
#include "events/table.def"
#undef ARG
#undef EVENT

#define EVENT(id, identifier, text, made_by, sets, ...)                                  \
  namespace identifier {                                                                 \
  inline constexpr auto kind = event_kind::identifier;                                   \
  __VA_ARGS__                                                                            \
  }
#define ARG(identifier, text, type)                                                      \
  struct identifier                                                                      \
      : argument<kind, static_cast<std::size_t>(slot::identifier), arg_type::type> {};
#include "events/table.def"
#undef NO_ARGS
#undef ARG
#undef EVENT

} // namespace events

} // namespace vedette
