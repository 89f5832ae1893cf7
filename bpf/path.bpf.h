/* Paths as the kernel resolved them, and inodes. bpf_d_path is refused in most hooks, so
 * the walk from dentry and mount to the process's root is done here.
 *
 * Nothing is locked: a rename that happens during the walk may show a mixture of the old
 * and the new path, as it may to any reader of /proc.
 */
#pragma once

#include "buffer.bpf.h"

/* 2048 names of one byte each, and the mounts between them. */
enum { PATH_STEPS_MAX = 2304 };

struct path_walk {
	struct dentry *dentry;
	struct vfsmount *mount;
	struct dentry *mount_root;
	struct path root;
	char *buffer; /* filled from its end */
	__u32 start;  /* of what is filled */
	bool whole;   /* reached the root, and cut no name */
	bool cut;
};

static __always_inline struct mount *path_mount_of(struct vfsmount *mount)
{
	return (void *)mount - bpf_core_field_offset(struct mount, mnt);
}

/* BPF_CORE_READ's first argument is a plain variable, always: of `walk->mount` it would make
 * a relocation against struct path_walk, which no kernel has. */
static __always_inline void path_enter(struct path_walk *walk, struct dentry *dentry,
				       struct vfsmount *mount)
{
	walk->dentry = dentry;
	walk->mount = mount;
	walk->mount_root = MEMBER(vfsmount, mount, mnt_root);
}

/* One name, or one mount, towards the root. 1: done. */
static long path_step(__u32 step, struct path_walk *walk)
{
	struct dentry *dentry = walk->dentry;
	struct dentry *parent = MEMBER(dentry, dentry, d_parent);
	const unsigned char *name;
	__u32 length, start = walk->start;

	if (dentry == walk->root.dentry && walk->mount == walk->root.mnt) {
		walk->whole = true;
		return 1;
	}
	if (dentry == walk->mount_root || dentry == parent) {
		struct mount *mount = path_mount_of(walk->mount);
		struct mount *above = MEMBER(mount, mount, mnt_parent);
		if (mount == above) { /* outside of the root, or never mounted (memfd) */
			walk->whole = true;
			return 1;
		}
		path_enter(walk, MEMBER(mount, mount, mnt_mountpoint),
			   (void *)above + bpf_core_field_offset(struct mount, mnt));
		return 0;
	}
	name = MEMBER(dentry, dentry, d_name.name);
	length = MEMBER(dentry, dentry, d_name.len);
	if (length > 255) { /* FUSE allows it since 6.15 */
		length = 255;
		walk->cut = true;
	}
	if (start < length + 1)
		return 1; /* full: what is left of the path is cut */
	start = (start - length) & (PATH_BUFFER - 1);
	length &= 255; /* again, in the register that the verifier will look at */
	bpf_probe_read_kernel(&walk->buffer[start], length, name);
	start = (start - 1) & (PATH_BUFFER - 1);
	walk->buffer[start] = '/';
	walk->start = start;
	walk->dentry = parent;
	return 0;
}

/* What a walk has put at the end of the buffer's path, from `start` on; nothing: the root. */
static __always_inline void put_walked(struct buffer *buffer, __u32 arg, __u32 start, bool cut)
{
	char *to = buffer_end(buffer, arg, RECORD_TEXT_MAX);
	__u32 length;

	if (!to)
		return;
	if (start == PATH_BUFFER) {
		start -= 1;
		buffer->path[PATH_BUFFER - 1] = '/';
	}
	length = PATH_BUFFER - start;
	if (length > RECORD_TEXT_MAX)
		length = RECORD_TEXT_MAX; /* cannot be; for the verifier */
	bpf_probe_read_kernel(to, length, &buffer->path[start & (PATH_BUFFER - 1)]);
	put_bytes(buffer, arg, length, cut);
}

/* The path of a directory entry in a mount, seen from `task`'s root. */
static __always_inline void put_dentry_path(struct buffer *buffer, __u32 arg,
					    struct dentry *dentry, struct vfsmount *mount,
					    struct task_struct *task)
{
	struct path_walk walk = {};
	struct fs_struct *fs;
	struct dentry *end;

	path_enter(&walk, dentry, mount);
	fs = MEMBER(task_struct, task, fs);
	walk.root.dentry = MEMBER(fs_struct, fs, root.dentry);
	walk.root.mnt = MEMBER(fs_struct, fs, root.mnt);
	walk.buffer = buffer->path;
	walk.start = PATH_BUFFER;
	bpf_loop(PATH_STEPS_MAX, path_step, &walk, 0);

