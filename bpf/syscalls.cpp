#include "bpf/syscalls.hpp"

#include <algorithm>
#include <iterator>

namespace vedette {

namespace {

constexpr syscall_event events_table[]{
#define SYSCALL(identifier, native, compat) {event_kind::identifier, native, compat},
#include "bpf/syscalls.def"
#undef SYSCALL
};

#define CALL(native, compat) {native, compat},
#define HANDLER(identifier, calls)                                                       \
  constexpr std::array<int, 2> calls_of_##identifier[]{calls};
#include "bpf/handlers.def"
#undef HANDLER
#undef CALL

constexpr handler_program handler_table[]{
#define HANDLER(identifier, calls) {"after_" #identifier, calls_of_##identifier},
#include "bpf/handlers.def"
#undef HANDLER
};

__u8 in_register(arg_type type) {
  switch (type) {
  case arg_type::uint8:
  case arg_type::boolean:
    return SYSCALL_ARG_U8;
  case arg_type::uint16:
    return SYSCALL_ARG_U16;
  case arg_type::int32:
    return SYSCALL_ARG_S32;
  case arg_type::uint32:
    return SYSCALL_ARG_U32;
  case arg_type::int64:
    return SYSCALL_ARG_S64;
  case arg_type::uint64:
  case arg_type::pointer:
    return SYSCALL_ARG_U64;
  case arg_type::string:
    return SYSCALL_ARG_TEXT;
  default:
    return SYSCALL_ARG_NONE; // What has to be read and rendered first.
  }
}

} // namespace

std::span<const syscall_event> syscall_events() {
  return events_table;
}

std::span<const handler_program> handler_programs() {
  return handler_table;
}

syscall_handler handler_of(std::string_view program) {
  const auto* found = std::ranges::find(handler_table, program, &handler_program::name);
  if (found == std::end(handler_table))
    return HANDLER_NONE;
  return static_cast<syscall_handler>(found - std::begin(handler_table) + 1);
}

syscall_row row_of(event_kind kind) {
  const auto& event = definition_of(kind);
  syscall_row row{};
  row.kind = static_cast<__u16>(kind);
  row.arg_count =
      static_cast<__u8>(std::min<std::size_t>(event.args.size(), SYSCALL_ARGS));
  for (std::size_t arg = 0; arg < row.arg_count; ++arg)
    row.args[arg] = in_register(event.args[arg].type);
  return row;
}

std::array<syscall_row, std::size_t{2} * SYSCALL_NUMBERS>
make_rows(std::span<const event_kind> wanted,
          std::span<const syscall_handler> handlers) {
  std::array<syscall_row, std::size_t{2} * SYSCALL_NUMBERS> rows{};
  for (const auto& call : syscall_events()) {
    const auto found = std::ranges::find(wanted, call.kind);
    if (found == wanted.end())
      continue;
    auto row = row_of(call.kind);
    row.watched = static_cast<__u16>(WATCHED_HOOKS + (found - wanted.begin()));
    for (const auto number : rows_of(call))
      if (number >= 0)
        rows[static_cast<std::size_t>(number)] = row;
  }
  for (const auto handler : handlers)
    for (const auto& [native, compat] : handler_table[handler - 1].calls) {
      if (native >= 0)
        rows[static_cast<std::size_t>(native)].handler = handler;
      if (compat >= 0)
        rows[static_cast<std::size_t>(compat) + SYSCALL_NUMBERS].handler = handler;
    }
  return rows;
}

} // namespace vedette
