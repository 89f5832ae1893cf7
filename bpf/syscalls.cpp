#include "bpf/syscalls.hpp"

#include "events/syscall_names.hpp"

#include <algorithm>
#include <iterator>
#include <vector>

namespace vedette {

namespace {

#define CALL(native, compat) {native, compat},
#define HANDLER(identifier, calls)                                                     \
  constexpr std::array<int, 2> calls_of_##identifier[]{calls};
#include "bpf/handlers.def"
#undef HANDLER
#undef CALL

constexpr handler_program handler_table[]{
#define HANDLER(identifier, calls) {"after_" #identifier, calls_of_##identifier},
#include "bpf/handlers.def"
#undef HANDLER
};

std::vector<syscall_event> make_syscall_events() {
  std::vector<syscall_event> result;
  for (const auto& event : event_definitions()) {
    if (event.made_by != event_class::syscall)
      continue;
    const auto native = syscall_number(event.name, false);
    const auto compat = syscall_number(event.name, true);
    if (native || compat)
      result.push_back({event.kind, native.value_or(-1), compat.value_or(-1)});
  }
  return result;
}

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
  case arg_type::float64:
    return SYSCALL_ARG_TIME;
  case arg_type::sock_addr:
    return SYSCALL_ARG_ADDRESS;
  case arg_type::int_pair:
    return SYSCALL_ARG_INTS;
  default:
    return SYSCALL_ARG_NONE; // execve's lists: its handler tells them.
  }
}

/// Where a 32-bit program's call differs: an argument, its register, how it comes.
struct compat_argument {
  event_kind kind;
  __u8 argument, from, type;
};

constexpr __u8 paired = SYSCALL_ARG_PAIRED, word = SYSCALL_ARG_U32;
constexpr compat_argument compat_arguments[]{
    {event_kind::pread64, 3, 3, paired},
    {event_kind::pwrite64, 3, 3, paired},
    {event_kind::truncate64, 1, 1, paired},
    {event_kind::ftruncate64, 1, 1, paired},
    {event_kind::fadvise64, 1, 1, paired},
    {event_kind::fadvise64, 2, 3, word},
    {event_kind::fadvise64, 3, 4, SYSCALL_ARG_S32},
    {event_kind::fadvise64_64, 1, 1, paired},
    {event_kind::fadvise64_64, 2, 3, paired},
    {event_kind::fadvise64_64, 3, 5, SYSCALL_ARG_S32},
    {event_kind::sync_file_range, 1, 1, paired},
    {event_kind::sync_file_range, 2, 3, paired},
    {event_kind::sync_file_range, 3, 5, word},
    {event_kind::fallocate, 2, 2, paired},
    {event_kind::fallocate, 3, 4, paired},
    {event_kind::readahead, 1, 1, paired},
    {event_kind::readahead, 2, 3, word},
    {event_kind::fanotify_mark, 2, 2, paired},
    {event_kind::fanotify_mark, 3, 4, SYSCALL_ARG_S32},
    {event_kind::fanotify_mark, 4, 5, SYSCALL_ARG_TEXT},
    {event_kind::lookup_dcookie, 0, 0, paired},
    {event_kind::lookup_dcookie, 1, 2, SYSCALL_ARG_TEXT},
    {event_kind::lookup_dcookie, 2, 3, word},
    {event_kind::clone, 3, 4, word}, // CONFIG_CLONE_BACKWARDS
    {event_kind::clone, 4, 3, word},
    {event_kind::nanosleep, 0, 0, SYSCALL_ARG_TIME32},
    {event_kind::nanosleep, 1, 1, SYSCALL_ARG_TIME32},
};

/// Those that pass a pointer to their arguments, in i386's table.
constexpr event_kind packed_compat[]{event_kind::mmap, event_kind::old_select};

/// The address comes back, and so does its length.
constexpr event_kind addresses_out[]{event_kind::accept, event_kind::accept4,
                                     event_kind::getsockname, event_kind::getpeername,
                                     event_kind::recvfrom};

template <class Kinds>
bool is_one_of(const Kinds& kinds, event_kind kind) {
  return std::ranges::find(kinds, kind) != std::end(kinds);
}

} // namespace

std::span<const syscall_event> syscall_events() {
  static const auto events = make_syscall_events();
  return events;
}

const syscall_event* find_syscall(event_kind kind) {
  const auto events = syscall_events();
  const auto found = std::ranges::find(events, kind, &syscall_event::kind);
  return found == events.end() ? nullptr : &*found;
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

syscall_row row_of(event_kind kind, bool compat) {
  const auto& event = definition_of(kind);
  syscall_row row{};
  row.kind = static_cast<__u16>(kind);
  row.arg_count =
      static_cast<__u8>(std::min<std::size_t>(event.args.size(), SYSCALL_ARGS));
  for (__u8 arg = 0; arg < row.arg_count; ++arg) {
    row.args[arg] = in_register(event.args[arg].type);
    row.from[arg] = arg;
    if (row.args[arg] == SYSCALL_ARG_ADDRESS && is_one_of(addresses_out, kind))
      row.args[arg] = SYSCALL_ARG_ADDRESS_OUT;
  }
  if (!compat)
    return row;
  row.packed = is_one_of(packed_compat, kind) ? 1 : 0;
  for (const auto& other : compat_arguments)
    if (other.kind == kind) {
      row.args[other.argument] = other.type;
      row.from[other.argument] = other.from;
    }
  return row;
}

std::array<syscall_row, std::size_t{2} * SYSCALL_NUMBERS>
make_rows(std::span<const event_kind> wanted,
          std::span<const syscall_handler> handlers) {
  std::array<syscall_row, std::size_t{2} * SYSCALL_NUMBERS> rows{};
  for (std::size_t at = 0; at < wanted.size(); ++at) {
    const auto* call = find_syscall(wanted[at]);
    if (call == nullptr)
      continue;
    for (const auto compat : {false, true}) {
      const auto number = rows_of(*call)[compat ? 1 : 0];
      if (number < 0)
        continue;
      auto& row = rows[static_cast<std::size_t>(number)];
      row = row_of(call->kind, compat);
      row.watched = static_cast<__u16>(WATCHED_HOOKS + at);
    }
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
