#include "bpf/libbpf_log.hpp"
#include "bpf/probes.hpp"
#include "bpf/syscalls.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <set>

namespace vedette {

namespace {

TEST(probes, every_watchable_event_has_some) {
  for (const auto event : watchable_events()) {
    EXPECT_FALSE(probes_of(event).empty()) << definition_of(event).name;
    for (const auto& probe : probes_of(event)) {
      EXPECT_FALSE(probe.name.empty());
      EXPECT_FALSE(probe.programs.empty());
      EXPECT_NE(probe.objection, nullptr);
    }
  }
  EXPECT_TRUE(std::ranges::is_sorted(watchable_events()));
  EXPECT_FALSE(probes_of(event_kind::task_begin).empty());
  EXPECT_TRUE(probes_of(event_kind::lost_events).empty());
}

TEST(probes, task_begin_is_nothing_to_ask_for) {
  EXPECT_EQ(std::ranges::count(watchable_events(), event_kind::task_begin), 0);
}

TEST(syscalls, have_a_row_for_each_table) {
  std::set<int> rows;
  for (const auto& call : syscall_events()) {
    EXPECT_EQ(definition_of(call.kind).made_by, event_class::syscall);
    for (const auto row : rows_of(call)) {
      EXPECT_LT(row, 2 * SYSCALL_NUMBERS);
      EXPECT_TRUE(row < 0 || rows.insert(row).second) << row;
    }
  }
}

TEST(syscalls, rows_follow_the_table_of_events) {
  const auto traced = row_of(event_kind::ptrace);
  EXPECT_EQ(traced.kind, RECORD_ptrace);
  EXPECT_EQ(traced.arg_count, 4);
  EXPECT_EQ(traced.args[0], SYSCALL_ARG_S64);
  EXPECT_EQ(traced.args[1], SYSCALL_ARG_S32);
  EXPECT_EQ(traced.args[2], SYSCALL_ARG_U64);
  EXPECT_EQ(traced.args[3], SYSCALL_ARG_U64);
  EXPECT_EQ(traced.handler, HANDLER_NONE);
  const auto made = row_of(event_kind::memfd_create);
  EXPECT_EQ(made.args[0], SYSCALL_ARG_TEXT);
  EXPECT_EQ(made.args[1], SYSCALL_ARG_U32);
  EXPECT_EQ(row_of(event_kind::connect).args[1], SYSCALL_ARG_ADDRESS);
  EXPECT_EQ(row_of(event_kind::accept4).args[1], SYSCALL_ARG_ADDRESS_OUT);
  EXPECT_EQ(row_of(event_kind::pipe2).args[0], SYSCALL_ARG_INTS);
  EXPECT_EQ(row_of(event_kind::clock_nanosleep).args[2], SYSCALL_ARG_TIME);
}

TEST(syscalls, of_32_bit_programs_pass_some_arguments_otherwise) {
  const auto native = row_of(event_kind::pread64), compat = row_of(event_kind::pread64, true);
  EXPECT_EQ(native.args[3], SYSCALL_ARG_S64);
  EXPECT_EQ(native.from[3], 3);
  EXPECT_EQ(compat.args[3], SYSCALL_ARG_PAIRED);
  EXPECT_EQ(row_of(event_kind::fallocate, true).from[3], 4) << "behind a pair";
  EXPECT_EQ(row_of(event_kind::clone, true).from[4], 3);
  EXPECT_EQ(row_of(event_kind::mmap, true).packed, 1);
  EXPECT_EQ(row_of(event_kind::mmap).packed, 0);
  EXPECT_EQ(row_of(event_kind::nanosleep, true).args[0], SYSCALL_ARG_TIME32);
}

TEST(syscalls, are_all_of_the_table_that_have_a_number) {
  EXPECT_GT(syscall_events().size(), 430U);
  ASSERT_NE(find_syscall(event_kind::openat2), nullptr);
  EXPECT_EQ(find_syscall(event_kind::openat2)->native, 437);
  EXPECT_EQ(find_syscall(event_kind::socketcall)->native, -1);
  EXPECT_EQ(find_syscall(event_kind::socketcall)->compat, 102);
  EXPECT_EQ(find_syscall(event_kind::sched_process_exec), nullptr);
}

TEST(syscalls, hand_over_to_one_program_at_most) {
  std::set<int> rows;
  for (const auto& handler : handler_programs())
    for (const auto& [native, compat] : handler.calls) {
      EXPECT_TRUE(native < 0 || rows.insert(native).second) << handler.name << ' ' << native;
      EXPECT_TRUE(compat < 0 || rows.insert(compat + SYSCALL_NUMBERS).second)
          << handler.name << ' ' << compat;
    }
}

TEST(syscalls, are_given_counters_in_the_order_of_the_wish) {
  constexpr auto compat = std::size_t{SYSCALL_NUMBERS};
  const std::array wanted{event_kind::memfd_create, event_kind::ptrace};
  constexpr std::array handlers{HANDLER_open};
  const auto rows = make_rows(wanted, handlers);
  EXPECT_EQ(rows[319].watched, WATCHED_HOOKS);
  EXPECT_EQ(rows[compat + 356].watched, WATCHED_HOOKS);
  EXPECT_EQ(rows[101].watched, WATCHED_HOOKS + 1);
  EXPECT_EQ(rows[compat + 26].kind, RECORD_ptrace);
  EXPECT_EQ(rows[2].handler, HANDLER_open);
  EXPECT_EQ(rows[compat + 5].handler, HANDLER_open);
  EXPECT_EQ(rows[2].watched, 0);
  EXPECT_EQ(make_rows({}, {})[2].handler, HANDLER_NONE);
}

TEST(load_failure, names_the_program_and_the_verdict) {
  const auto failure = parse_load_failure(
      "libbpf: prog 'open_by_lsm': BPF program load failed: Permission denied\n"
      "libbpf: prog 'open_by_lsm': -- BEGIN PROG LOAD LOG --\n"
      "0: R1=ctx() R10=fp0\n"
      "R1 invalid mem access 'scalar'\n"
      "processed 12 insns (limit 1000000) max_states_per_insn 0\n"
      "-- END PROG LOAD LOG --\n"
      "libbpf: failed to load object 'vedette_bpf'\n");
  EXPECT_EQ(failure.program, "open_by_lsm");
  EXPECT_EQ(failure.reason,
            "BPF program load failed: Permission denied: R1 invalid mem "
            "access 'scalar'");
}

TEST(load_failure, may_be_about_no_program) {
  const auto failure = parse_load_failure("libbpf: kernel is too old\nmore\n");
  EXPECT_EQ(failure.program, "");
  EXPECT_EQ(failure.reason, "libbpf: kernel is too old");
  EXPECT_EQ(parse_load_failure("").reason, "no reason given");
}

} // namespace

} // namespace vedette
