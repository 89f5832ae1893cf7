/* A file was mapped, and what may be done with it; anonymous memory that may be both written
 * and executed. */
#include "mapping.bpf.h"

enum { LAST_ERROR = -4095, COMPAT_mmap = 90 };

/* Set if a better hook tells of mapped files: then only protections are left to tell here. */
const volatile bool mmap_is_hooked = false;

struct mmap_call {
	__u64 protection, flags;
};

static __always_inline void tell_file(struct mmap_call *mmap, struct file *file,
				      struct task_struct *task, long result)
{
	struct record_header *header;
	struct buffer *buffer;
	struct shard shard;

	buffer = buffer_for_event(&shard, security_mmap_file, result);
	if (!buffer)
		return;
	header = &buffer->header;
	put_path(buffer, SLOT(security_mmap_file, pathname), file, task);
	put_number(header, SLOT(security_mmap_file, flags), BPF_CORE_READ(file, f_flags));
	put_inode(header, SLOT(security_mmap_file, dev), BPF_CORE_READ(file, f_inode));
	put_number(header, SLOT(security_mmap_file, prot), mmap->protection);
	put_number(header, SLOT(security_mmap_file, mmap_flags), mmap->flags);
	buffer_done(buffer, &shard);
}

static __always_inline void tell_shared_object(struct file *file, struct task_struct *task,
					       long result)
{
	struct buffer *buffer;
	struct shard shard;

	buffer = buffer_for_event(&shard, shared_object_loaded, result);
	if (!buffer)
		return;
	put_path(buffer, SLOT(shared_object_loaded, pathname), file, task);
	put_number(&buffer->header, SLOT(shared_object_loaded, flags),
		   BPF_CORE_READ(file, f_flags));
	put_inode(&buffer->header, SLOT(shared_object_loaded, dev), BPF_CORE_READ(file, f_inode));
	buffer_done(buffer, &shard);
}

static __always_inline void on_mapped_file(struct mmap_call *mmap, struct file *file,
					   struct task_struct *task, long result)
{
	if (filter_wants_event(WATCHED_security_mmap_file))
		tell_file(mmap, file, task, result);
	if ((mmap->protection & (MAY_WRITE | MAY_EXECUTE)) == MAY_EXECUTE)
		tell_shared_object(file, task, result);
}

/* The file lies in the program's hands only until it is mapped: which one it was the mapping
 * says. */
SEC("tp_btf/sys_exit")
int BPF_PROG(after_mmap, struct pt_regs *regs, long result)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct call call = call_of(regs, task_is_compat(task));
	struct protection protection = {.before_known = true};
	struct mapping found = {};
	struct mmap_call mmap;

	if (result < 0 && result >= LAST_ERROR)
		return 0; /* an attempt */
	if (call.compat && regs->orig_ax == COMPAT_mmap)
		call_unpack(&call, 0);
	mmap.protection = call_register(&call, 2);
	mmap.flags = call_register(&call, 3);
	mapping_at(task, result, &found);
	if (found.file && !mmap_is_hooked)
		on_mapped_file(&mmap, found.file, task, result);
	if (~mmap.protection & (MAY_WRITE | MAY_EXECUTE))
		return 0;
	protection.address = result;
	protection.length = call_register(&call, 1);
	protection.now = mmap.protection;
	tell_alert(ALERT_MMAP_WRITE_EXECUTE, &protection, found.file, task, result);
	return 0;
}

SEC("lsm/mmap_file")
int BPF_PROG(mmap_by_lsm, struct file *file, unsigned long asked, unsigned long protection,
	     unsigned long flags)
{
	struct mmap_call mmap = {.protection = protection, .flags = flags};

	if (file)
		on_mapped_file(&mmap, file, bpf_get_current_task_btf(), 0);
	return 0;
}

SEC("fentry/security_mmap_file")
int BPF_PROG(mmap_by_fentry, struct file *file, unsigned long protection, unsigned long flags)
{
	struct mmap_call mmap = {.protection = protection, .flags = flags};

	if (file)
		on_mapped_file(&mmap, file, bpf_get_current_task_btf(), 0);
	return 0;
}
