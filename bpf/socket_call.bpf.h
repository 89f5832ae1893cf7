/* The system call about a socket that is in progress, or just over. */
#pragma once

#include "call.bpf.h"

enum {
	NATIVE_SOCKET = 41, NATIVE_CONNECT = 42, NATIVE_ACCEPT = 43, NATIVE_BIND = 49,
	NATIVE_LISTEN = 50, NATIVE_SOCKETPAIR = 53, NATIVE_ACCEPT4 = 288,
	COMPAT_SOCKETCALL = 102, COMPAT_SOCKET = 359, COMPAT_SOCKETPAIR = 360, COMPAT_BIND = 361,
	COMPAT_CONNECT = 362, COMPAT_LISTEN = 363, COMPAT_ACCEPT4 = 364,
};

/* As socketcall(2) numbers them. */
enum socket_operation {
	OPERATION_NONE,
	OPERATION_SOCKET = 1, OPERATION_BIND = 2, OPERATION_CONNECT = 3, OPERATION_LISTEN = 4,
	OPERATION_ACCEPT = 5, OPERATION_SOCKETPAIR = 8, OPERATION_ACCEPT4 = 18,
};

struct socket_call {
	__u32 operation;
	__u64 args[3];
};

static __always_inline __u32 native_operation(__u64 number)
{
	switch (number) {
	case NATIVE_SOCKET: return OPERATION_SOCKET;
	case NATIVE_SOCKETPAIR: return OPERATION_SOCKETPAIR;
	case NATIVE_BIND: return OPERATION_BIND;
	case NATIVE_CONNECT: return OPERATION_CONNECT;
	case NATIVE_LISTEN: return OPERATION_LISTEN;
	case NATIVE_ACCEPT: case NATIVE_ACCEPT4: return OPERATION_ACCEPT;
	default: return OPERATION_NONE;
	}
}

static __always_inline __u32 compat_operation(__u64 number)
{
	switch (number) {
	case COMPAT_SOCKET: return OPERATION_SOCKET;
	case COMPAT_SOCKETPAIR: return OPERATION_SOCKETPAIR;
	case COMPAT_BIND: return OPERATION_BIND;
	case COMPAT_CONNECT: return OPERATION_CONNECT;
	case COMPAT_LISTEN: return OPERATION_LISTEN;
	case COMPAT_ACCEPT4: return OPERATION_ACCEPT;
	default: return OPERATION_NONE;
	}
}

static __always_inline void read_call(struct socket_call *call, struct pt_regs *regs)
{
	struct call made = call_of(regs, task_is_compat(bpf_get_current_task_btf()));

	for (__u32 arg = 0; arg < 3; arg++)
		call->args[arg] = call_register(&made, arg);
	if (!made.compat) {
		call->operation = native_operation(regs->orig_ax);
		return;
	}
	call->operation = compat_operation(regs->orig_ax);
	if (regs->orig_ax != COMPAT_SOCKETCALL)
		return;
	call->operation = call->args[0];
	if (call->operation == OPERATION_ACCEPT4)
		call->operation = OPERATION_ACCEPT;
	call_unpack(&made, 1);
	for (__u32 arg = 0; arg < 3; arg++)
		call->args[arg] = call_register(&made, arg);
}

/* The socket's descriptor; -1: it is not one of these calls, as with io_uring. */
static __always_inline int call_descriptor(void)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct socket_call call = {};

	if (task->flags & TASK_KERNEL)
		return -1;
	read_call(&call, (struct pt_regs *)bpf_task_pt_regs(task));
	return call.operation == OPERATION_NONE ? -1 : (int)call.args[0];
}
