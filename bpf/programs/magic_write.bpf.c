/* The first bytes of a regular file were written: what kind of file it will be. The bytes are
 * read from the program's memory when the call has returned. */
#include "call.bpf.h"

enum {
	MAGIC_BYTES = 32,
	SYS_write = 1, SYS_pwrite64 = 18, SYS_writev = 20, SYS_pwritev = 296, SYS_pwritev2 = 328,
	COMPAT_write = 4, COMPAT_pwrite64 = 181, COMPAT_writev = 146, COMPAT_pwritev = 334,
	COMPAT_pwritev2 = 379,
	PIECES_MAX = 1024, /* IOV_MAX */
};

struct written {
	__u64 offset; /* of the first byte */
	__u64 from;   /* bytes, or pieces of them */
	bool pieces, compat;
	__u32 have;
	__u32 want;
	char bytes[2 * MAGIC_BYTES];
};

struct piece {
	__u64 from, length;
};

static __always_inline struct piece piece_at(struct written *written, __u32 at)
{
	struct piece piece = {};
	__u32 narrow[2] = {};

	if (!written->compat) {
		bpf_probe_read_user(&piece, sizeof(piece),
				    (const void *)(written->from + at * sizeof(piece)));
		return piece;
	}
	bpf_probe_read_user(narrow, sizeof(narrow),
			    (const void *)(written->from + at * sizeof(narrow)));
	piece.from = narrow[0];
	piece.length = narrow[1];
	return piece;
}

static __always_inline void take_bytes(struct written *written, __u64 from, __u64 length)
{
	__u32 have = written->have, left = written->want - have;

	if (length > left)
		length = left;
	barrier_var(length);
	if (length > MAGIC_BYTES)
		length = MAGIC_BYTES;
	if (have >= MAGIC_BYTES || !length)
		return;
	if (!bpf_probe_read_user(&written->bytes[have], length, (const void *)from))
		written->have += length;
}

static long take_piece(__u32 at, struct written *written)
{
	struct piece piece = piece_at(written, at);

	take_bytes(written, piece.from, piece.length);
	return written->have >= written->want;
}

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

static __always_inline void put_written(struct buffer *buffer, struct written *written)
{
	char *to = buffer_end(buffer, SLOT(magic_write, bytes), MAGIC_BYTES);
	__u32 length = written->have;

	if (!to)
		return;
	barrier_var(length);
	if (length > MAGIC_BYTES)
		length = MAGIC_BYTES;
	bpf_probe_read_kernel(to, length, written->bytes);
	put_bytes(buffer, SLOT(magic_write, bytes), length, length < written->want);
}

SEC("tp_btf/sys_exit")
int BPF_PROG(after_write, struct pt_regs *regs, long result)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct call call = call_of(regs, task_is_compat(task));
	struct written written = {};
	struct buffer *buffer;
	struct inode *inode;
	struct shard shard;
	struct file *file;

	if (result <= 0)
		return 0;
	file = task_file(task, (int)call_register(&call, 0));
	if (!file)
		return 0;
	inode = BPF_CORE_READ(file, f_inode);
	if ((BPF_CORE_READ(inode, i_mode) & 0170000) != 0100000 /* S_IFREG */
	    || !describe_write(&written, &call, file, result))
		return 0;
	buffer = buffer_for_event(&shard, magic_write, result);
	if (!buffer)
		return 0;
	if (written.pieces)
		bpf_loop(PIECES_MAX, take_piece, &written, 0);
	else
		take_bytes(&written, written.from, written.want);
	put_path(buffer, SLOT(magic_write, pathname), file, task);
	put_written(buffer, &written);
	put_number(&buffer->header, SLOT(magic_write, dev), BPF_CORE_READ(inode, i_sb, s_dev));
	put_number(&buffer->header, SLOT(magic_write, inode), BPF_CORE_READ(inode, i_ino));
	buffer_done(buffer, &shard);
	return 0;
}
