/* The same as sys_exit.bpf.c, on a tracepoint of each watched call: call_tracepoints.hpp. The
 * rest of the system's calls pay for the slow path alone. The kernel does not run this for
 * 32-bit calls. */
#include "syscall.bpf.h"

SEC("tracepoint")
int call_by_tracepoint(struct trace_event_raw_sys_exit *exit)
{
	struct task_struct *task = bpf_get_current_task_btf();
	/* The kernel writes an int there, and leaves the other half as it was. */
	const struct syscall_row *row = syscall_row_of((__u32)exit->id, false);
	struct call call;

	if (!row || !row->watched)
		return 0;
	call = call_of((struct pt_regs *)bpf_task_pt_regs(task), false);
	on_syscall(row, &call, exit->ret);
	return 0;
}
