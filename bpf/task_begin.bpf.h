/* task_begin: that a task is there, and what it is. For the child's shard when it is made,
 * and for all tasks that there are when we start. */
#pragma once

#include "program.bpf.h"

/* The twenty arguments that a fork and a task_begin begin with. */
static __always_inline void put_fork(struct record_header *header, struct task_struct *parent,
				     struct task_struct *child)
{
	struct task_struct *leader = BPF_CORE_READ(child, group_leader);

	put_task(header, SLOT(task_begin, parent_tid), parent);
	put_task(header, SLOT(task_begin, child_tid), child);
	put_task(header, SLOT(task_begin, parent_process_tid), 
		 BPF_CORE_READ(leader, real_parent, group_leader));
	put_task(header, SLOT(task_begin, leader_tid), leader);
}

#define SAME_SLOT(argument) \
	static_assert(SLOT(task_begin, argument) == SLOT(sched_process_fork, argument), "")
SAME_SLOT(parent_tid);
SAME_SLOT(child_tid);
SAME_SLOT(parent_process_tid);
SAME_SLOT(leader_tid);
SAME_SLOT(leader_start_time);

static __always_inline void put_executable(struct buffer *buffer, struct task_struct *task)
{
	struct file *file = BPF_CORE_READ(task, mm, exe_file);
	struct inode *inode;

	if (!file)
		return; /* a kernel thread, or all that is left is its exit status */
	inode = BPF_CORE_READ(file, f_inode);
	put_path(buffer, SLOT(task_begin, pathname), file, task);
	put_inode(&buffer->header, SLOT(task_begin, dev), inode);
	put_number(&buffer->header, SLOT(task_begin, inode_mode), BPF_CORE_READ(inode, i_mode));
	buffer->header.detail[0] = file_facts(file);
}

/* All but who made it. The header, too, is about `task`. */
static __always_inline void put_task_begin(struct buffer *buffer, struct task_struct *task,
					   bool scanned)
{
	struct record_header *header = &buffer->header;

	record_begin_other(header, RECORD_task_begin, SLOTS(task_begin), task);
	header->flags = task_is_compat(task) ? RECORD_COMPAT : 0;
	buffer->used = header->size;
	put_text(buffer, SLOT(task_begin, comm), header->comm, false);
	put_executable(buffer, task);
	put_number(header, SLOT(task_begin, uid), header->uid);
	put_number(header, SLOT(task_begin, gid), header->gid);
	put_number(header, SLOT(task_begin, loginuid), header->loginuid);
	put_number(header, SLOT(task_begin, scanned), scanned);
}
