#include "bpf/syscalls.hpp"

#include <sys/syscall.h>

#include <algorithm>

namespace vedette {

namespace {

constexpr syscall_event events_table[]{
#define SYSCALL(identifier, native, compat) {event_kind::identifier, native, compat},
#include "bpf/syscalls.def"
#undef SYSCALL
};

constexpr unsigned compat = SYSCALL_NUMBERS;
constexpr std::array<unsigned, 10> opening{
    SYS_open,   SYS_creat,  SYS_openat,   SYS_openat2,  SYS_open_by_handle_at,
    compat + 5, compat + 8, compat + 295, compat + 437, compat + 342};

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

std::span<const unsigned> opening_syscalls() {
  return opening;
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

} // namespace vedette
