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

/* On a tracepoint of each call that opens: call_tracepoints.hpp. */
SEC("tracepoint")
int open_by_tracepoint(struct trace_event_raw_sys_exit *exit)
{
	return on_open_return(exit->ret);
}
