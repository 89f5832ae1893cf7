/* A request was submitted to an io_uring: its arguments, by the system call that it stands
 * for. See uring_complete.bpf.c. */
#include "uring_io.bpf.h"

/* Whether `copied` is an address. Where it is a struct io_async_msghdr, that begins with a pointer
 * of the kernel's or NULL (struct iou_vec, since 6.15), and an address with its family. (6.18 has
 * had both, and the types are no help.) */
static __always_inline bool is_address(const void *copied)
{
	struct io_async_msghdr___any *message = NULL;
	__s64 first = 0;

	if (!copied || !bpf_core_field_exists(message->vec))
		return false;
	bpf_probe_read_kernel(&first, sizeof(first), copied);
	return first > 0 || first & 7;
}

/* As the kernel has it; where we do not know that place, as it is in the program's memory `from`,
 * if that is known. */
static __always_inline void keep_address(struct uring_request *request,
					 struct io_kiocb___any *submitted, __u32 length,
					 const void *from)
{
	void *copied = BPF_CORE_READ(submitted, async_data);

	length -= 1;
	if (length >= ADDRESS_MAX)
		return;
	if (is_address(copied)) {
		request->has_address = !bpf_probe_read_kernel(request->address,
							      ADDRESS_MAX, copied);
		return;
	}
	asm volatile("%0 &= 127" : "+r"(length)); /* as known, but the verifier forgot */
	request->is_doubtful = true;
	request->has_address = from && !bpf_probe_read_user(request->address, length + 1, from);
}

/* False: it names no file. */
static __always_inline bool take_file_call(struct uring_request *request,
					   struct io_kiocb___any *submitted, __u32 opcode)
{
	void *at = submitted;
	int flags;

	switch (opcode) {
	case URING_OPENAT: case URING_OPENAT2:
		request->direct = PART(io_open, file_slot);
		give(request, 0, (__s64)PART(io_open, dfd));
		give(request, 1, (__u64)PART(io_open, filename, uptr));
		if (opcode == URING_OPENAT) {
			flags = PART(io_open, how.flags);
			give(request, 2, flags & ~LARGE_FILE);
			give(request, 3, PART(io_open, how.mode));
		}
		keep_filename(io_open, filename, 0);
		return true;
	case URING_UNLINKAT:
		give(request, 0, (__s64)PART(io_unlink, dfd));
		give(request, 1, (__u64)PART(io_unlink, filename, uptr));
		give(request, 2, (__s64)PART(io_unlink, flags));
		keep_filename(io_unlink, filename, 0);
		return true;
	case URING_RENAMEAT:
		give(request, 0, (__s64)PART(io_rename, old_dfd));
		give(request, 1, (__u64)PART(io_rename, oldpath, uptr));
		give(request, 2, (__s64)PART(io_rename, new_dfd));
		give(request, 3, (__u64)PART(io_rename, newpath, uptr));
		give(request, 4, (__u32)PART(io_rename, flags));
		keep_filename(io_rename, oldpath, 0);
		keep_filename(io_rename, newpath, 1);
		return true;
	case URING_MKDIRAT:
		give(request, 0, (__s64)PART(io_mkdir, dfd));
		give(request, 1, (__u64)PART(io_mkdir, filename, uptr));
		give(request, 2, PART(io_mkdir, mode));
		keep_filename(io_mkdir, filename, 0);
		return true;
	case URING_SYMLINKAT:
		give(request, 0, (__u64)PART(io_link, oldpath, uptr));
		give(request, 1, (__s64)PART(io_link, new_dfd));
		give(request, 2, (__u64)PART(io_link, newpath, uptr));
		break;
	case URING_LINKAT:
		give(request, 0, (__s64)PART(io_link, old_dfd));
		give(request, 1, (__u64)PART(io_link, oldpath, uptr));
		give(request, 2, (__s64)PART(io_link, new_dfd));
		give(request, 3, (__u64)PART(io_link, newpath, uptr));
		give(request, 4, (__u32)PART(io_link, flags));
		break;
	default:
		return false;
	}
	keep_filename(io_link, oldpath, 0);
	keep_filename(io_link, newpath, 1);
	return true;
}

