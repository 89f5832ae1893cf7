/* Memory that a process may execute: what a mapping is of, and mem_prot_alert. */
#pragma once

#include "call.bpf.h"

enum {
	MAY_READ = 1, MAY_WRITE = 2, MAY_EXECUTE = 4, /* PROT_…; VM_… are the same numbers */
	ALERT_MMAP_WRITE_EXECUTE = 1,
	ALERT_EXECUTE_ADDED = 2,
	ALERT_WRITE_ADDED = 3,
	ALERT_WRITE_REMOVED = 4,
};

struct mapping {
	struct file *file;
	__u64 flags;
};

static long keep_mapping(struct task_struct *task, struct vm_area_struct *area,
			 struct mapping *found)
{
	found->file = BPF_CORE_READ(area, vm_file);
	found->flags = BPF_CORE_READ(area, vm_flags);
	return 0;
}

static __always_inline bool mapping_at(struct task_struct *task, __u64 address,
				       struct mapping *found)
{
	return bpf_find_vma(task, address, keep_mapping, found, 0) == 0;
}

struct protection {
	__u64 address, length;
	__u32 now, before;
	bool before_known;
};

/* 0: nothing to be alarmed about. */
static __always_inline __u32 alert_of(const struct protection *protection)
{
	__u32 both = MAY_WRITE | MAY_EXECUTE, now = protection->now & both;
	__u32 before = protection->before & both;

	if (!protection->before_known)
		return now & MAY_EXECUTE ? ALERT_EXECUTE_ADDED : 0;
	if (before == both)
		return now == MAY_EXECUTE ? ALERT_WRITE_REMOVED : 0;
	if (!(before & MAY_EXECUTE))
		return now & MAY_EXECUTE ? ALERT_EXECUTE_ADDED : 0;
	return now == both ? ALERT_WRITE_ADDED : 0;
}

static __always_inline void tell_alert(__u32 alert, const struct protection *protection,
				       struct file *file, struct task_struct *task, long result)
{
	struct record_header *header;
	struct buffer *buffer;
	struct shard shard;

	buffer = buffer_for_event(&shard, mem_prot_alert, result);
	if (!buffer)
		return;
	header = &buffer->header;
	put_number(header, SLOT(mem_prot_alert, alert), alert);
	put_number(header, SLOT(mem_prot_alert, addr), protection->address);
	put_number(header, SLOT(mem_prot_alert, len), protection->length);
	put_number(header, SLOT(mem_prot_alert, prot), protection->now);
	if (protection->before_known)
		put_number(header, SLOT(mem_prot_alert, prev_prot), protection->before);
	if (file) {
		put_path(buffer, SLOT(mem_prot_alert, pathname), file, task);
		put_inode(header, SLOT(mem_prot_alert, dev), BPF_CORE_READ(file, f_inode));
	}
	buffer_done(buffer, &shard);
}
