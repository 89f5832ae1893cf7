/* A file system was mounted, or a mount changed. */
#include "passed_path.bpf.h"

enum { MOUNT_MAGIC = 0xc0ed0000, MOUNT_MAGIC_MASK = 0xffff0000 }; /* old programs pass it */

static __always_inline int on_mount(const char *device, const struct path *path, const char *type,
				    unsigned long flags)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct buffer *buffer;
	struct shard shard;

	buffer = buffer_for_event(&shard, security_sb_mount, 0);
	if (!buffer)
		return 0;
	if (device)
		put_text(buffer, SLOT(security_sb_mount, dev_name), device, false);
	put_dentry_path(buffer, SLOT(security_sb_mount, path), BPF_CORE_READ(path, dentry),
			BPF_CORE_READ(path, mnt), task);
	if (type)
		put_text(buffer, SLOT(security_sb_mount, type), type, false);
	put_number(&buffer->header, SLOT(security_sb_mount, flags), flags);
	buffer_done(buffer, &shard);
	return 0;
}

SEC("lsm/sb_mount")
int BPF_PROG(mount_by_lsm, const char *device, const struct path *path, const char *type,
	     unsigned long flags)
{
	return on_mount(device, path, type, flags);
}

SEC("fentry/security_sb_mount")
int BPF_PROG(mount_by_fentry, const char *device, const struct path *path, const char *type,
	     unsigned long flags)
{
	return on_mount(device, path, type, flags);
}

SEC("tp_btf/sys_exit")
int BPF_PROG(after_mount, struct pt_regs *regs, long result)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct call call = call_of(regs, task_is_compat(task));
	__u64 flags = call_register(&call, 3);
	struct buffer *buffer;
	struct shard shard;

	if (result < 0)
		return count_failed(WATCHED_security_sb_mount);
	buffer = buffer_for_event(&shard, security_sb_mount, result);
	if (!buffer)
		return 0;
	if ((flags & MOUNT_MAGIC_MASK) == MOUNT_MAGIC)
		flags &= ~(__u64)MOUNT_MAGIC_MASK;
	if (call_register(&call, 0))
		put_text(buffer, SLOT(security_sb_mount, dev_name),
			 (const void *)call_register(&call, 0), true);
	put_passed_path(buffer, SLOT(security_sb_mount, path), task, WORKING_DIRECTORY,
			(const void *)call_register(&call, 1), true);
	if (call_register(&call, 2))
		put_text(buffer, SLOT(security_sb_mount, type),
			 (const void *)call_register(&call, 2), true);
	put_number(&buffer->header, SLOT(security_sb_mount, flags), flags);
	buffer_done(buffer, &shard);
	return 0;
}
