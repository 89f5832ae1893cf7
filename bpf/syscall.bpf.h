/* System calls as events of their own names. */
#pragma once

#include "memory.bpf.h"

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 2 * SYSCALL_NUMBERS);
	__type(key, __u32);
	__type(value, struct syscall_row);
} syscalls __weak SEC(".maps");

static __always_inline const struct syscall_row *syscall_row_of(__u64 number, bool compat)
{
	__u32 key = number + (compat ? SYSCALL_NUMBERS : 0);

	if (!filter_wants_syscall(number, compat))
		return NULL; /* nobody's event: nothing to count */
	return bpf_map_lookup_elem(&syscalls, &key);
}

static __always_inline __u64 as_number(__u8 type, __u64 value, __u64 next, bool compat)
{
	switch (type) {
	case SYSCALL_ARG_U8:
		return (__u8)value;
	case SYSCALL_ARG_U16:
		return (__u16)value;
	case SYSCALL_ARG_S32:
		return (__s64)(__s32)value;
	case SYSCALL_ARG_U32:
		return (__u32)value;
	case SYSCALL_ARG_S64:
		return compat ? (__s64)(__s32)value : value;
	case SYSCALL_ARG_PAIRED:
		return value | next << 32;
	default:
		return value;
	}
}

/* For the call's own event; NULL: there is none, and it is counted. */
static __always_inline struct buffer *buffer_for_call(struct shard *shard,
						      const struct syscall_row *row, long result)
{
	__u32 tgid = bpf_get_current_pid_tgid() >> 32;

	return shard_admit_wanted(shard, row->watched, tgid)
		       ? buffer_for(shard, row->kind, row->arg_count, result)
		       : NULL;
}

static __always_inline void on_syscall(const struct syscall_row *row, struct call *call,
				       long result)
{
	struct buffer *buffer;
	struct shard shard;

	buffer = buffer_for_call(&shard, row, result);
	if (!buffer)
		return;
	for (__u32 arg = 0; arg < SYSCALL_ARGS; arg++) {
		__u8 type = row->args[arg];
		__u64 value, next;

		if (type == SYSCALL_ARG_NONE)
			continue;
		value = call_register(call, row->from[arg]);
		next = call_register(call, row->from[arg] + 1);
		if (type < SYSCALL_ARG_SCALARS)
			put_number(&buffer->header, arg, as_number(type, value, next, call->compat));
		else
			put_memory(buffer, arg, type, value, next);
	}
	buffer_done(buffer, &shard);
}
