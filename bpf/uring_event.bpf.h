/* What a request to an io_uring comes to: the events that the system call would have been which
 * does the same. The kernel's own hooks see these without help. */
#pragma once

#include "open.bpf.h"
#include "passed_path.bpf.h"
#include "socket_event.bpf.h"
#include "uring_loss.bpf.h"
#include "written.bpf.h"

enum {
	REMOVE_DIRECTORY = 0x200, /* AT_REMOVEDIR */
	ANY_PLACE = -1, /* IORING_FILE_INDEX_ALLOC: it is the result */
};

struct outcome {
	__u64 key; /* the kernel's request */
	struct uring_request *request;
	struct file *file; /* that the request is about, or NULL */
	struct file *made; /* that came out of it */
	long result;
	bool unanswered; /* it was submitted, and nobody will tell what it comes to */
};

static __always_inline struct buffer *begin(struct outcome *done, struct shard *shard,
					    enum record_kind kind, __u32 slots)
{
	struct buffer *buffer = buffer_for(shard, kind, slots, done->result);

	if (buffer)
		uring_describe(buffer, done->request);
	return buffer;
}

static __always_inline bool admit(struct outcome *done, struct shard *shard, __u32 watched)
{
	if (!uring_tells_of(watched)
	    || !shard_admit(shard, watched, bpf_get_current_pid_tgid() >> 32))
		return false;
	if (done->result >= 0)
		return true;
	shard_drop(shard, FILTERED_FAILED);
	return false;
}

static __always_inline void put_name(struct outcome *done, struct buffer *buffer, __u32 arg,
				     __u32 directory, __u64 which)
{
	const char *name = uring_name(done->key, which);

	if (name)
		put_passed_path(buffer, arg, bpf_get_current_task_btf(),
				(int)done->request->args[directory], name, false);
}

/* → whether there is an event: see uring_lose. */
static __noinline long tell_open(struct outcome *done)
{
	struct task_struct *task = bpf_get_current_task_btf();
	const char *name = uring_name(done->key, 0);
	struct buffer *buffer;
	struct shard shard;

	if (!admit(done, &shard, WATCHED_security_file_open))
		return 0;
	if (!done->made && !done->unanswered) {
		shard_drop(&shard, LOST_GONE);
		return 0;
	}
	buffer = begin(done, &shard, RECORD_security_file_open, SLOTS(security_file_open));
	if (!buffer)
		return 0;
	if (!done->made) {
		put_name(done, buffer, SLOT(security_file_open, pathname), 0, 0);
	} else if (!put_open(buffer, &shard, done->made, task)) {
		buffer_release(buffer);
		return 0;
	}
	if (name)
		put_text(buffer, SLOT(security_file_open, syscall_pathname), name, false);
	if (done->made && !done->request->direct)
		doubt(buffer, task);
	buffer_done(buffer, &shard);
	return 1;
}

static __noinline long tell_unlink(struct outcome *done)
{
	struct buffer *buffer;
	struct shard shard;

	if (done->request->args[2] & REMOVE_DIRECTORY
	    || !admit(done, &shard, WATCHED_security_inode_unlink))
		return 0;
	buffer = begin(done, &shard, RECORD_security_inode_unlink, SLOTS(security_inode_unlink));
	if (!buffer)
		return 0;
	put_name(done, buffer, SLOT(security_inode_unlink, pathname), 0, 0);
	buffer_done(buffer, &shard);
	return 1;
}

static __noinline long tell_rename(struct outcome *done)
{
	struct buffer *buffer;
	struct shard shard;

	if (!admit(done, &shard, WATCHED_security_inode_rename))
		return 0;
	buffer = begin(done, &shard, RECORD_security_inode_rename, SLOTS(security_inode_rename));
	if (!buffer)
		return 0;
	put_name(done, buffer, SLOT(security_inode_rename, old_path), 0, 0);
	put_name(done, buffer, SLOT(security_inode_rename, new_path), 2, 1);
	buffer_done(buffer, &shard);
	return 1;
}

