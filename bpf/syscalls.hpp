#pragma once

#include "bpf/watched.h"
#include "events/definitions.hpp"

#include <array>
#include <span>
#include <string_view>

namespace vedette {

/// A system call that is an event by itself: all of the table of events that have a number.
struct syscall_event {
  event_kind kind;
  int native; ///< Number in x86-64's table; -1: not there.
  int compat; ///< In i386's.
};

std::span<const syscall_event> syscall_events();

/// Null: it is none.
const syscall_event* find_syscall(event_kind kind);

/// Rows of one system call in the kernel side's table; -1: none.
constexpr std::array<int, 2> rows_of(const syscall_event& call) {
  return {call.native, call.compat < 0 ? -1 : call.compat + int{SYSCALL_NUMBERS}};
}

/// What the kernel's side makes of it, but for its counters' index. A 32-bit program passes
/// some arguments otherwise.
syscall_row row_of(event_kind kind, bool compat = false);

/// A program that sys_exit hands over to when one of `calls` returns.
struct handler_program {
  std::string_view name;
  std::span<const std::array<int, 2>> calls; ///< x86-64's number, i386's.
};

/// By enum syscall_handler, less one.
std::span<const handler_program> handler_programs();

/// Its enum syscall_handler; HANDLER_NONE: it is another kind of program.
syscall_handler handler_of(std::string_view program);

/// The whole table. Counters of `wanted` begin at WATCHED_HOOKS, in this order.
std::array<syscall_row, std::size_t{2} * SYSCALL_NUMBERS>
make_rows(std::span<const event_kind> wanted, std::span<const syscall_handler> handlers);

} // namespace vedette
