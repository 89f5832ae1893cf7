/* A program was started in a process. Runs when the new image is in place and cannot fail
 * any more; comm, argv and the thread id are already the new ones. */
#include "cgroup.bpf.h"
#include "events/exec_facts.h"

struct old_comm {
	char text[16];
};

/* The name that a task had before its last renaming: begin_new_exec (fs/exec.c) renames the
 * task, so when the exec is reported this is what it was called before. */
struct {
	__uint(type, BPF_MAP_TYPE_TASK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct old_comm);
} old_comms SEC(".maps");

SEC("tp_btf/task_rename")
int BPF_PROG(remember_comm, struct task_struct *task, const char *comm)
{
	struct old_comm *old;

	if (!filter_wants_event(WATCHED_sched_process_exec))
		return 0;
	old = bpf_task_storage_get(&old_comms, task, NULL, BPF_LOCAL_STORAGE_GET_F_CREATE);
	if (old)
		bpf_core_read(old->text, sizeof(old->text), &task->comm);
	return 0;
}

static __always_inline void put_prev_comm(struct buffer *buffer, struct task_struct *task)
{
	struct old_comm *old = bpf_task_storage_get(&old_comms, task, NULL, 0);

	if (!old)
		return;
	put_text(buffer, SLOT(sched_process_exec, prev_comm), old->text, false);
	bpf_task_storage_delete(&old_comms, task);
}

enum { FILE_TYPE = 0170000 /* S_IFMT */, SOCKET_TYPE = 0140000 /* S_IFSOCK */ };

/* The event has no argument for it. */
static __always_inline __u32 output_facts(struct task_struct *task)
{
	struct file *file = task_file(task, 1);

	if (!file)
		return 0;
	return (BPF_CORE_READ(file, f_inode, i_mode) & FILE_TYPE) == SOCKET_TYPE
		       ? RECORD_EXEC_SOCKET_OUTPUT
		       : 0;
}

static __always_inline void put_stdin(struct buffer *buffer, struct task_struct *task)
{
	struct file *file = task_file(task, 0);
	struct inode *inode;

	if (!file)
		return;
	inode = BPF_CORE_READ(file, f_inode);
	put_number(&buffer->header, SLOT(sched_process_exec, stdin_type),
		   BPF_CORE_READ(inode, i_mode) & FILE_TYPE);
	put_path(buffer, SLOT(sched_process_exec, stdin_path), file, task);
}

struct mapped {
	struct file *file;
};

static long keep_mapped_file(struct task_struct *task, struct vm_area_struct *area,
			     struct mapped *found)
{
	found->file = BPF_CORE_READ(area, vm_file);
	return 0;
}

/* The ELF interpreter (ld.so): bprm no longer has it, but where the program will begin is in
 * it, and what is mapped there is what will run. A static program begins in itself. */
static __always_inline void put_interpreter(struct buffer *buffer, struct task_struct *task,
					    struct file *executable)
{
	struct pt_regs *regs = (struct pt_regs *)bpf_task_pt_regs(task);
	struct mapped found = {};
	struct inode *inode, *own = BPF_CORE_READ(executable, f_inode);
	struct file *file;

	bpf_find_vma(task, regs->ip, keep_mapped_file, &found, 0);
	file = found.file;
	if (!file)
		return;
	inode = BPF_CORE_READ(file, f_inode);
	if (inode == own)
		return;
	put_path(buffer, SLOT(sched_process_exec, interpreter_pathname), file, task);
	put_inode(&buffer->header, SLOT(sched_process_exec, interpreter_dev), inode);
}

SEC("tp_btf/sched_process_exec")
int BPF_PROG(sched_process_exec, struct task_struct *task, pid_t old_tid, struct linux_binprm *bprm)
{
	struct file *file = bprm->file;
	struct inode *inode = BPF_CORE_READ(file, f_inode);
	struct mm_struct *mm = BPF_CORE_READ(task, mm);
	struct path pwd = BPF_CORE_READ(task, fs, pwd);
	struct record_header *header;
	struct buffer *buffer;
	struct shard shard;

	tell_started(task);
	if (!shard_admit(&shard, WATCHED_sched_process_exec, task->tgid))
		return 0;
	buffer = buffer_take();
	if (!buffer) {
		shard_drop(&shard, LOST_BUFFER);
		return 0;
	}
	buffer_begin(buffer, RECORD_sched_process_exec, SLOTS(sched_process_exec));
	header = &buffer->header;
	header->detail[0] = file_facts(file) | output_facts(task);
	header->detail[1] = old_tid;
	put_text(buffer, SLOT(sched_process_exec, cmdpath), bprm->filename, false);
	put_path(buffer, SLOT(sched_process_exec, pathname), file, task);
	put_inode(header, SLOT(sched_process_exec, dev), inode);
	put_number(header, SLOT(sched_process_exec, inode_mode), BPF_CORE_READ(inode, i_mode));
	put_interpreter(buffer, task, file);
	put_user_range(buffer, SLOT(sched_process_exec, argv), BPF_CORE_READ(mm, arg_start),
		       BPF_CORE_READ(mm, arg_end));
	put_text(buffer, SLOT(sched_process_exec, interp), bprm->interp, false);
	put_stdin(buffer, task);
	put_number(header, SLOT(sched_process_exec, invoked_from_kernel),
		   !!(BPF_CORE_READ(task, real_parent, flags) & TASK_KERNEL));
	put_prev_comm(buffer, task);
	put_user_range(buffer, SLOT(sched_process_exec, env), BPF_CORE_READ(mm, env_start),
		       BPF_CORE_READ(mm, env_end));
	put_dentry_path(buffer, SLOT(sched_process_exec, pwd), pwd.dentry, pwd.mnt, task);
	buffer_write(buffer, &shard);
	buffer_release(buffer);
	return 0;
}
