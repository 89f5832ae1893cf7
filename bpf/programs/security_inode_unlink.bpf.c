/* A name of a file was taken away. */
#include "passed_path.bpf.h"

enum { SYS_unlinkat = 263, COMPAT_unlinkat = 301, REMOVE_DIRECTORY = 0x200 /* AT_REMOVEDIR */ };

static __always_inline int on_unlink(const struct path *directory, struct dentry *dentry)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct inode *inode = BPF_CORE_READ(dentry, d_inode);
	struct vfsmount *mount = BPF_CORE_READ(directory, mnt);
	struct record_header *header;
	struct buffer *buffer;
	struct shard shard;

	buffer = buffer_for_event(&shard, security_inode_unlink, 0);
	if (!buffer)
		return 0;
	header = &buffer->header;
	put_dentry_path(buffer, SLOT(security_inode_unlink, pathname), dentry, mount, task);
	put_number(header, SLOT(security_inode_unlink, inode), BPF_CORE_READ(inode, i_ino));
	put_number(header, SLOT(security_inode_unlink, dev), BPF_CORE_READ(inode, i_sb, s_dev));
	put_number(header, SLOT(security_inode_unlink, ctime), inode_ctime_ns(inode));
	buffer_done(buffer, &shard);
	return 0;
}

SEC("lsm/path_unlink")
int BPF_PROG(unlink_by_lsm, const struct path *directory, struct dentry *dentry)
{
	return on_unlink(directory, dentry);
}

SEC("fentry/security_path_unlink")
int BPF_PROG(unlink_by_fentry, const struct path *directory, struct dentry *dentry)
{
	return on_unlink(directory, dentry);
}

SEC("tp_btf/sys_exit")
int BPF_PROG(after_unlink, struct pt_regs *regs, long result)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct call call = call_of(regs, task_is_compat(task));
	bool at = regs->orig_ax == (call.compat ? COMPAT_unlinkat : SYS_unlinkat);
	struct buffer *buffer;
	struct shard shard;

	if (at && call_register(&call, 2) & REMOVE_DIRECTORY)
		return 0;
	if (result < 0)
		return count_failed(WATCHED_security_inode_unlink);
	buffer = buffer_for_event(&shard, security_inode_unlink, result);
	if (!buffer)
		return 0;
	put_passed_path(buffer, SLOT(security_inode_unlink, pathname), task,
			at ? (int)call_register(&call, 0) : WORKING_DIRECTORY,
			(const void *)call_register(&call, at ? 1 : 0), true);
	buffer_done(buffer, &shard);
	return 0;
}
