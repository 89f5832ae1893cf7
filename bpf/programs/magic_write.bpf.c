/* The first bytes of a regular file were written: what kind of file it will be. The bytes are
 * read from the program's memory when the call has returned. */
#include "written.bpf.h"

enum {
	SYS_write = 1, SYS_pwrite64 = 18, SYS_writev = 20, SYS_pwritev = 296, SYS_pwritev2 = 328,
	COMPAT_write = 4, COMPAT_pwrite64 = 181, COMPAT_writev = 146, COMPAT_pwritev = 334,
	COMPAT_pwritev2 = 379,
};

/* Where a call that says so wrote to; -1 means that it did not. */
static __always_inline __u64 passed_offset(struct call *call)
{
	__u64 low = call_register(call, 3);

	return call->compat ? low | call_register(call, 4) << 32 : low;
}

static __always_inline bool describe_write(struct written *written, struct call *call,
					   struct file *file, long result)
{
	bool compat = call->compat;
	__u64 number = call->regs->orig_ax;
	bool plain = number == (compat ? COMPAT_write : SYS_write)
		     || number == (compat ? COMPAT_writev : SYS_writev);
	__u64 offset = plain ? ~0ULL : passed_offset(call);

	if (offset == ~0ULL)
		offset = BPF_CORE_READ(file, f_pos) - result;
	written->from = call_register(call, 1);
	written->compat = compat;
	written->pieces = number != (compat ? COMPAT_write : SYS_write)
			  && number != (compat ? COMPAT_pwrite64 : SYS_pwrite64);
	written->want = result < MAGIC_BYTES ? result : MAGIC_BYTES;
	return offset == 0;
}

SEC("tp_btf/sys_exit")
int BPF_PROG(after_write, struct pt_regs *regs, long result)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct call call = call_of(regs, task_is_compat(task));
	struct written written = {};
	struct buffer *buffer;
	struct shard shard;
	struct file *file;

	if (result <= 0)
		return 0;
	file = task_file(task, (int)call_register(&call, 0));
	if (!file)
		return 0;
	if (!is_regular(file) || !describe_write(&written, &call, file, result))
		return 0;
	buffer = buffer_for_event(&shard, magic_write, result);
	if (!buffer)
		return 0;
	take_written(&written);
	put_write(buffer, file, written.bytes, written.have, written.want);
	buffer_done(buffer, &shard);
	return 0;
}
