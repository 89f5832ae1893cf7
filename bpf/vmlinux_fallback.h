/* The kernel's types as far as programs here look at them, for hosts without BTF to
 * generate vmlinux.h from. Offsets come from the running kernel at load time
 * (preserve_access_index), so only names and types of fields matter; the order does not.
 * A program that needs another field adds it here, too: every build
 * looks whether the programs compile with it.
 */
#ifndef __VMLINUX_H__
#define __VMLINUX_H__

#include <linux/bpf.h> /* map types, flags, helpers' structs, __u32 … */
#include <stdbool.h>
#include <stddef.h>

typedef __u8 u8;
typedef __u16 u16;
typedef __u32 u32;
typedef __u64 u64;
typedef int pid_t;

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct pt_regs {
	unsigned long di, si, dx, cx, bx, bp, r8, r9, r10, ax, orig_ax, ip;
};
struct thread_info {
	u32 status;
};
typedef struct {
	int counter;
} atomic_t;
typedef struct {
	u32 val;
} kuid_t;
typedef struct {
	u32 val;
} kgid_t;
struct list_head {
	struct list_head *next;
};
typedef struct {
	u64 val; /* before 6.3 two of 32 bits: as long */
} kernel_cap_t;
struct user_namespace;
struct cred {
	kuid_t uid, suid, euid, fsuid;
	kgid_t gid, sgid, egid, fsgid;
	unsigned int securebits;
	kernel_cap_t cap_inheritable, cap_permitted, cap_effective, cap_bset, cap_ambient;
	struct user_namespace *user_ns;
};
struct kernfs_node {
	u64 id;
	const char *name;
};
struct cgroup_root {
	int hierarchy_id;
};
struct cgroup {
	struct kernfs_node *kn;
	struct cgroup_root *root;
};
struct css_set {
	struct cgroup *dfl_cgrp;
};

struct ns_common {
	unsigned int inum;
};
struct user_namespace {
	struct ns_common ns;
};
struct uts_namespace {
	struct ns_common ns;
};
struct ipc_namespace {
	struct ns_common ns;
};
struct cgroup_namespace {
	struct ns_common ns;
};
struct netns_core {
	int sysctl_somaxconn;
};
struct net {
	struct ns_common ns;
	struct netns_core core;
};
struct task_struct;
struct pid_namespace {
	struct task_struct *child_reaper;
	struct ns_common ns;
};
struct mnt_namespace {
	struct ns_common ns;
};
struct nsproxy {
	struct uts_namespace *uts_ns;
	struct ipc_namespace *ipc_ns;
	struct mnt_namespace *mnt_ns;
	struct pid_namespace *pid_ns_for_children;
	struct net *net_ns;
	struct cgroup_namespace *cgroup_ns;
};
struct upid {
	int nr;
	struct pid_namespace *ns;
};
struct pid {
	unsigned int level;
	struct upid numbers[0];
};

struct timespec64 {
	long long tv_sec;
	long tv_nsec;
};
struct file_system_type {
	const char *name;
};
struct super_block {
	u32 s_dev;
	struct file_system_type *s_type;
	unsigned long s_flags, s_magic;
};
struct module;
struct file_operations {
	struct module *owner;
};
struct inode_operations {
	void *lookup;
};
struct seq_operations {
	void *start;
};
struct proc_ops {
	unsigned int proc_flags;
};
struct inode {
	u16 i_mode;
	u32 i_nlink;
	unsigned long i_ino;
	struct super_block *i_sb;
	const struct inode_operations *i_op;
};
struct proc_dir_entry {
	const struct proc_ops *proc_ops;
};
struct proc_inode {
	struct proc_dir_entry *pde;
	struct inode vfs_inode;
};
struct seq_file {
	const struct seq_operations *op;
};
struct qstr {
	u32 hash, len; /* read as a whole: this one's layout is the kernel's */
	const unsigned char *name;
};
struct dentry {
	struct dentry *d_parent;
	struct qstr d_name;
	struct inode *d_inode;
};
struct vfsmount {
	struct dentry *mnt_root;
	struct super_block *mnt_sb;
	int mnt_flags;
};
struct mount {
	struct mount *mnt_parent;
	struct dentry *mnt_mountpoint;
	struct vfsmount mnt;
	const char *mnt_devname;
	int mnt_id;
};
struct path {
	struct vfsmount *mnt;
	struct dentry *dentry;
};
struct file {
	unsigned int f_flags;
	long long f_pos;
	struct inode *f_inode;
	struct path f_path;
	const struct file_operations *f_op;
	void *private_data;
};
struct fdtable {
	unsigned int max_fds;
	struct file **fd;
};
struct files_struct {
	atomic_t count;
	struct fdtable *fdt;
};
struct fs_struct {
	struct path root, pwd;
};
struct linux_binprm {
	struct file *file;
	const char *filename;
	const char *interp;
};

struct vm_area_struct {
	unsigned long vm_flags;
	struct file *vm_file;
};
struct mm_struct {
	unsigned long saved_auxv[1];
	unsigned long arg_start, arg_end, env_start, env_end;
	struct file *exe_file;
	atomic_t mm_users;
};
struct signal_struct {
	atomic_t live;
	unsigned int is_child_subreaper : 1;
};
struct task_struct {
	struct thread_info thread_info;
	unsigned int flags;
	int exit_code;
	pid_t pid, tgid;
	u64 start_boottime;
	struct task_struct *group_leader, *real_parent;
	struct list_head children;
	char comm[16];
	const struct cred *cred, *real_cred;
	struct css_set *cgroups;
	struct pid *thread_pid;
	struct nsproxy *nsproxy;
	struct mm_struct *mm;
	struct fs_struct *fs;
	struct files_struct *files;
	struct signal_struct *signal;
};

typedef struct {
	int owned;
} socket_lock_t;
typedef struct {
	struct net *net;
} possible_net_t;
struct in6_addr {
	u8 bytes[16];
};
struct sock_common {
	__be32 skc_daddr, skc_rcv_saddr;
	__be16 skc_dport;
	u16 skc_num;
	unsigned short skc_family;
	possible_net_t skc_net;
	struct in6_addr skc_v6_daddr, skc_v6_rcv_saddr;
};
struct sock {
	struct sock_common __sk_common;
	socket_lock_t sk_lock;
};
struct socket {
	short type;
	struct sock *sk;
};
struct sockaddr;
struct unix_address {
	int len;
	struct { unsigned short sun_family; } name[0];
};
struct unix_sock {
	struct sock sk;
	struct unix_address *addr;
	struct sock *peer;
};
struct inet_sock {
	struct sock sk;
};
struct inet_connection_sock {
	struct inet_sock icsk_inet;
};
struct tcp_sock {
	struct inet_connection_sock inet_conn;
};

struct trace_event_raw_sys_exit {
	long id;
	long ret;
};
struct bpf_iter_meta {
	struct seq_file *seq;
};
struct bpf_iter__task {
	struct bpf_iter_meta *meta;
	struct task_struct *task;
};

#pragma clang attribute pop

#endif
