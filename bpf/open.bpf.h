/* security_file_open, whatever probe saw it: what the kernel opened, and beside it what the
 * program asked for. */
#pragma once

#include "program.bpf.h"

enum { /* x86-64 and, with a leading underscore, i386 */
	SYS_open = 2, SYS_creat = 85, SYS_openat = 257, SYS_openat2 = 437,
	_SYS_open = 5, _SYS_creat = 8, _SYS_openat = 295, _SYS_openat2 = 437,
};

/* The passed string: second argument of the …at calls, first of open and creat. */
static __always_inline const void *passed_path(struct pt_regs *regs, bool compat)
{
	switch (regs->orig_ax + (compat ? 1000 : 0)) {
	case SYS_open: case SYS_creat:
		return (const void *)regs->di;
	case SYS_openat: case SYS_openat2:
		return (const void *)regs->si;
	case 1000 + _SYS_open: case 1000 + _SYS_creat:
		return (const void *)(regs->bx & 0xffffffff);
	case 1000 + _SYS_openat: case 1000 + _SYS_openat2:
		return (const void *)(regs->cx & 0xffffffff);
	default:
		return NULL; /* by handle, or opened on behalf of another system call */
	}
}

struct name_comparison {
	struct buffer *buffer;
	__u32 resolved_at, resolved; /* where it begins, bytes that are still to be compared */
	__u32 passed_at, passed;
	bool differs;
};

static long compare_last_byte(__u32 step, struct name_comparison *names)
{
	__u32 resolved_end = names->resolved_at + names->resolved - 1;
	__u32 passed_end = names->passed_at + names->passed - 1;
	struct buffer *buffer = names->buffer;
	char resolved = '/', passed = '/'; /* a relative path may be just a name */

	if (names->resolved)
		resolved = buffer->bytes[resolved_end & (RECORD_SIZE_MAX - 1)];
	if (names->passed)
		passed = buffer->bytes[passed_end & (RECORD_SIZE_MAX - 1)];
	if (resolved != passed) {
		names->differs = true;
		return 1;
	}
	if (resolved == '/')
		return 1;
	names->resolved -= 1;
	names->passed -= 1;
	return 0;
}

/* A file that was looked up by its descriptor may be another one that a thread put there
 * meanwhile. If there can be such a thread, and the file is not called what was asked for,
 * the path is in doubt. (A symbolic link looks the same: what it leads to is the truth, but
 * we cannot know here that it was one.) */
static __always_inline void doubt(struct buffer *buffer, struct task_struct *task)
{
	struct record_header *header = &buffer->header;
	union record_slot *resolved = &record_slots(header)[SLOT(security_file_open, pathname)];
	union record_slot *passed =
		&record_slots(header)[SLOT(security_file_open, syscall_pathname)];
	__u64 both = 1ULL << SLOT(security_file_open, pathname)
		     | 1ULL << SLOT(security_file_open, syscall_pathname);
	struct files_struct *files = MEMBER(task_struct, task, files);
	struct name_comparison names = {.buffer = buffer};

	if (MEMBER(files_struct, files, count.counter) < 2 || (header->present & both) != both)
		return;
	names.resolved = resolved->bytes.length;
	names.resolved_at = resolved->bytes.offset;
	names.passed = passed->bytes.length;
	names.passed_at = passed->bytes.offset;
	bpf_loop(RECORD_TEXT_MAX, compare_last_byte, &names, 0);
	if (names.differs)
		header->unresolved |= 1ULL << SLOT(security_file_open, pathname);
}

/* What opens are filtered by most often, known before the rest. */
#define PATH_AND_FLAGS \
	(1ULL << SLOT(security_file_open, pathname) | 1ULL << SLOT(security_file_open, flags))

/* What the kernel has opened. False: nobody wants it, and that is counted. */
static __always_inline bool put_open(struct buffer *buffer, struct shard *shard,
				     struct file *file, struct task_struct *task)
{
	put_path(buffer, SLOT(security_file_open, pathname), file, task);
	put_number(&buffer->header, SLOT(security_file_open, flags), MEMBER(file, file, f_flags));
	if (!buffer_is_wanted(buffer, shard, PATH_AND_FLAGS))
		return false;
	put_inode(&buffer->header, SLOT(security_file_open, dev), MEMBER(file, file, f_inode));
	return true;
}

static __always_inline int on_open(struct shard *shard, struct file *file, long result,
				   bool by_descriptor)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct buffer *buffer = buffer_take();
	const void *passed = NULL;

	if (!buffer) {
		shard_drop(shard, LOST_BUFFER);
		return 0;
	}
	buffer_begin(buffer, RECORD_security_file_open, SLOTS(security_file_open));
	buffer->header.return_value = result;
	if (!put_open(buffer, shard, file, task)) {
		buffer_release(buffer);
		return 0;
	}
	if (!(task->flags & TASK_KERNEL)) {
		struct pt_regs *regs = (struct pt_regs *)bpf_task_pt_regs(task);
		passed = passed_path(regs, task_is_compat(task));
	}
	if (passed)
		put_text(buffer, SLOT(security_file_open, syscall_pathname), passed, true);
	if (by_descriptor)
		doubt(buffer, task);
	buffer_write(buffer, shard);
	buffer_release(buffer);
	return 0;
}

/* The kernel is about to open `file`. */
static __always_inline int on_file(struct file *file)
{
	struct shard shard;

	if (!shard_admit(&shard, WATCHED_security_file_open, bpf_get_current_pid_tgid() >> 32))
		return 0;
	return on_open(&shard, file, 0, false);
}

/* A system call that opens returned: the file is looked up by its descriptor. A thread
 * that closes and reopens the descriptor in between can put another file there. io_uring's
 * opens: uring_event.bpf.h. */
static __always_inline int on_open_return(long result)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct shard shard;
	struct file *file;

	if (!shard_admit(&shard, WATCHED_security_file_open, task->tgid))
		return 0;
	file = result < 0 ? NULL : task_file(task, result);
	if (!file) {
		shard_drop(&shard, result < 0 ? FILTERED_FAILED : LOST_GONE);
		return 0;
	}
	return on_open(&shard, file, result, true);
}
