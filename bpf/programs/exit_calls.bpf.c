/* exit and exit_group do not return: they are told when the thread that called them ends. */
#include "syscall.bpf.h"

enum { SYS_exit = 60, SYS_exit_group = 231, COMPAT_exit = 1, COMPAT_exit_group = 252 };

SEC("tp_btf/sched_process_exit")
int BPF_PROG(exit_calls)
{
	struct task_struct *task = bpf_get_current_task_btf();
	const struct syscall_row *row;
	struct call call;
	__u64 number;

	if (task->flags & TASK_KERNEL)
		return 0;
	call = call_of((struct pt_regs *)bpf_task_pt_regs(task), task_is_compat(task));
	number = call.regs->orig_ax;
	if (number != (call.compat ? COMPAT_exit : SYS_exit)
	    && number != (call.compat ? COMPAT_exit_group : SYS_exit_group))
		return 0;
	row = syscall_row_of(number, call.compat);
	if (row && row->watched)
		on_syscall(row, &call, 0);
	return 0;
}