/* The first bytes of a file, as the program had them when it submitted this. */
static __noinline long tell_write(struct outcome *done)
{
	const struct uring_request *request = done->request;
	bool is_placed = request->given & 1U << 3;
	long length = done->unanswered ? (long)request->begins : done->result;
	struct file *file = done->file;
	__u32 have = request->begins;
	struct buffer *buffer;
	struct shard shard;
	__u64 position;

	if (!uring_tells_of(WATCHED_magic_write) || length <= 0 || !file || !is_regular(file))
		return 0;
	position = is_placed ? request->args[3] : BPF_CORE_READ(file, f_pos) - done->result;
	if (position || !shard_admit(&shard, WATCHED_magic_write, bpf_get_current_pid_tgid() >> 32))
		return 0;
	buffer = begin(done, &shard, RECORD_magic_write, SLOTS(magic_write));
	if (!buffer)
		return 0;
	if (length > MAGIC_BYTES)
		length = MAGIC_BYTES;
	if (have > length)
		have = length;
	put_write(buffer, file, request->bytes, have, length);
	buffer_done(buffer, &shard);
	return 1;
}

/* Of an address that is not what the kernel was passed for sure; a socket that was bound has
 * it, with the port that was chosen for it. */
static __always_inline void put_doubt(struct buffer *buffer, const struct uring_request *request,
				      struct socket *socket, long result)
{
	if (request->number == NATIVE_CONNECT) {
		buffer->header.unresolved |= 1ULL << SLOT(security_socket_connect, remote_addr);
	} else if (request->number == NATIVE_BIND) {
		if (!result)
			put_sock_address(buffer, SLOT(security_socket_bind, local_addr),
					 BPF_CORE_READ(socket, sk), false);
		buffer->header.unresolved |= 1ULL << SLOT(security_socket_bind, local_addr);
	}
}

static __noinline long tell_socket(struct outcome *done)
{
	struct uring_request *request = done->request;
	struct socket_event event = {.result = done->result};
	struct socket *socket = NULL;
	struct buffer *buffer;
	struct shard shard;

	event.call.operation = native_operation(request->number);
	for (__u32 arg = 0; arg < 3; arg++)
		event.call.args[arg] = request->args[arg];
	if (request->has_address)
		event.address = request->address;
	if (!name_event(&event) || !uring_tells_of(event.watched)
	    || !shard_admit(&shard, event.watched, bpf_get_current_pid_tgid() >> 32))
		return 0;
	if (came_to_nothing(&event)) {
		shard_drop(&shard, FILTERED_FAILED);
		return 0;
	}
	if (request->number != NATIVE_SOCKET)
		socket = file_socket(done->file);
	if (request->number != NATIVE_SOCKET && !socket) {
		shard_drop(&shard, LOST_GONE);
		return 0;
	}
	buffer = begin(done, &shard, event.kind, event.slots);
	if (!buffer)
		return 0;
	put_call(buffer, &event, socket);
	if (request->is_doubtful)
		put_doubt(buffer, request, socket, done->result);
	if (request->by_place)
		buffer->header.present &= ~(1ULL << SLOT(security_socket_bind, sockfd));
	buffer_done(buffer, &shard);
	return 1;
}

static __always_inline void put_argument(struct outcome *done, struct buffer *buffer,
					 __u32 arg, __u8 type, __u64 *which)
{
	struct uring_request *request = done->request;
	__u64 value = request->args[arg];
	const char *name;

	if (type == SYSCALL_ARG_TEXT) {
		name = uring_name(done->key, *which);
		*which += 1;
		if (name)
			put_text(buffer, arg, name, false);
	} else if (type == SYSCALL_ARG_ADDRESS) {
		if (request->has_address)
			put_kernel_address(buffer, arg, request->address, request->args[2]);
		if (request->is_doubtful)
			buffer->header.unresolved |= 1ULL << arg;
	} else if (!(request->given & 1U << arg)) {
		return;
	} else if (type < SYSCALL_ARG_SCALARS) {
		put_number(&buffer->header, arg, as_number(type, value, 0, false));
	} else if (type == SYSCALL_ARG_INTS) {
		put_memory(buffer, arg, type, value, 0);
	} else if (type == SYSCALL_ARG_ADDRESS_OUT && arg + 1 < URING_ARGS) {
		put_memory(buffer, arg, type, value, request->args[arg + 1]);
	}
}

