/* A descriptor of a socket was duplicated: a shell whose input and output are a connection is
 * made so. */
#include "socket.bpf.h"
#include "call.bpf.h"

enum {
	NATIVE_FCNTL = 72, COMPAT_FCNTL = 55, COMPAT_FCNTL64 = 221,
	FCNTL_DUP = 0, FCNTL_DUP_CLOEXEC = 1030, /* F_DUPFD, F_DUPFD_CLOEXEC */
};

static __always_inline bool duplicates(struct call *call)
{
	__u64 number = call->regs->orig_ax;
	__u32 command = call_register(call, 1);
	bool is_fcntl = call->compat ? number == COMPAT_FCNTL || number == COMPAT_FCNTL64
			       : number == NATIVE_FCNTL;

	return !is_fcntl || command == FCNTL_DUP || command == FCNTL_DUP_CLOEXEC;
}

SEC("tp_btf/sys_exit")
int BPF_PROG(after_dup, struct pt_regs *regs, long result)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct call call = call_of(regs, task_is_compat(task));
	struct socket *socket;
	struct buffer *buffer;
	struct shard shard;

	/* What fails, and what is no socket, is not this event at all. */
	if (!filter_wants_event(WATCHED_socket_dup) || result < 0 || !duplicates(&call))
		return 0;
	socket = file_socket(task_file(task, result));
	if (!socket)
		return 0;
	buffer = buffer_for_event(&shard, socket_dup, result);
	if (!buffer)
		return 0;
	put_number(&buffer->header, SLOT(socket_dup, oldfd),
		   (__s64)(int)call_register(&call, 0));
	put_number(&buffer->header, SLOT(socket_dup, newfd), result);
	put_sock_address(buffer, SLOT(socket_dup, remote_addr), BPF_CORE_READ(socket, sk), true);
	buffer_done(buffer, &shard);
	return 0;
}
