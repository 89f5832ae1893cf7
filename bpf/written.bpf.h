/* The first bytes that are written to a file. */
#pragma once

#include "call.bpf.h"

enum {
	MAGIC_BYTES = 32,
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

/* From the program's memory. */
static __always_inline void take_written(struct written *written)
{
	if (written->pieces)
		bpf_loop(PIECES_MAX, take_piece, written, 0);
	else
		take_bytes(written, written->from, written->want);
}

static __always_inline bool is_regular(struct file *file)
{
	return (BPF_CORE_READ(file, f_inode, i_mode) & 0170000) == 0100000; /* S_IFREG */
}

static __always_inline void put_written(struct buffer *buffer, const char *bytes, __u32 length,
					__u32 want)
{
	char *to = buffer_end(buffer, SLOT(magic_write, bytes), MAGIC_BYTES);

	if (!to)
		return;
	barrier_var(length);
	if (length > MAGIC_BYTES)
		length = MAGIC_BYTES;
	bpf_probe_read_kernel(to, length, bytes);
	put_bytes(buffer, SLOT(magic_write, bytes), length, length < want);
}

/* `want`: so many of the first bytes could be told. */
static __always_inline void put_write(struct buffer *buffer, struct file *file, const char *bytes,
				      __u32 length, __u32 want)
{
	struct inode *inode = BPF_CORE_READ(file, f_inode);

	put_path(buffer, SLOT(magic_write, pathname), file, bpf_get_current_task_btf());
	put_written(buffer, bytes, length, want);
	put_number(&buffer->header, SLOT(magic_write, dev), BPF_CORE_READ(inode, i_sb, s_dev));
	put_number(&buffer->header, SLOT(magic_write, inode), BPF_CORE_READ(inode, i_ino));
}