static __noinline long tell_call(struct outcome *done)
{
	const struct syscall_row *row = syscall_row_of(done->request->number, false);
	struct buffer *buffer;
	struct shard shard;
	__u64 which = 0;

	if (!row || !row->watched)
		return 0;
	buffer = buffer_for_call(&shard, row, done->result);
	if (!buffer)
		return 0;
	uring_describe(buffer, done->request);
	for (__u32 arg = 0; arg < SYSCALL_ARGS; arg++)
		if (row->args[arg] != SYSCALL_ARG_NONE)
			put_argument(done, buffer, arg, row->args[arg], &which);
	buffer_done(buffer, &shard);
	return 1;
}

/* Of the ring's own table. */
static __always_inline struct file *file_at(struct io_ring_ctx___any *ring, __u32 place)
{
	struct io_rsrc_node___any **nodes, *node = NULL;

	if (!bpf_core_field_exists(ring->file_table.data.nodes)
	    || place >= BPF_CORE_READ(ring, file_table.data.nr))
		return NULL; /* before 6.13 it looked otherwise */
	nodes = BPF_CORE_READ(ring, file_table.data.nodes);
	bpf_probe_read_kernel(&node, sizeof(node), nodes + place);
	return (struct file *)(BPF_CORE_READ(node, file_ptr) & ~7UL);
}

static __always_inline void tell(struct outcome *done)
{
	long told = tell_call(done);

	switch (done->request->number) {
	case NATIVE_OPENAT: case NATIVE_OPENAT2:
		told += tell_open(done);
		break;
	case NATIVE_UNLINKAT:
		told += tell_unlink(done);
		break;
	case NATIVE_RENAMEAT2:
		told += tell_rename(done);
		break;
	case NATIVE_WRITE: case NATIVE_PWRITE64:
	case NATIVE_WRITEV: case NATIVE_PWRITEV: case NATIVE_PWRITEV2:
		told += tell_write(done);
		break;
	case NATIVE_SOCKET: case NATIVE_BIND: case NATIVE_CONNECT: case NATIVE_LISTEN:
	case NATIVE_ACCEPT4:
		told += tell_socket(done);
	}
	barrier_var(told);
}

static __always_inline struct file *made_by(const struct outcome *done,
					    struct io_ring_ctx___any *ring)
{
	__u32 direct = done->request->direct;

	if (done->result < 0)
		return NULL;
	if (!direct)
		return task_file(bpf_get_current_task_btf(), done->result);
	return file_at(ring, direct == (__u32)ANY_PLACE ? done->result : direct - 1);
}

/* A write that is not known, and ended where it would if it was the file's first. */
static __noinline long lose_beginning(struct io_kiocb___any *submitted, long result, __u32 tgid)
{
	struct io_rw___any *request = (void *)submitted;
	__u32 number = uring_call(BPF_CORE_READ(submitted, opcode));

	if ((number == NATIVE_WRITE || number == NATIVE_WRITEV) && result > 0
	    && BPF_CORE_READ(request, kiocb.ki_pos) == result
	    && uring_tells_of(WATCHED_magic_write))
		lose_one(WATCHED_magic_write, tgid);
	return 0;
}

/* A request of `ring` is complete. What the event says of its process is the current one's: if
 * the kernel ends a request on behalf of one that is gone, the event is lost. */
static __always_inline void on_answer(struct io_ring_ctx___any *ring,
				      struct io_kiocb___any *submitted, long result)
{
	struct outcome done = {.key = (__u64)submitted, .result = result};
	__u32 tgid = bpf_get_current_pid_tgid() >> 32;
	long lost = 0;

	done.request = bpf_map_lookup_elem(&uring_requests, &done.key);
	if (!done.request) {
		/* There were too many, or it was submitted before we began. */
		lost = uring_lose(uring_call(BPF_CORE_READ(submitted, opcode)), tgid);
		lost += lose_beginning(submitted, result, tgid);
	} else if (done.request->host_tgid != tgid) {
		lost = uring_lose(done.request->number, done.request->host_tgid);
	} else if (!done.request->told) {
		done.file = BPF_CORE_READ(submitted, file);
		done.made = made_by(&done, ring);
		tell(&done);
	}
	barrier_var(lost);
	uring_forget(done.key);
}
