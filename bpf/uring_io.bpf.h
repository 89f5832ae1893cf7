/* Requests to io_urings that read, write, and do other things with what is open already. */
#pragma once

#include "uring_request.bpf.h"
#include "written.bpf.h"

enum {
	CURRENT_POSITION = -1,
	ONLY_DATA = 1 << 0, /* IORING_FSYNC_DATASYNC */
};

/* The call of a family that it is: at the file's own position, at another one, with flags. */
struct family {
	__u32 here, there, flagged;
};

static __always_inline struct family family_of(__u32 opcode)
{
	switch (opcode) {
	case URING_READV:
		return (struct family){NATIVE_READV, NATIVE_PREADV, NATIVE_PREADV2};
	case URING_WRITEV:
		return (struct family){NATIVE_WRITEV, NATIVE_PWRITEV, NATIVE_PWRITEV2};
	case URING_WRITE: case URING_WRITE_FIXED:
		return (struct family){NATIVE_WRITE, NATIVE_PWRITE64, NATIVE_PWRITE64};
	default:
		return (struct family){NATIVE_READ, NATIVE_PREAD64, NATIVE_PREAD64};
	}
}

static __always_inline bool is_watched_call(__u32 number)
{
	const struct syscall_row *row = syscall_row_of(number, false);

	return row && row->watched;
}

/* What it writes first, as long as the program keeps that: its list of pieces may be gone before
 * the request is complete. */
static __noinline long take_beginning(struct uring_request *request, bool pieces)
{
	struct written written = {.from = request->args[1], .pieces = pieces};

	written.compat = task_is_compat(bpf_get_current_task_btf());
	written.want = MAGIC_BYTES;
	if (!pieces && request->args[2] < MAGIC_BYTES)
		written.want = request->args[2];
	take_written(&written);
	__builtin_memcpy(request->bytes, written.bytes, MAGIC_BYTES);
	request->begins = written.have;
	return 0;
}

static __noinline long take_transfer(struct uring_request *request,
				     struct io_kiocb___any *submitted, __u32 opcode)
{
	bool pieces = opcode == URING_READV || opcode == URING_WRITEV;
	struct family family = family_of(opcode);
	void *at = submitted;
	__s64 position = PART(io_rw, kiocb.ki_pos);
	int flags = PART(io_rw, flags);
	bool begins = !position || position == CURRENT_POSITION;
	bool writes = opcode == URING_WRITE || opcode == URING_WRITEV
		      || opcode == URING_WRITE_FIXED;
	long done = 0;

	begins = begins && writes && uring_tells_of(WATCHED_magic_write);
	if (!begins && !is_watched_call(family.here) && !is_watched_call(family.there)
	    && !is_watched_call(family.flagged))
		return false;
	request->number = position == CURRENT_POSITION ? family.here : family.there;
	if (pieces && flags)
		request->number = family.flagged;
	give(request, 1, PART(io_rw, addr));
	give(request, 2, PART(io_rw, len));
	if (request->number != family.here)
		give(request, 3, position);
	if (request->number == family.flagged)
		give(request, 5, (__s64)flags);
	if (begins)
		done = take_beginning(request, pieces);
	barrier_var(done);
	return true;
}

static __noinline long take_sync(struct uring_request *request,
				      struct io_kiocb___any *submitted, __u32 opcode)
{
	void *at = submitted;

	switch (opcode) {
	case URING_FSYNC:
		if (PART(io_sync, flags) & ONLY_DATA)
			request->number = NATIVE_FDATASYNC;
		return 0;
	case URING_SYNC_FILE_RANGE:
		give(request, 1, PART(io_sync, off));
		give(request, 2, PART(io_sync, len));
		give(request, 3, (__u32)PART(io_sync, flags));
		return 0;
	case URING_FALLOCATE:
		give(request, 1, (__s64)PART(io_sync, mode));
		give(request, 2, PART(io_sync, off));
		give(request, 3, PART(io_sync, len));
		return 0;
	case URING_FADVISE:
		give(request, 1, PART(io_fadvise, offset));
		give(request, 2, PART(io_fadvise, len));
		give(request, 3, PART(io_fadvise, advice));
		return 0;
	case URING_FTRUNCATE:
		if (bpf_core_type_exists(struct io_ftrunc___any))
			give(request, 1, PART(io_ftrunc, len));
		return 0;
	}
	return 0;
}

static __noinline long take_attribute(struct uring_request *request,
					   struct io_kiocb___any *submitted, __u32 opcode)
{
	bool by_path = opcode == URING_SETXATTR || opcode == URING_GETXATTR;
	void *at = submitted;
	long kept = 0;

