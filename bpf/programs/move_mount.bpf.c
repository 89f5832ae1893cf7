/* security_sb_mount of what was made by fsopen and fsmount, or is a clone that open_tree made,
 * and of mounts that are moved: by move_mount. */
#include "mount.bpf.h"

enum {
	SYS_fsmount = 432, /* the same number in both tables, as all of these calls */
	CLONE_TREE = 1, /* OPEN_TREE_CLONE */
	RECURSIVE = 0x8000, /* AT_RECURSIVE */
	SET_GROUP = 0x100, /* MOVE_MOUNT_SET_GROUP: nothing is moved */
};

static __always_inline struct mount *mount_of_file(struct file *file)
{
	return path_mount_of(BPF_CORE_READ(file, f_path.mnt));
}

SEC("tp_btf/sys_exit")
int BPF_PROG(after_new_mount, struct pt_regs *regs, long result)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct call call = call_of(regs, task_is_compat(task));
	bool cloned = regs->orig_ax != SYS_fsmount;
	__u64 how = call_register(&call, 2);
	struct file *file = task_file(task, result);

	if (!file || (cloned && !(how & CLONE_TREE)))
		return 0;
	remember_unattached(mount_of_file(file),
			    !cloned ? 0 : FLAG_BIND | (how & RECURSIVE ? FLAG_REC : 0));
	return 0;
}

/* The flags of a mount that is being attached, or was; that it was unattached is forgotten. */
static __always_inline __u64 attached_flags(struct mount *mount, bool forget)
{
	const struct unattached_mount *made = unattached(mount);
	__u64 key = (__u64)mount, flags;

	if (!made)
		return FLAG_MOVE;
	flags = made->flags ? made->flags : mount_flags(mount);
	if (forget)
		bpf_map_delete_elem(&unattached_mounts, &key);
	return flags;
}

static __always_inline int on_move_mount(const struct path *from, const struct path *to)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct mount *mount = path_mount_of(BPF_CORE_READ(from, mnt));
	struct call call =
		call_of((struct pt_regs *)bpf_task_pt_regs(task), task_is_compat(task));
	struct buffer *buffer;
	struct shard shard;

	if (call_register(&call, 4) & SET_GROUP)
		return 0;
	buffer = buffer_for_event(&shard, security_sb_mount, 0);
	if (!buffer)
		return 0;
	put_mount(buffer, mount);
	put_dentry_path(buffer, SLOT(security_sb_mount, path), BPF_CORE_READ(to, dentry),
			BPF_CORE_READ(to, mnt), task);
	put_number(&buffer->header, SLOT(security_sb_mount, flags),
		   mount_is_attached(mount) ? FLAG_MOVE : attached_flags(mount, false));
	buffer_done(buffer, &shard);
	return 0;
}

SEC("lsm/move_mount")
int BPF_PROG(move_mount_by_lsm, const struct path *from, const struct path *to)
{
	return on_move_mount(from, to);
}

SEC("fentry/security_move_mount")
int BPF_PROG(move_mount_by_fentry, const struct path *from, const struct path *to)
{
	return on_move_mount(from, to);
}

/* What the path leads to by itself: "" and "." are what the descriptor is of. NULL: a name,
 * which we cannot look up. */
static __always_inline struct mount *mount_of_passed(struct task_struct *task, int directory,
						     const char *passed)
{
	char start[3] = {};
	struct file *file;

	bpf_probe_read_user_str(start, sizeof(start), passed);
	if (start[0] && (start[0] != '.' || start[1]))
		return NULL;
	if (directory == WORKING_DIRECTORY)
		return path_mount_of(BPF_CORE_READ(task, fs, pwd.mnt));
	file = task_file(task, directory);
	return file ? mount_of_file(file) : NULL;
}

struct attached_search {
	struct mount *found;
};

static long is_attached_now(void *map, const __u64 *key, const struct unattached_mount *made,
			    struct attached_search *search)
{
	struct mount *mount = (struct mount *)*key;

	if (made->id != mount_id(mount) || !mount_is_attached(mount))
		return 0;
	search->found = mount;
	return 1;
}

/* A path may lead to what is not attached, too: /proc/self/fd/5. Then it is now the one that
 * was remembered as unattached, and is not any more. */
static __always_inline struct mount *mount_attached_now(void)
{
	struct attached_search search = {};

	bpf_for_each_map_elem(&unattached_mounts, is_attached_now, &search, 0);
	return search.found;
}

static __always_inline void put_passed_move(struct buffer *buffer, struct task_struct *task,
					    struct call *call)
{
	put_passed_path(buffer, SLOT(security_sb_mount, dev_name), task, (int)call_register(call, 0),
			(const void *)call_register(call, 1), true);
	put_passed_path(buffer, SLOT(security_sb_mount, path), task, (int)call_register(call, 2),
			(const void *)call_register(call, 3), true);
}

SEC("tp_btf/sys_exit")
int BPF_PROG(after_move_mount, struct pt_regs *regs, long result)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct call call = call_of(regs, task_is_compat(task));
	struct mount *mount;
	struct buffer *buffer;
	struct shard shard;
	__u64 flags = FLAG_MOVE;

	if (call_register(&call, 4) & SET_GROUP)
		return 0;
	if (result < 0)
		return count_failed(WATCHED_security_sb_mount);
	mount = mount_of_passed(task, call_register(&call, 0), (const char *)call_register(&call, 1));
	if (!mount)
		mount = mount_attached_now();
	if (mount)
		flags = attached_flags(mount, true);
	buffer = buffer_for_event(&shard, security_sb_mount, result);
	if (!buffer)
		return 0;
	if (mount) {
		put_mount(buffer, mount);
		put_dentry_path(buffer, SLOT(security_sb_mount, path),
				BPF_CORE_READ(mount, mnt.mnt_root), &mount->mnt, task);
	} else {
		put_passed_move(buffer, task, &call);
	}
	put_number(&buffer->header, SLOT(security_sb_mount, flags), flags);
	buffer_done(buffer, &shard);
	return 0;
}
