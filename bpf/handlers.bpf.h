/* From sys_exit to the program that makes more of a call, and from there to another one. */
#pragma once

#include "program.bpf.h"

struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, HANDLERS);
	__type(key, __u32);
	__type(value, __u32);
} handlers __weak SEC(".maps");

/* Does not come back, unless no such program is loaded. */
static __always_inline void hand_over(void *ctx, enum syscall_handler to)
{
	bpf_tail_call(ctx, &handlers, to);
}
