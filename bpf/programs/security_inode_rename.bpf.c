/* A file got another name. */
#include "passed_path.bpf.h"

enum { SYS_rename = 82, COMPAT_rename = 38 };

static __always_inline int on_rename(const struct path *from, struct dentry *old,
				     const struct path *to, struct dentry *new)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct buffer *buffer;
	struct shard shard;

	buffer = buffer_for_event(&shard, security_inode_rename, 0);
	if (!buffer)
		return 0;
	put_dentry_path(buffer, SLOT(security_inode_rename, old_path), old,
			BPF_CORE_READ(from, mnt), task);
	put_dentry_path(buffer, SLOT(security_inode_rename, new_path), new,
			BPF_CORE_READ(to, mnt), task);
	buffer_done(buffer, &shard);
	return 0;
}

SEC("lsm/path_rename")
int BPF_PROG(rename_by_lsm, const struct path *from, struct dentry *old, const struct path *to,
	     struct dentry *new)
{
	return on_rename(from, old, to, new);
}

SEC("fentry/security_path_rename")
int BPF_PROG(rename_by_fentry, const struct path *from, struct dentry *old,
	     const struct path *to, struct dentry *new)
{
	return on_rename(from, old, to, new);
}

SEC("tp_btf/sys_exit")
int BPF_PROG(after_rename, struct pt_regs *regs, long result)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct call call = call_of(regs, task_is_compat(task));
	bool plain = regs->orig_ax == (call.compat ? COMPAT_rename : SYS_rename);
	struct buffer *buffer;
	struct shard shard;

	if (result < 0)
		return count_failed(WATCHED_security_inode_rename);
	buffer = buffer_for_event(&shard, security_inode_rename, result);
	if (!buffer)
		return 0;
	put_passed_path(buffer, SLOT(security_inode_rename, old_path), task,
			plain ? WORKING_DIRECTORY : (int)call_register(&call, 0),
			(const void *)call_register(&call, plain ? 0 : 1), true);
	put_passed_path(buffer, SLOT(security_inode_rename, new_path), task,
			plain ? WORKING_DIRECTORY : (int)call_register(&call, 2),
			(const void *)call_register(&call, plain ? 1 : 3), true);
	buffer_done(buffer, &shard);
	return 0;
}
