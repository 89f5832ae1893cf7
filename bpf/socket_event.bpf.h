/* A call on a socket that is over, as the event that the kernel's own hooks would have made of
 * it. An attempt counts once the kernel has found nothing wrong with its arguments, as its
 * hooks would be called then; whether it comes to something is the return value. */
#pragma once

#include "socket.bpf.h"
#include "socket_call.bpf.h"

enum {
	ERROR_BAD_DESCRIPTOR = 9, ERROR_FAULT = 14, ERROR_NO_SOCKET = 88, ERROR_IN_PROGRESS = 115,
	TYPE_FLAGS = 02004000, /* SOCK_CLOEXEC | SOCK_NONBLOCK */
	TYPES = 11,            /* SOCK_MAX */
};

/* A call, and the event that it is. */
struct socket_event {
	struct socket_call call;
	const void *address; /* that the kernel has copied; NULL: it is in the program's memory */
	long result;
	__u32 watched; /* enum watched */
	__u16 kind, slots;
};

#define IT_IS(event, name) ({                  \
	(event)->watched = WATCHED_##name;     \
	(event)->kind = RECORD_##name;         \
	(event)->slots = SLOTS(name);          \
	filter_wants_event(WATCHED_##name);    \
})

/* False: nobody wants it. */
static __always_inline bool name_event(struct socket_event *event)
{
	switch (event->call.operation) {
	case OPERATION_SOCKET: case OPERATION_SOCKETPAIR:
		return IT_IS(event, security_socket_create);
	case OPERATION_BIND: return IT_IS(event, security_socket_bind);
	case OPERATION_CONNECT: return IT_IS(event, security_socket_connect);
	case OPERATION_LISTEN: return IT_IS(event, security_socket_listen);
	case OPERATION_ACCEPT: return IT_IS(event, security_socket_accept);
	default: return false;
	}
}

/* The kernel has refused it before it would ask whether it may be. accept() is called again
 * and again while nobody comes: that is no attempt. */
static __always_inline bool came_to_nothing(const struct socket_event *event)
{
	const struct socket_call *call = &event->call;
	__u32 type = call->args[1];

	if (event->result == -ERROR_FAULT)
		return true;
	switch (call->operation) {
	case OPERATION_SOCKET: case OPERATION_SOCKETPAIR:
		return (__u32)call->args[0] >= FAMILIES || (type & SOCKET_TYPE) >= TYPES
		       || (type & ~(SOCKET_TYPE | TYPE_FLAGS));
	case OPERATION_ACCEPT:
		return event->result < 0;
	case OPERATION_BIND: case OPERATION_CONNECT:
		if ((__u32)call->args[2] - 1 >= ADDRESS_MAX)
			return true;
		break;
	}
	return event->result == -ERROR_BAD_DESCRIPTOR || event->result == -ERROR_NO_SOCKET;
}

static __always_inline int backlog_of(int backlog, struct socket *socket)
{
	int most = BPF_CORE_READ(socket, sk, __sk_common.skc_net.net, core.sysctl_somaxconn);

	return (__u32)backlog > (__u32)most ? most : backlog;
}

static __always_inline void put_call(struct buffer *buffer, const struct socket_event *event,
				     struct socket *socket)
{
	const struct socket_call *call = &event->call;
	struct sock *sock = BPF_CORE_READ(socket, sk);
	bool user = !event->address;
	const void *address = user ? (const void *)call->args[1] : event->address;

	switch (call->operation) {
	case OPERATION_SOCKET: case OPERATION_SOCKETPAIR:
		put_socket_create(buffer, call->args[0], call->args[1] & SOCKET_TYPE,
				  call->args[2], 0);
		return; /* the only one without a descriptor */
	case OPERATION_BIND:
		put_passed_address(buffer, SLOT(security_socket_bind, local_addr), address,
				   call->args[2], user, sock, false, event->result == 0);
		break;
	case OPERATION_CONNECT:
		put_socket_connect(buffer, socket);
		put_passed_address(buffer, SLOT(security_socket_connect, remote_addr), address,
				   call->args[2], user, sock, true,
				   event->result == 0 || event->result == -ERROR_IN_PROGRESS);
		break;
	case OPERATION_LISTEN:
		put_socket_listen(buffer, socket, backlog_of(call->args[1], socket));
		break;
	case OPERATION_ACCEPT:
		put_sock_address(buffer, SLOT(security_socket_accept, local_addr), sock, false);
		break;
	}
	put_number(&buffer->header, SLOT(security_socket_bind, sockfd), (__s64)(int)call->args[0]);
}

static_assert(SLOT(security_socket_bind, sockfd) == 0
	      && SLOT(security_socket_connect, sockfd) == 0
	      && SLOT(security_socket_listen, sockfd) == 0
	      && SLOT(security_socket_accept, sockfd) == 0, "all begin with it");
