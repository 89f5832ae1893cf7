/* bpf() was called: before it is decided, or where that cannot be hooked when it returns. */
#include "call.bpf.h"

static __always_inline int on_bpf(int command, long result)
{
	struct buffer *buffer;
	struct shard shard;

	buffer = buffer_for_event(&shard, security_bpf, result);
	if (!buffer)
		return 0;
	put_number(&buffer->header, SLOT(security_bpf, cmd), (__s64)command);
	buffer_done(buffer, &shard);
	return 0;
}

SEC("lsm/bpf")
int BPF_PROG(bpf_by_lsm, int command)
{
	return on_bpf(command, 0);
}

SEC("fentry/security_bpf")
int BPF_PROG(bpf_by_fentry, int command)
{
	return on_bpf(command, 0);
}

SEC("tp_btf/sys_exit")
int BPF_PROG(after_bpf, struct pt_regs *regs, long result)
{
	struct call call = call_of(regs, task_is_compat(bpf_get_current_task_btf()));

	return on_bpf(call_register(&call, 0), result);
}
