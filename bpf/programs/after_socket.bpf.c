/* System calls on sockets that return, where the kernel has no better hook: also those that
 * 32-bit programs make by way of socketcall(2). */
#include "socket_event.bpf.h"

static __always_inline void write_event(const struct socket_event *event)
{
	bool creates = event->kind == RECORD_security_socket_create;
	struct task_struct *task = bpf_get_current_task_btf();
	struct socket *socket = NULL;
	struct buffer *buffer;
	struct shard shard;

	if (!shard_admit_wanted(&shard, event->watched, task->tgid))
		return;
	if (came_to_nothing(event)) {
		shard_drop(&shard, FILTERED_FAILED);
		return;
	}
	if (!creates)
		socket = file_socket(task_file(task, (int)event->call.args[0]));
	if (!creates && !socket) {
		shard_drop(&shard, LOST_GONE);
		return;
	}
	buffer = buffer_for(&shard, event->kind, event->slots, event->result);
	if (!buffer)
		return;
	put_call(buffer, event, socket);
	buffer_done(buffer, &shard);
}

SEC("tp_btf/sys_exit")
int BPF_PROG(after_socket, struct pt_regs *regs, long result)
{
	struct socket_event event = {.result = result};

	read_call(&event.call, regs);
	if (!name_event(&event))
		return 0;
	write_event(&event);
	if (event.call.operation == OPERATION_SOCKETPAIR)
		write_event(&event); /* two are made, and each is asked about */
	return 0;
}
