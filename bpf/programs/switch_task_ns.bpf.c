/* A task entered other namespaces: setns, unshare. */
#include "call.bpf.h"
#include "handlers.bpf.h"

static __always_inline void tell_namespaces(struct task_struct *task, long result)
{
	struct nsproxy *spaces = BPF_CORE_READ(task, nsproxy);
	struct record_header *header;
	struct buffer *buffer;
	struct shard shard;

	buffer = buffer_for_event(&shard, switch_task_ns, result);
	if (!buffer)
		return;
	header = &buffer->header;
	put_number(header, SLOT(switch_task_ns, pid), task->pid);
	put_number(header, SLOT(switch_task_ns, new_mnt), BPF_CORE_READ(spaces, mnt_ns, ns.inum));
	put_number(header, SLOT(switch_task_ns, new_pid),
		   BPF_CORE_READ(spaces, pid_ns_for_children, ns.inum));
	put_number(header, SLOT(switch_task_ns, new_uts), BPF_CORE_READ(spaces, uts_ns, ns.inum));
	put_number(header, SLOT(switch_task_ns, new_ipc), BPF_CORE_READ(spaces, ipc_ns, ns.inum));
	put_number(header, SLOT(switch_task_ns, new_net), BPF_CORE_READ(spaces, net_ns, ns.inum));
	put_number(header, SLOT(switch_task_ns, new_cgroup),
		   BPF_CORE_READ(spaces, cgroup_ns, ns.inum));
	buffer_done(buffer, &shard);
}

SEC("tp_btf/sys_exit")
int BPF_PROG(after_namespace, struct pt_regs *regs, long result)
{
	if (result >= 0)
		tell_namespaces(bpf_get_current_task_btf(), result);
	else
		count_failed(WATCHED_switch_task_ns);
	hand_over(ctx, HANDLER_credentials);
	return 0;
}
