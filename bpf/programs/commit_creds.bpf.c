/* Who a task may act as has changed. */
#include "syscall.bpf.h"
#include "events/native_forms.h"

enum { CREDENTIALS = sizeof(struct native_cred) };

struct {
	__uint(type, BPF_MAP_TYPE_TASK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct native_cred);
} credentials SEC(".maps");

/* A set of capabilities is one number since 6.3, before an array of two. */
static __always_inline void read_cred(struct native_cred *to, const struct cred *from)
{
	to->uid = BPF_CORE_READ(from, uid.val);
	to->gid = BPF_CORE_READ(from, gid.val);
	to->suid = BPF_CORE_READ(from, suid.val);
	to->sgid = BPF_CORE_READ(from, sgid.val);
	to->euid = BPF_CORE_READ(from, euid.val);
	to->egid = BPF_CORE_READ(from, egid.val);
	to->fsuid = BPF_CORE_READ(from, fsuid.val);
	to->fsgid = BPF_CORE_READ(from, fsgid.val);
	to->user_namespace = BPF_CORE_READ(from, user_ns, ns.inum);
	to->securebits = BPF_CORE_READ(from, securebits);
	bpf_core_read(&to->inheritable, sizeof(__u64), &from->cap_inheritable);
	bpf_core_read(&to->permitted, sizeof(__u64), &from->cap_permitted);
	bpf_core_read(&to->effective, sizeof(__u64), &from->cap_effective);
	bpf_core_read(&to->bounding, sizeof(__u64), &from->cap_bset);
	bpf_core_read(&to->ambient, sizeof(__u64), &from->cap_ambient);
}

static __always_inline void put_cred(struct buffer *buffer, __u32 arg,
				     const struct native_cred *cred)
{
	char *to = buffer_end(buffer, arg, CREDENTIALS);

	if (to && !bpf_probe_read_kernel(to, CREDENTIALS, cred))
		put_bytes(buffer, arg, CREDENTIALS, false);
}

static __always_inline bool differ(const struct native_cred *one, const struct native_cred *other)
{
	const __u64 *left = (const __u64 *)one, *right = (const __u64 *)other;

	for (__u32 i = 0; i < CREDENTIALS / sizeof(__u64); i++)
		if (left[i] != right[i])
			return true;
	return false;
}

static __always_inline void tell_change(const struct native_cred *old,
					const struct native_cred *new, long result)
{
	struct buffer *buffer;
	struct shard shard;

	if (!differ(old, new))
		return;
	buffer = buffer_for_event(&shard, commit_creds, result);
	if (!buffer)
		return;
	put_cred(buffer, SLOT(commit_creds, old_cred), old);
	put_cred(buffer, SLOT(commit_creds, new_cred), new);
	buffer_done(buffer, &shard);
}

SEC("fentry/commit_creds")
int BPF_PROG(creds_by_fentry, struct cred *cred)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct native_cred old = {}, new = {};

	read_cred(&old, BPF_CORE_READ(task, real_cred));
	read_cred(&new, cred);
	tell_change(&old, &new, 0);
	return 0;
}

static __always_inline void remember(struct task_struct *task)
{
	struct native_cred *known = bpf_task_storage_get(&credentials, task, NULL,
							 BPF_LOCAL_STORAGE_GET_F_CREATE);

	if (known)
		read_cred(known, BPF_CORE_READ(task, real_cred));
}

/* Only the calls that can change them are looked at again when they return. */
SEC("tp_btf/sys_enter")
int BPF_PROG(before_credentials, struct pt_regs *regs, long number)
{
	struct task_struct *task = bpf_get_current_task_btf();
	const struct syscall_row *row = syscall_row_of(number, task_is_compat(task));

	if (!row || !filter_wants_event(WATCHED_commit_creds))
		return 0;
	if (row->handler == HANDLER_credentials || row->handler == HANDLER_namespace
	    || row->handler == HANDLER_execve)
		remember(task);
	return 0;
}

SEC("tp_btf/sys_exit")
int BPF_PROG(after_credentials, struct pt_regs *regs, long result)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct native_cred *old = bpf_task_storage_get(&credentials, task, NULL, 0);
	struct native_cred new = {};

	if (!old || result < 0)
		return 0;
	read_cred(&new, BPF_CORE_READ(task, real_cred));
	tell_change(old, &new, result);
	return 0;
}
