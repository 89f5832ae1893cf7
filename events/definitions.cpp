#include "events/definitions.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <unordered_map>
#include <utility>

namespace vedette {

namespace {

// One array of arguments per event; an empty one cannot be written, hence the sentinel.
#define EVENT(id, identifier, text, made_by, sets, ...)                                  \
  constexpr argument_definition identifier##_args[]{__VA_ARGS__{"", arg_type::int32}};
#define ARG(identifier, text, type) {text, arg_type::type},
#define NO_ARGS
#include "events/table.def"
#undef NO_ARGS
#undef ARG
#undef EVENT

constexpr std::array<event_definition, event_kinds> table{{
#define EVENT(id, identifier, text, made_by, sets, ...)                                  \
  {event_kind::identifier, id, text, event_class::made_by, sets,                         \
   {identifier##_args, std::size(identifier##_args) - 1}},
#include "events/table.def"
#undef EVENT
}};

constexpr std::array<std::string_view, arg_types> type_names{
    "int32", "int64", "uint8", "uint16", "uint32", "uint64", "float64", "bool",
    "trace.Pointer", "time.Time", "string", "[]string", "[]byte", "[]uint64", "[2]int",
    "SockAddr", "trace.PacketMetadata", "trace.PktMeta", "trace.SlimCred",
    "[]trace.HookedSymbolData", "map[string]trace.HookedSymbolData", "trace.ProtoIPv4",
    "trace.ProtoIPv6", "trace.ProtoTCP", "trace.ProtoUDP", "trace.ProtoICMP",
    "trace.ProtoICMPv6", "trace.ProtoDNS", "[]trace.DnsQueryData",
    "[]trace.DnsResponseData", "trace.ProtoHTTP", "trace.ProtoHTTPRequest",
    "trace.ProtoHTTPResponse"};

/// Names that older recordings use for the same types.
constexpr std::pair<std::string_view, arg_type> other_names[]{
    {"const char*", arg_type::string},
    {"char*", arg_type::string},
    {"const char *", arg_type::string},
    {"char *", arg_type::string},
    {"const char*const*", arg_type::string_list},
    {"const char**", arg_type::string_list},
    {"char**", arg_type::string_list},
    {"const char *const *", arg_type::string_list},
    {"int", arg_type::int32},
    {"pid_t", arg_type::int32},
    {"key_t", arg_type::int32},
    {"mqd_t", arg_type::int32},
    {"clockid_t", arg_type::int32},
    {"long", arg_type::int64},
    {"off_t", arg_type::int64},
    {"loff_t", arg_type::int64},
    {"unsigned int", arg_type::uint32},
    {"u32", arg_type::uint32},
    {"uid_t", arg_type::uint32},
    {"gid_t", arg_type::uint32},
    {"dev_t", arg_type::uint32},
    {"unsigned long", arg_type::uint64},
    {"unsigned long long", arg_type::uint64},
    {"u64", arg_type::uint64},
    {"size_t", arg_type::uint64},
    {"u16", arg_type::uint16},
    {"umode_t", arg_type::uint16},
    {"mode_t", arg_type::uint16},
    {"u8", arg_type::uint8},
    {"float", arg_type::float64},
    {"double", arg_type::float64},
    {"void*", arg_type::pointer},
    {"const void*", arg_type::pointer},
    {"bytes", arg_type::bytes},
    {"struct sockaddr*", arg_type::sock_addr},
    {"const struct sockaddr*", arg_type::sock_addr},
};

using name_index = std::unordered_map<std::string_view, event_kind>;

name_index make_index() {
  name_index index;
  for (const auto& event : table)
    index.emplace(event.name, event.kind);
  return index;
}

} // namespace

std::string_view type_name(arg_type type) {
  return type_names[static_cast<std::size_t>(type)];
}

std::optional<arg_type> find_type(std::string_view name) {
  if (const auto found = std::ranges::find(type_names, name); found != type_names.end())
    return static_cast<arg_type>(found - type_names.begin());
  for (const auto& [other, type] : other_names)
    if (other == name)
      return type;
  return {};
}

std::optional<std::size_t> event_definition::find(std::string_view argument) const {
  const auto found = std::ranges::find(args, argument, &argument_definition::name);
  if (found == args.end())
    return {};
  return static_cast<std::size_t>(found - args.begin());
}

std::span<const event_definition> event_definitions() {
  return table;
}

const event_definition& definition_of(event_kind kind) {
  return table[static_cast<std::size_t>(kind)];
}

std::optional<event_kind> find_event(std::string_view name) {
  static const auto index = make_index();
  const auto found = index.find(name);
  if (found == index.end())
    return {};
  return found->second;
}

} // namespace vedette
