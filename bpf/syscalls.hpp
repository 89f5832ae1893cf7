#pragma once

#include "bpf/watched.h"
#include "events/definitions.hpp"

#include <array>
#include <span>

namespace vedette {

/// A system call that is an event by itself.
struct syscall_event {
  event_kind kind;
  int native; ///< Number in x86-64's table; -1: not there.
  int compat; ///< In i386's.
};

std::span<const syscall_event> syscall_events();

/// Rows of one system call in the kernel side's table; -1: none.
constexpr std::array<int, 2> rows_of(const syscall_event& call) {
  return {call.native, call.compat < 0 ? -1 : call.compat + int{SYSCALL_NUMBERS}};
}

/// What the kernel's side makes of it, but for its counters' index.
syscall_row row_of(event_kind kind);

/// The whole table. Counters of `wanted` begin at WATCHED_HOOKS, in this order.
/// `opens`: the calls that return a newly opened file are looked at, too.
std::array<syscall_row, std::size_t{2} * SYSCALL_NUMBERS>
make_rows(std::span<const event_kind> wanted, bool opens);

} // namespace vedette
