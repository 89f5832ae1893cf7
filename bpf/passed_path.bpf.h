/* Paths of which only what the program passed is left, when a system call returns: the name of
 * a file that is gone, or was renamed. They are completed by the directory that they are
 * relative to, and marked as unresolved: links and `..` in them are as passed, and another
 * thread may have changed the string meanwhile. */
#pragma once

#include "call.bpf.h"

enum { WORKING_DIRECTORY = -100 /* AT_FDCWD */ };

static __always_inline void put_base(struct buffer *buffer, __u32 arg, struct task_struct *task,
				     int directory)
{
	struct path pwd;
	struct file *file;

	if (directory == WORKING_DIRECTORY) {
		pwd = BPF_CORE_READ(task, fs, pwd);
		put_dentry_path(buffer, arg, pwd.dentry, pwd.mnt, task);
		return;
	}
	file = task_file(task, directory);
	if (file)
		put_path(buffer, arg, file, task);
}

/* The bytes of `arg` lie at the end of the record; one more. */
static __always_inline void append_slash(struct buffer *buffer, __u32 arg)
{
	union record_slot *slot = &record_slots(&buffer->header)[arg];
	__u32 used = buffer->used;

	if (slot->bytes.length == 1 || used + 1 > RECORD_SIZE_MAX)
		return; /* "/" */
	used &= RECORD_SIZE_MAX - 1;
	buffer->bytes[used] = '/';
	buffer->used += 1;
	slot->bytes.length += 1;
}

static __always_inline void append_passed(struct buffer *buffer, __u32 arg, const void *passed,
					  bool user)
{
	union record_slot *slot = &record_slots(&buffer->header)[arg];
	char *to = buffer_end(buffer, arg, RECORD_TEXT_MAX + 2);
	long length;

	if (!to)
		return;
	length = user ? bpf_probe_read_user_str(to, RECORD_TEXT_MAX + 2, passed)
		      : bpf_probe_read_kernel_str(to, RECORD_TEXT_MAX + 2, passed);
	if (length <= 1)
		return;
	slot->bytes.length += length - 1;
	buffer->used += length - 1;
}

static __always_inline void put_passed_path(struct buffer *buffer, __u32 arg,
					    struct task_struct *task, int directory,
					    const void *passed, bool user)
{
	char first = 0;

	if (user)
		bpf_probe_read_user(&first, sizeof(first), passed);
	else
		bpf_probe_read_kernel(&first, sizeof(first), passed);
	if (first != '/') {
		put_base(buffer, arg, task, directory);
		if (buffer->header.present & 1ULL << arg && first) {
			append_slash(buffer, arg);
			append_passed(buffer, arg, passed, user);
		}
	} else {
		put_text(buffer, arg, passed, user);
	}
	buffer->header.unresolved |= 1ULL << arg;
}
