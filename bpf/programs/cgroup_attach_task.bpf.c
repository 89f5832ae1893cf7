/* A process, or a thread, was moved to a cgroup, by the current one. */
#include "cgroup.bpf.h"

SEC("tp_btf/cgroup_attach_task")
int BPF_PROG(cgroup_attach_task, struct cgroup *to, const char *path, struct task_struct *task)
{
	struct buffer *buffer;
	struct shard shard;

	if (!shard_admit(&shard, WATCHED_cgroup_attach_task, bpf_get_current_pid_tgid() >> 32))
		return 0;
	buffer = buffer_take();
	if (!buffer) {
		shard_drop(&shard, LOST_BUFFER);
		return 0;
	}
	buffer_begin(buffer, RECORD_cgroup_attach_task, SLOTS(cgroup_attach_task));
	put_cgroup_path(buffer, SLOT(cgroup_attach_task, cgroup_path), to);
	put_text(buffer, SLOT(cgroup_attach_task, comm), task->comm, false);
	put_number(&buffer->header, SLOT(cgroup_attach_task, pid), task->pid);
	buffer_write(buffer, &shard);
	buffer_release(buffer);
	return 0;
}