static __always_inline bool makes_or_names_socket(__u32 opcode)
{
	return opcode == URING_SOCKET || opcode == URING_BIND || opcode == URING_LISTEN
	       || opcode == URING_CONNECT || opcode == URING_ACCEPT;
}

static __always_inline void take_socket_call(struct uring_request *request,
					     struct io_kiocb___any *submitted, __u32 opcode)
{
	void *at = submitted;
	int descriptor = BPF_CORE_READ(submitted, cqe.fd);

	if (opcode == URING_SOCKET) {
		request->direct = PART(io_socket, file_slot);
		give(request, 0, (__s64)PART(io_socket, domain));
		give(request, 1, (__s64)PART(io_socket, type));
		give(request, 2, (__s64)PART(io_socket, protocol));
		return;
	}
	request->by_place = BPF_CORE_READ(submitted, flags) & FIXED_FILE;
	if (!request->by_place)
		give(request, 0, (__s64)descriptor);
	switch (opcode) {
	case URING_CONNECT:
		give(request, 1, (__u64)PART(io_connect, addr));
		give(request, 2, (__s64)PART(io_connect, addr_len));
		keep_address(request, submitted, request->args[2],
			     (const void *)request->args[1]);
		return;
	case URING_ACCEPT:
		request->direct = PART(io_accept, file_slot);
		give(request, 1, (__u64)PART(io_accept, addr));
		give(request, 2, (__u64)PART(io_accept, addr_len));
		give(request, 3, (__s64)PART(io_accept, flags));
		return;
	case URING_BIND:
		if (!bpf_core_type_exists(struct io_bind___any))
			return;
		request->args[2] = PART(io_bind, addr_len); /* where it was is not known */
		request->given |= 1U << 2;
		keep_address(request, submitted, request->args[2], NULL);
		return;
	case URING_LISTEN:
		if (!bpf_core_type_exists(struct io_listen___any))
			return;
		give(request, 1, (__s64)PART(io_listen, backlog));
		return;
	}
}

/* Of who submitted: a thread of the kernel's that polls the ring does it for its process. */
static __always_inline void take_submitter(struct uring_request *request)
{
	struct task_struct *task = bpf_get_current_task_btf();

	if (task->flags & TASK_IO_WORKER)
		task = task->group_leader;
	request->thread_start_ns = task->start_boottime;
	request->host_tid = task->pid;
	request->host_tgid = task->tgid;
	request->ns_tid = task_ns_tid(task);
	bpf_core_read(request->comm, sizeof(request->comm), &task->comm);
}

/* Where there was another one that was not told, it will not be. */
static __always_inline void keep(__u64 key, const struct uring_request *request)
{
	struct uring_request *before;
	long lost = 0;

	if (!bpf_map_update_elem(&uring_requests, &key, request, BPF_NOEXIST))
		return;
	before = bpf_map_lookup_elem(&uring_requests, &key);
	if (before && !before->told)
		lost = uring_lose(before->number, before->host_tgid);
	barrier_var(lost);
	bpf_map_update_elem(&uring_requests, &key, request, BPF_ANY);
}

static __always_inline int on_request(struct io_kiocb___any *submitted, __u32 opcode)
{
	struct uring_request request = {.number = uring_call(opcode)};

	if (makes_or_names_socket(opcode))
		take_socket_call(&request, submitted, opcode);
	else if (!take_file_call(&request, submitted, opcode)
		 && !take_io_call(&request, submitted, opcode))
		return 0;
	take_submitter(&request);
	keep((__u64)submitted, &request);
	return 0;
}

SEC("tp_btf/io_uring_submit_req")
int BPF_PROG(uring_submit, struct io_kiocb___any *submitted)
{
	__u32 opcode = submitted->opcode;

	if (!uring_wants(opcode) || bpf_get_current_pid_tgid() >> 32 == filter.ignored_tgid)
		return 0;
	return on_request(submitted, opcode);
}