	if (!bpf_core_type_exists(struct io_xattr___any))
		return 0;
	if (by_path)
		keep_filename(io_xattr, filename, 0);
	kept = keep_name((__u64)submitted, by_path ? 1 : 0, PART(io_xattr, ctx.kname, name));
	barrier_var(kept);
	give(request, 2, (__u64)PART(io_xattr, ctx.value));
	give(request, 3, PART(io_xattr, ctx.size));
	give(request, 4, (__s64)PART(io_xattr, ctx.flags));
	return 0;
}

static __noinline long take_message(struct uring_request *request,
					 struct io_kiocb___any *submitted, __u32 opcode)
{
	void *at = submitted;
	__s64 flags = PART(io_sr_msg, msg_flags);

	if (request->number == NATIVE_SENDMSG || request->number == NATIVE_RECVMSG) {
		give(request, 1, (__u64)PART(io_sr_msg, umsg));
		give(request, 2, flags);
		return 0;
	}
	give(request, 1, (__u64)PART(io_sr_msg, buf));
	give(request, 2, (__s64)PART(io_sr_msg, len));
	give(request, 3, flags);
	return 0;
}

/* Those whose first argument is no descriptor, or not that of the request. */
static __noinline long take_other_call(struct uring_request *request,
					    struct io_kiocb___any *submitted, __u32 opcode)
{
	void *at = submitted;

	switch (opcode) {
	case URING_CLOSE:
		if (!PART(io_close, file_slot))
			give(request, 0, (__s64)PART(io_close, fd));
		return true;
	case URING_STATX:
		give(request, 0, (__s64)PART(io_statx, dfd));
		give(request, 2, (__s64)PART(io_statx, flags));
		give(request, 3, PART(io_statx, mask));
		give(request, 4, (__u64)PART(io_statx, buffer));
		keep_filename(io_statx, filename, 0);
		return true;
	case URING_MADVISE:
		give(request, 0, PART(io_madvise, addr));
		give(request, 1, PART(io_madvise, len));
		give(request, 2, PART(io_madvise, advice));
		return true;
	case URING_EPOLL_CTL:
		give(request, 0, (__s64)PART(io_epoll, epfd));
		give(request, 1, (__s64)PART(io_epoll, op));
		give(request, 2, (__s64)PART(io_epoll, fd));
		return true;
	case URING_SPLICE: case URING_TEE:
		give(request, 0, (__s64)PART(io_splice, splice_fd_in));
		if (!request->by_place)
			give(request, opcode == URING_TEE ? 1 : 2,
			     (__s64)BPF_CORE_READ(submitted, cqe.fd));
		give(request, opcode == URING_TEE ? 2 : 4, PART(io_splice, len));
		give(request, opcode == URING_TEE ? 3 : 5, PART(io_splice, flags));
		return true;
	case URING_WAITID:
		if (!bpf_core_type_exists(struct io_waitid___any))
			return true;
		give(request, 0, (__s64)PART(io_waitid, which));
		give(request, 1, (__s64)PART(io_waitid, upid));
		give(request, 2, (__u64)PART(io_waitid, infop));
		give(request, 3, (__s64)PART(io_waitid, options));
		return true;
	case URING_PIPE:
		if (!bpf_core_type_exists(struct io_pipe___any))
			return true;
		give(request, 0, (__u64)PART(io_pipe, fds));
		give(request, 1, (__s64)PART(io_pipe, flags));
		return true;
	default:
		return false;
	}
}

/* False: nobody wants it. */
static __always_inline bool take_io_call(struct uring_request *request,
					 struct io_kiocb___any *submitted, __u32 opcode)
{
	void *at = submitted;
	long done = 0;

	request->by_place = BPF_CORE_READ(submitted, flags) & FIXED_FILE;
	if (take_other_call(request, submitted, opcode))
		return true;
	if (!request->by_place && opcode != URING_SETXATTR && opcode != URING_GETXATTR)
		give(request, 0, (__s64)BPF_CORE_READ(submitted, cqe.fd));
	switch (opcode) {
	case URING_READ: case URING_READ_FIXED: case URING_READV:
	case URING_WRITE: case URING_WRITE_FIXED: case URING_WRITEV:
		return take_transfer(request, submitted, opcode);
	case URING_SEND: case URING_SEND_ZC: case URING_RECV:
	case URING_SENDMSG: case URING_SENDMSG_ZC: case URING_RECVMSG:
		done = take_message(request, submitted, opcode);
		break;
	case URING_SHUTDOWN:
		give(request, 1, (__s64)PART(io_shutdown, how));
		break;
	case URING_SETXATTR: case URING_FSETXATTR: case URING_GETXATTR: case URING_FGETXATTR:
		done = take_attribute(request, submitted, opcode);
		break;
	default:
		done = take_sync(request, submitted, opcode);
	}
	barrier_var(done);
	return true;
}
