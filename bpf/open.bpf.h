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

static __always_inline int on_open(struct shard *shard, struct file *file, long result)
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
	put_path(buffer, SLOT(security_file_open, pathname), file, task);
	put_number(&buffer->header, SLOT(security_file_open, flags), BPF_CORE_READ(file, f_flags));
	put_inode(&buffer->header, SLOT(security_file_open, dev), BPF_CORE_READ(file, f_inode));
	if (!(task->flags & TASK_KERNEL)) {
		struct pt_regs *regs = (struct pt_regs *)bpf_task_pt_regs(task);
		passed = passed_path(regs, task_is_compat(task));
	}
	if (passed)
		put_text(buffer, SLOT(security_file_open, syscall_pathname), passed, true);
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
	return on_open(&shard, file, 0);
}

/* A system call that opens returned: the file is looked up by its descriptor. io_uring's
 * opens are missed, and a thread that closes and reopens the descriptor in between can put
 * another file there. */
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
	return on_open(&shard, file, result);
}
