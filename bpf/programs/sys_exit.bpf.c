/* System calls as events, when they return. One program for all, as the hook is what costs:
 * every system call of the host pays for it, watched or not. What is made of which call is a
 * row of a map, filled by the loader from the table of events: another call is another row,
 * not another program. What a row cannot say is said by its handler. */
#include "call.bpf.h"

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 2 * SYSCALL_NUMBERS);
	__type(key, __u32);
	__type(value, struct syscall_row);
} syscalls SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, HANDLERS);
	__type(key, __u32);
	__type(value, __u32);
} handlers SEC(".maps");

static __always_inline void put_register(struct buffer *buffer, __u32 arg, __u8 type,
					 __u64 value, bool compat)
{
	switch (type) {
	case SYSCALL_ARG_U8:
		value = (__u8)value;
		break;
	case SYSCALL_ARG_U16:
		value = (__u16)value;
		break;
	case SYSCALL_ARG_S32:
		value = (__s64)(__s32)value;
		break;
	case SYSCALL_ARG_U32:
		value = (__u32)value;
		break;
	case SYSCALL_ARG_S64:
		value = compat ? (__s64)(__s32)value : value;
		break;
	case SYSCALL_ARG_U64:
		break;
	case SYSCALL_ARG_TEXT:
		put_text(buffer, arg, (const void *)value, true);
		return;
	default:
		return; /* the loader knows no way: absent */
	}
	put_number(&buffer->header, arg, value);
}

static __always_inline void on_syscall(const struct syscall_row *row, struct pt_regs *regs,
				       bool compat, long result)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct buffer *buffer;
	struct shard shard;

	if (!shard_admit_as(&shard, row->watched, task->tgid, task->tgid))
		return;
	buffer = buffer_take();
	if (!buffer) {
		shard_drop(&shard, LOST_BUFFER);
		return;
	}
	buffer_begin(buffer, row->kind, row->arg_count);
	buffer->header.return_value = result;
#pragma unroll
	for (__u32 arg = 0; arg < SYSCALL_ARGS; arg++)
		if (arg < row->arg_count)
			put_register(buffer, arg, row->args[arg], call_register(regs, arg, compat),
				     compat);
	buffer_write(buffer, &shard);
	buffer_release(buffer);
}

SEC("tp_btf/sys_exit")
int BPF_PROG(sys_exit, struct pt_regs *regs, long result)
{
	bool compat = task_is_compat(bpf_get_current_task_btf());
	__u32 key = regs->orig_ax + (compat ? SYSCALL_NUMBERS : 0);
	const struct syscall_row *row;

	if (!filter_wants_syscall(regs->orig_ax, compat))
		return 0; /* nobody's event: nothing to count */
	row = bpf_map_lookup_elem(&syscalls, &key);
	if (!row)
		return 0;
	if (row->watched)
		on_syscall(row, regs, compat, result);
	if (row->handler)
		bpf_tail_call(ctx, &handlers, row->handler); /* does not come back */
	return 0;
}
