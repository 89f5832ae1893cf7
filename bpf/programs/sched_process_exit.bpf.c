/* A thread ended. The record's size is constant, so it is written in place. */
#include "program.bpf.h"

struct exit_record {
	struct record_header header;
	union record_slot slots[SLOTS(sched_process_exit)];
};

enum { ANCESTORS_MAX = 256 };

struct ancestry {
	struct task_struct *ancestor;
	__u32 level; /* of the pid namespace that they must be in */
	__u32 reaper;
};

static long ask_ancestor(__u32 step, struct ancestry *line)
{
	struct task_struct *task = line->ancestor;
	struct signal_struct *signal = BPF_CORE_READ(task, signal);

	if (BPF_CORE_READ(task, thread_pid, level) != line->level || !BPF_CORE_READ(task, pid))
		return 1;
	if (BPF_CORE_READ_BITFIELD_PROBED(signal, is_child_subreaper)
	    && BPF_CORE_READ(signal, live.counter) > 0) {
		line->reaper = BPF_CORE_READ(task, tgid);
		return 1;
	}
	line->ancestor = BPF_CORE_READ(task, real_parent);
	return 0;
}

/* Who gets the children, as find_new_reaper (kernel/exit.c) will decide in a moment: the
 * nearest ancestor that asked for it, else the pid namespace's init. 0: nobody needs to. */
static __always_inline __u32 reaper_of(struct task_struct *task)
{
	struct list_head *children = (void *)task
				     + bpf_core_field_offset(struct task_struct, children);
	struct pid *pid = BPF_CORE_READ(task, thread_pid);
	struct ancestry line = {.ancestor = BPF_CORE_READ(task, real_parent),
				.level = BPF_CORE_READ(pid, level)};
	struct upid own;

	if (BPF_CORE_READ(children, next) == children)
		return 0;
	bpf_loop(ANCESTORS_MAX, ask_ancestor, &line, 0);
	if (line.reaper)
		return line.reaper;
	own = task_upid_at(pid, line.level);
	return BPF_CORE_READ(own.ns, child_reaper, tgid);
}

static __always_inline int on_exit(struct task_struct *task, bool group_dead)
{
	struct exit_record *record;
	struct shard shard;

	if (!shard_admit(&shard, WATCHED_sched_process_exit, task->tgid))
		return 0;
	record = shard_reserve(&shard, sizeof(*record));
	if (!record)
		return 0;
	record_begin_current(&record->header, RECORD_sched_process_exit,
			     SLOTS(sched_process_exit));
	put_number(&record->header, SLOT(sched_process_exit, exit_code),
		   (task->exit_code >> 8) & 0xff);
	put_number(&record->header, SLOT(sched_process_exit, signal_code),
		   task->exit_code & 0x7f); /* 0x80: dumped core */
	put_number(&record->header, SLOT(sched_process_exit, process_group_exit), group_dead);
	record->header.detail[0] = group_dead ? reaper_of(task) : 0;
	shard_submit(&shard, &record->header);
	return 0;
}

/* Since 6.16 the kernel tells which thread was the last one. */
SEC("tp_btf/sched_process_exit")
int BPF_PROG(exit_with_group_dead, struct task_struct *task, bool group_dead)
{
	return on_exit(task, group_dead);
}

/* Before, all that is left is to look: two that end at once may both find 0. */
SEC("tp_btf/sched_process_exit")
int BPF_PROG(exit_by_live_count, struct task_struct *task)
{
	return on_exit(task, task->signal->live.counter == 0);
}
