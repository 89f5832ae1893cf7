/* A file was opened. The LSM hook sees every open and holds the file. Where the kernel
 * refuses it, see also sys_exit.bpf.c. */
#include "open.bpf.h"

SEC("lsm/file_open")
int BPF_PROG(open_by_lsm, struct file *file)
{
	return on_file(file);
}

SEC("fentry/security_file_open")
int BPF_PROG(open_by_fentry, struct file *file)
{
	return on_file(file);
}

/* The cheapest for the rest of the system: other calls of the same number only pay for the
 * slow path. But the kernel does not call these for 32-bit system calls. */
#define BY_TRACEPOINT(name)                                       \
	SEC("tracepoint/syscalls/sys_exit_" #name)                \
	int open_by_##name(struct trace_event_raw_sys_exit *exit) \
	{                                                         \
		return on_open_return(exit->ret);                 \
	}
BY_TRACEPOINT(open)
BY_TRACEPOINT(creat)
BY_TRACEPOINT(openat)
BY_TRACEPOINT(openat2)
BY_TRACEPOINT(open_by_handle_at)
