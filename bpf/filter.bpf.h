/* The first question of every program: does anybody want this? No map look-up: a global
 * variable is an address in the program, and the hook itself costs far more than the test.
 */
#pragma once

/* __weak: every program's object has one, the linker keeps a single one. */
struct watched_filter filter __weak;

static __always_inline bool filter_wants_event(enum watched event)
{
	return filter.events[event / 64] & (1ULL << event % 64);
}

static __always_inline bool filter_wants_syscall(__u64 number, bool compat)
{
	__u64 word;

	if (number >= SYSCALL_NUMBERS)
		return false; /* x32's bit 30, or what a tracer made of it */
	number += compat ? SYSCALL_NUMBERS : 0;
	word = number >> 6;
	barrier_var(word); /* or clang drops the mask, which the verifier needs */
	return filter.syscalls[word & 15] & (1ULL << (number & 63));
}
