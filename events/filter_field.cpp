#include "events/filter_field.hpp"

#include "events/event_origin.hpp"
#include "events/flag_names.hpp"

#include <algorithm>
#include <array>
#include <limits>

namespace vedette {

namespace {

using place = filter_field::place;

struct scope_name {
  std::string_view name, in_json;
  place is;
  arg_type type;
};

constexpr std::array scope_names{
    scope_name{"comm", "processName", place::comm, arg_type::string},
    scope_name{"uid", "userId", place::uid, arg_type::uint32},
    scope_name{"pid", "hostProcessId", place::pid, arg_type::uint32},
    scope_name{"retval", "returnValue", place::retval, arg_type::int64},
    scope_name{"origin", "", place::origin, arg_type::uint8},
    scope_name{"container", "containerId", place::container, arg_type::string},
    scope_name{"executable", "", place::executable, arg_type::string},
};

/// Events that have `access`: the lowest bits of their flags say what a file is opened for.
constexpr std::string_view access_name = "access", flags_name = "flags";
constexpr std::uint64_t access_bits = 3;

bool has_access(event_kind kind) {
  return kind == event_kind::security_file_open;
}

std::unexpected<error> wrong(std::string detail) {
  return std::unexpected{error{ec::invalid_config, std::move(detail)}};
}

bool is_comparable(arg_type type) {
  const auto storage = storage_of(type);
  return (storage == arg_storage::scalar && type != arg_type::float64)
         || storage == arg_storage::text || storage == arg_storage::list;
}

std::string fields_of(const event_definition& event) {
  std::string names;
  for (const auto& argument : event.args)
    if (is_comparable(argument.type))
      names += std::string{argument.name} + ", ";
  if (has_access(event.kind))
    names += std::string{access_name} + ", ";
  names += "and of all events ";
  for (const auto& one : scope_names)
    names += std::string{one.name} + (&one == &scope_names.back() ? "" : ", ");
  return names;
}

struct number_limits {
  std::int64_t least;
  std::uint64_t most;
};

template <class Number>
constexpr number_limits limits_of() {
  return {static_cast<std::int64_t>(std::numeric_limits<Number>::min()),
          static_cast<std::uint64_t>(std::numeric_limits<Number>::max())};
}

number_limits limits_of(arg_type type) {
  switch (type) {
  case arg_type::int32:
    return limits_of<std::int32_t>();
  case arg_type::int64:
  case arg_type::time:
    return limits_of<std::int64_t>();
  case arg_type::uint8:
    return limits_of<std::uint8_t>();
  case arg_type::uint16:
    return limits_of<std::uint16_t>();
  case arg_type::uint32:
    return limits_of<std::uint32_t>();
  case arg_type::boolean:
    return limits_of<bool>();
  default:
    return limits_of<std::uint64_t>();
  }
}

/// A number with its sign apart: there are those beyond 2^63.
struct written_number {
  bool negative;
  std::uint64_t magnitude;
};

std::optional<written_number> parse(event_kind of, const filter_field& field,
                                    std::string_view text) {
  const auto plain = [](std::uint64_t number) { return written_number{false, number}; };
  if (field.is == place::origin) {
    const auto origin = find_origin(text);
    return origin ? std::optional{plain(static_cast<std::uint64_t>(*origin))}
                  : std::nullopt;
  }
  if (field.type == arg_type::boolean && (text == "true" || text == "false"))
    return plain(text == "true" ? 1 : 0);
  if (const auto number = parse_unsigned(text))
    return plain(*number);
  auto number = parse_number(text);
  if (!number && (field.is == place::argument || field.is == place::access))
    number = parse_flag_names(definition_of(of).name,
                              definition_of(of).args[field.slot].name, text);
  if (!number)
    return {};
  return *number < 0 ? written_number{true, ~static_cast<std::uint64_t>(*number) + 1}
                     : plain(static_cast<std::uint64_t>(*number));
}

template <arg_type Type>
std::uint64_t raw_at(event_view event, std::size_t slot) {
  return static_cast<std::uint64_t>(event.value_at<Type>(slot));
}

std::uint64_t raw_of(event_view event, const filter_field& field) {
  switch (field.type) {
  case arg_type::int32:
    return raw_at<arg_type::int32>(event, field.slot);
  case arg_type::uint8:
    return raw_at<arg_type::uint8>(event, field.slot);
  case arg_type::uint16:
    return raw_at<arg_type::uint16>(event, field.slot);
  case arg_type::uint32:
    return raw_at<arg_type::uint32>(event, field.slot);
  case arg_type::boolean:
    return raw_at<arg_type::boolean>(event, field.slot);
  case arg_type::time:
    return static_cast<std::uint64_t>(
        event.value_at<arg_type::time>(field.slot).time_since_epoch().count());
  default:
    return raw_at<arg_type::uint64>(event, field.slot);
  }
}

} // namespace

std::expected<filter_field, error> filter_field::find(event_kind of,
                                                      std::string_view name) {
  constexpr std::string_view of_arguments = "args.", of_all = "scope.";
  const auto& event = definition_of(of);
  const bool only_arguments = name.starts_with(of_arguments);
  const bool only_scope = name.starts_with(of_all);
  auto bare = name;
  bare.remove_prefix(only_arguments ? of_arguments.size()
                     : only_scope   ? of_all.size()
                                    : 0);
  if (const auto slot = event.find(bare); slot && !only_scope) {
    const auto type = event.args[*slot].type;
    if (!is_comparable(type))
      return wrong("values of " + std::string{bare} + ", of type "
                   + std::string{type_name(type)} + ", cannot be compared; there are "
                   + fields_of(event));
    return filter_field{place::argument, static_cast<std::uint8_t>(*slot), type};
  }
  if (bare == access_name && has_access(of) && !only_scope)
    return filter_field{place::access, static_cast<std::uint8_t>(*event.find(flags_name)),
                        arg_type::uint8};
  const auto* const found = std::ranges::find_if(scope_names, [&](const auto& one) {
    return bare == one.name || (bare == one.in_json && !bare.empty());
  });
  if (only_arguments || found == scope_names.end())
    return wrong(std::string{event.name} + " has no field '" + std::string{name}
                 + "'; there are " + fields_of(event));
  return filter_field{found->is, 0, found->type};
}

filter_field::kind filter_field::looks_like() const {
  switch (storage_of(type)) {
  case arg_storage::text:
    return kind::text;
  case arg_storage::list:
    return kind::list;
  default:
    return kind::number;
  }
}

bool filter_field::is_signed() const {
  return type == arg_type::int32 || type == arg_type::int64 || type == arg_type::time;
}

std::uint64_t ordered(std::uint64_t raw, const filter_field& field) {
  constexpr auto half = std::uint64_t{1} << 63U;
  return field.is_signed() ? raw ^ half : raw;
}

std::optional<std::uint64_t> ordered_number_of(event_view event,
                                               const filter_field& field) {
  const auto& header = event.header();
  switch (field.is) {
  case place::argument:
    if (!event.is_present(field.slot))
      return {};
    return ordered(raw_of(event, field), field);
  case place::access:
    if (!event.is_present(field.slot))
      return {};
    return static_cast<std::uint64_t>(event.value_at<arg_type::int32>(field.slot))
           & access_bits;
  case place::uid:
    return header.uid;
  case place::pid:
    return header.host_tgid;
  case place::retval:
    return ordered(static_cast<std::uint64_t>(header.return_value), field);
  case place::origin:
    return static_cast<std::uint64_t>(origin_of(event));
  default:
    return {};
  }
}

std::optional<std::string_view> text_of(event_view event, const filter_field& field) {
  switch (field.is) {
  case place::comm:
    return event.process_name();
  case place::container:
    return event.container_id();
  case place::executable:
    return event.executable();
  case place::argument:
    if (event.is_present(field.slot))
      return event.value_at<arg_type::string>(field.slot);
    return {};
  default:
    return {};
  }
}

std::expected<std::uint64_t, error>
parse_ordered(event_kind of, const filter_field& field, std::string_view text) {
  const auto number = parse(of, field, text);
  if (!number)
    return wrong("'" + std::string{text} + "' is no "
                 + (field.is == place::origin
                        ? "origin; there are host, container and container-init"
                    : field.type == arg_type::boolean
                        ? "truth value; there are true and false"
                        : "number, such as 10, 0x1f or -1, nor a name of one"));
  const auto [least, most] = limits_of(field.type);
  const auto fits =
      number->negative
          ? least != 0 && number->magnitude <= ~static_cast<std::uint64_t>(least) + 1
          : number->magnitude <= most;
  if (!fits)
    return wrong(std::string{text} + " is no value of type "
                 + std::string{type_name(field.type)});
  return ordered(number->negative ? ~number->magnitude + 1 : number->magnitude, field);
}

} // namespace vedette
