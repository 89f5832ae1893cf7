/* A task went to another directory. */
#include "call.bpf.h"

enum { SYS_fchdir = 81, COMPAT_fchdir = 133 };

SEC("tp_btf/sys_exit")
int BPF_PROG(after_chdir, struct pt_regs *regs, long result)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct call call = call_of(regs, task_is_compat(task));
	struct buffer *buffer;
	struct shard shard;
	struct path pwd;

	if (result < 0)
		return count_failed(WATCHED_set_fs_pwd);
	buffer = buffer_for_event(&shard, set_fs_pwd, result);
	if (!buffer)
		return 0;
	pwd = BPF_CORE_READ(task, fs, pwd);
	if (regs->orig_ax != (call.compat ? COMPAT_fchdir : SYS_fchdir))
		put_text(buffer, SLOT(set_fs_pwd, unresolved_path),
			 (const void *)call_register(&call, 0), true);
	put_dentry_path(buffer, SLOT(set_fs_pwd, resolved_path), pwd.dentry, pwd.mnt, task);
	buffer_done(buffer, &shard);
	return 0;
}
