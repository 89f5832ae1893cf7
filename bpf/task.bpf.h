/* Who did it: the header's context, and facts about tasks. Loads that every record needs go
 * straight through trusted pointers: they cost a tenth of bpf_probe_read, and give 0 where a
 * pointer is none. But each pointer so loaded costs 2 ms when programs are loaded (up to four
 * searches through all names of the kernel's BTF, btf_nested_type_is_trusted since 6.4), so
 * the rest is BPF_CORE_READ.
 */
#pragma once

enum { TASK_COMPAT = 0x2 /* TS_COMPAT, arch/x86/include/asm/thread_info.h */,
       TASK_KERNEL = 0x00200000 /* PF_KTHREAD */ };

#define HOST_PID_NS 0xEFFFFFFCU /* PROC_PID_INIT_INO, include/linux/proc_ns.h */
#define NO_LOGINUID 0xFFFFFFFFU

/* There with CONFIG_AUDIT only. */
struct task_struct___audit {
	kuid_t loginuid;
} __attribute__((preserve_access_index));

/* The number of `pid` at a namespace level; 0: it is not visible there. */
static __always_inline struct upid task_upid_at(struct pid *pid, __u32 level)
{
	struct upid upid = {};

	/* A helper, as the index is not a constant. */
	if (pid && level <= BPF_CORE_READ(pid, level))
		bpf_core_read(&upid, sizeof(upid), &pid->numbers[level]);
	return upid;
}

/* A task's number in its own pid namespace. At level 0 that is the one it has anyway,
 * which saves the look. */
static __always_inline __u32 task_ns_tid(struct task_struct *task)
{
	struct pid *pid = BPF_CORE_READ(task, thread_pid);
	__u32 level = BPF_CORE_READ(pid, level);

	return level == 0 ? (__u32)BPF_CORE_READ(task, pid) : task_upid_at(pid, level).nr;
}

static __always_inline bool task_is_compat(struct task_struct *task)
{
	return task->thread_info.status & TASK_COMPAT;
}

static __always_inline __u32 task_loginuid(struct task_struct *task)
{
	struct task_struct___audit *audited = (void *)task;

	if (!bpf_core_field_exists(audited->loginuid))
		return NO_LOGINUID;
	return MEMBER(task_struct___audit, audited, loginuid.val);
}

static __always_inline void task_describe_ns(struct record_header *header,
					     struct task_struct *task,
					     struct task_struct *leader,
					     struct task_struct *parent)
{
	struct pid *pid = task->thread_pid;
	__u32 level = pid->level;
	struct upid own;

	header->mnt_ns = task->nsproxy->mnt_ns->ns.inum;
	if (level == 0) {
		header->ns_tid = task->pid;
		header->ns_tgid = task->tgid;
		header->ns_ppid = parent->tgid;
		header->pid_ns = HOST_PID_NS;
		return;
	}
	own = task_upid_at(pid, level);
	header->ns_tid = own.nr;
	header->ns_tgid = task == leader ? own.nr
					 : task_upid_at(BPF_CORE_READ(leader, thread_pid), level).nr;
	header->ns_ppid = task_upid_at(BPF_CORE_READ(parent, thread_pid), level).nr;
	header->pid_ns = BPF_CORE_READ(own.ns, ns.inum);
}

static __always_inline void task_describe(struct record_header *header, struct task_struct *task)
{
	struct task_struct *leader = task->group_leader;
	struct task_struct *parent = task->real_parent->group_leader;

	header->thread_start_ns = task->start_boottime;
	header->leader_start_ns = leader->start_boottime;
	header->parent_start_ns = parent->start_boottime;
	header->host_tid = task->pid;
	header->host_tgid = task->tgid;
	header->host_ppid = parent->tgid;
	header->loginuid = task_loginuid(task);
	task_describe_ns(header, task, leader, parent);
	bpf_core_read(&header->comm, sizeof(header->comm), &task->comm);
}

/* Begins a record at `header`; its time comes last, see shard.bpf.h. Slots are not cleared:
 * what is not `present` is not read. */
static __always_inline void record_clear(struct record_header *header, enum record_kind kind,
					 __u32 arg_count)
{
	header->size = sizeof(*header) + arg_count * sizeof(union record_slot);
	header->kind = kind;
	header->flags = 0;
	header->return_value = 0;
	header->present = 0;
	header->references = 0;
	header->truncated = 0;
	header->unresolved = 0;
	header->cpu = bpf_get_smp_processor_id();
	header->arg_count = arg_count;
	header->syscall = -1;
	header->extension = 0;
	header->detail[0] = 0;
	header->detail[1] = 0;
}

/* A record about what the current task does, with the system call that it is in. */
static __always_inline void record_begin_current(struct record_header *header,
						 enum record_kind kind, __u32 arg_count)
{
	struct task_struct *task = bpf_get_current_task_btf();
	__u64 ids = bpf_get_current_uid_gid();

	record_clear(header, kind, arg_count);
	task_describe(header, task);
	header->cgroup_id = bpf_get_current_cgroup_id();
	header->uid = ids;
	header->gid = ids >> 32;
	if (!(task->flags & TASK_KERNEL)) {
		struct pt_regs *regs = (struct pt_regs *)bpf_task_pt_regs(task);
		header->syscall = (int)regs->orig_ax;
	}
	header->flags = task_is_compat(task) ? RECORD_COMPAT : 0;
}

/* A record about another task. */
static __always_inline void record_begin_other(struct record_header *header,
					       enum record_kind kind, __u32 arg_count,
					       struct task_struct *task)
{
	record_clear(header, kind, arg_count);
	task_describe(header, task);
	header->cgroup_id = BPF_CORE_READ(task, cgroups, dfl_cgrp, kn, id);
	header->uid = BPF_CORE_READ(task, cred, uid.val);
	header->gid = BPF_CORE_READ(task, cred, gid.val);
}

/* The same in a buffer, for records with texts. */
static __always_inline void buffer_begin(struct buffer *buffer, enum record_kind kind,
					 __u32 arg_count)
{
	record_begin_current(&buffer->header, kind, arg_count);
	buffer->used = buffer->header.size;
}

/* Five facts about each of four tasks: what a fork says, and a task_begin. */
enum { TASK_TID, TASK_NS_TID, TASK_PID, TASK_NS_PID, TASK_START_TIME };

static __always_inline void put_task(struct record_header *header, __u32 arg,
				     struct task_struct *task)
{
	struct task_struct *leader = BPF_CORE_READ(task, group_leader);

	put_number(header, arg + TASK_TID, BPF_CORE_READ(task, pid));
	put_number(header, arg + TASK_NS_TID, task_ns_tid(task));
	put_number(header, arg + TASK_PID, BPF_CORE_READ(task, tgid));
	put_number(header, arg + TASK_NS_PID, task_ns_tid(leader));
	put_number(header, arg + TASK_START_TIME, BPF_CORE_READ(task, start_boottime));
}

/* The file of a descriptor, or NULL. */
static __always_inline struct file *task_file(struct task_struct *task, long descriptor)
{
	struct files_struct *files = MEMBER(task_struct, task, files);
	struct fdtable *table = MEMBER(files_struct, files, fdt);
	struct file *file = NULL;

	if (descriptor >= 0 && descriptor < MEMBER(fdtable, table, max_fds))
		bpf_probe_read_kernel(&file, sizeof(file), MEMBER(fdtable, table, fd) + descriptor);
	return file;
}
