/* A task got another name: exec, prctl, or a write to its comm. */
#include "call.bpf.h"

SEC("tp_btf/task_rename")
int BPF_PROG(task_rename, struct task_struct *task, const char *comm)
{
	struct buffer *buffer;
	struct shard shard;

	buffer = buffer_for_event(&shard, task_rename, 0);
	if (!buffer)
		return 0;
	put_text(buffer, SLOT(task_rename, old_name), task->comm, false);
	put_text(buffer, SLOT(task_rename, new_name), comm, false);
	buffer_done(buffer, &shard);
	return 0;
}
