/* The tasks that there are, for the start state: a task_begin record each, padded to 8. */
#include "task_begin.bpf.h"

SEC("iter/task")
int task_iterator(struct bpf_iter__task *context)
{
	struct task_struct *task = context->task;
	struct seq_file *out = context->meta->seq;
	struct task_struct *parent;
	struct buffer *buffer;
	__u32 size;

	if (!task)
		return 0; /* the end */
	buffer = buffer_take();
	if (!buffer)
		return 0; /* it will be found in /proc */
	put_task_begin(buffer, task, true);
	/* Which thread made another one is not known any more: said of processes only. */
	parent = task->real_parent;
	put_fork(&buffer->header, parent, task);
	if (task != task->group_leader)
		buffer->header.present &= ~(0x1fULL << SLOT(task_begin, parent_tid));
	buffer->header.time_ns = task->start_boottime;
	buffer->used = (buffer->used + 7) & ~7U;
	size = buffer_finish(buffer);
	bpf_seq_write(out, buffer->bytes, size);
	buffer_release(buffer);
	return 0;
}
