/* System calls as events, when they return. One program for all, as the hook is what costs:
 * every system call of the host pays for it, watched or not. What is made of which call is a
 * row of a map, filled by the loader from the table of events: another call is another row,
 * not another program. What a row cannot say is said by its handler. */
#include "handlers.bpf.h"
#include "syscall.bpf.h"

SEC("tp_btf/sys_exit")
int BPF_PROG(sys_exit, struct pt_regs *regs, long result)
{
	bool compat = task_is_compat(bpf_get_current_task_btf());
	const struct syscall_row *row;
	__u64 number = regs->orig_ax;
	struct call call;

	if ((long)number == NUMBER_NONE)
		number = compat ? COMPAT_sigreturn : SYS_rt_sigreturn;
	row = syscall_row_of(number, compat);
	if (!row)
		return 0;
	if (row->watched && row->handler != HANDLER_execve) {
		call = call_of(regs, compat);
		if (row->packed)
			call_unpack(&call, 0);
		on_syscall(row, &call, result);
	}
	if (row->handler)
		hand_over(ctx, row->handler);
	return 0;
}
