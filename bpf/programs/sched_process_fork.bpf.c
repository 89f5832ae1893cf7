/* A task was made: a process, or a thread of one. Runs in the parent, before the child's
 * first step. The event goes to the parent's shard; if a new process lives in another one,
 * a task_begin goes there, hence before all that the child does.
 *
 * What the ignored process starts is reported: only its own threads are its own affair.
 */
#include "program.bpf.h"
#include "task_begin.bpf.h"

struct fork_record {
	struct record_header header;
	union record_slot slots[SLOTS(sched_process_fork)];
};

static __always_inline void write_fork(struct task_struct *parent, struct task_struct *child)
{
	struct fork_record *record;
	struct shard shard;

	if (!shard_admit_as(&shard, WATCHED_sched_process_fork, parent->tgid, child->tgid))
		return;
	record = shard_reserve(&shard, sizeof(*record));
	if (!record)
		return;
	record_begin_current(&record->header, RECORD_sched_process_fork,
			     SLOTS(sched_process_fork));
	put_fork(&record->header, parent, child);
	shard_submit(&shard, &record->header);
}

static __always_inline void write_begin(struct task_struct *parent, struct task_struct *child)
{
	struct buffer *buffer;
	struct shard shard;

	if (!shard_admit_as(&shard, WATCHED_task_begin, child->tgid, child->tgid))
		return;
	buffer = buffer_take();
	if (!buffer) {
		shard_drop(&shard, LOST_BUFFER);
		return;
	}
	put_task_begin(buffer, child, false);
	put_fork(&buffer->header, parent, child);
	buffer_write(buffer, &shard);
	buffer_release(buffer);
}

SEC("tp_btf/sched_process_fork")
int BPF_PROG(sched_process_fork, struct task_struct *parent, struct task_struct *child)
{
	if (!filter_wants_event(WATCHED_sched_process_fork))
		return 0;
	write_fork(parent, child);
	if (shard_index_of(parent->tgid) != shard_index_of(child->tgid))
		write_begin(parent, child); /* a process: threads live where their leader does */
	return 0;
}