	end = walk.dentry;
	if (walk.start == PATH_BUFFER && end != walk.root.dentry) {
		put_text(buffer, arg, BPF_CORE_READ(end, d_name.name), false);
		return; /* not in any tree, as a memfd; it has a name at least */
	}
	put_walked(buffer, arg, walk.start, walk.cut || !walk.whole);
}

static __always_inline void put_path(struct buffer *buffer, __u32 arg, struct file *file,
				     struct task_struct *task)
{
	put_dentry_path(buffer, arg, MEMBER(file, file, f_path.dentry),
			MEMBER(file, file, f_path.mnt), task);
}

/* How the time of the last change is kept since 6.11, 6.6, and before. All as flavours: a
 * vmlinux.h knows only the fields of the kernel that it was made on. */
struct inode___since_6_11 {
	long long i_ctime_sec;
	__u32 i_ctime_nsec;
} __attribute__((preserve_access_index));
struct inode___since_6_6 {
	struct timespec64 __i_ctime;
} __attribute__((preserve_access_index));
struct inode___before_6_6 {
	struct timespec64 i_ctime;
} __attribute__((preserve_access_index));

static __always_inline __u64 inode_ctime_ns(struct inode *inode)
{
	struct inode___since_6_11 *split = (void *)inode;
	struct inode___since_6_6 *renamed = (void *)inode;
	struct inode___before_6_6 *plain = (void *)inode;
	struct timespec64 time = {};

	if (bpf_core_field_exists(split->i_ctime_sec)) {
		time.tv_sec = MEMBER(inode___since_6_11, inode, i_ctime_sec);
		/* Bit 31 says that somebody looked at the time (I_CTIME_QUERIED, 6.13). */
		time.tv_nsec = MEMBER(inode___since_6_11, inode, i_ctime_nsec) & 0x7fffffff;
	} else if (bpf_core_field_exists(renamed->__i_ctime)) {
		time = BPF_CORE_READ(renamed, __i_ctime);
	} else if (bpf_core_field_exists(plain->i_ctime)) {
		time = BPF_CORE_READ(plain, i_ctime);
	}
	return time.tv_sec * 1000000000ULL + time.tv_nsec;
}

/* Device, inode number and change time into three slots from `arg` on. */
static __always_inline void put_inode(struct record_header *header, __u32 arg, struct inode *inode)
{
	struct super_block *file_system = MEMBER(inode, inode, i_sb);

	put_number(header, arg, MEMBER(super_block, file_system, s_dev)); /* major << 20 | minor */
	put_number(header, arg + 1, MEMBER(inode, inode, i_ino));
	put_number(header, arg + 2, inode_ctime_ns(inode));
}

enum { OVERLAY_MAGIC = 0x794c7630 /* OVERLAYFS_SUPER_MAGIC, linux/magic.h */,
       WRITABLE_BY_OTHERS = 0002 };

/* Anonymous memory that was given a name: its entry belongs to no directory. A file on disk
 * can be called "memfd:x", but is not its own parent. */
static __always_inline bool file_is_memfd(struct file *file)
{
	struct dentry *dentry = BPF_CORE_READ(file, f_path.dentry);
	char start[8] = {};

	if (BPF_CORE_READ(dentry, d_parent) != dentry)
		return false;
	bpf_probe_read_kernel_str(start, 7, BPF_CORE_READ(dentry, d_name.name));
	return *(__u64 *)start == 0x3a64666d656dULL; /* "memfd:" */
}

/* Of an overlay, made since the image was: struct ovl_inode has the upper layer's entry
 * right behind the inode (fs/overlayfs/ovl_entry.h, since 4.19). */
static __always_inline bool inode_is_upper(struct inode *inode)
{
	void *upper = NULL;

	if (BPF_CORE_READ(inode, i_sb, s_magic) != OVERLAY_MAGIC)
		return false;
	bpf_probe_read_kernel(&upper, sizeof(upper),
			      (void *)inode + bpf_core_type_size(struct inode));
	return upper != NULL;
}

/* enum record_file */
static __always_inline __u32 file_facts(struct file *file)
{
	struct inode *inode = BPF_CORE_READ(file, f_inode);

	return (file_is_memfd(file) ? RECORD_FILE_MEMFD : 0)
	       | (BPF_CORE_READ(inode, i_nlink) == 0 ? RECORD_FILE_DELETED : 0)
	       | (inode_is_upper(inode) ? RECORD_FILE_UPPER_LAYER : 0)
	       | (BPF_CORE_READ(inode, i_mode) & WRITABLE_BY_OTHERS ? RECORD_FILE_WRITABLE : 0);
}
