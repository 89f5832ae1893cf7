/* The kernel asks whether something may be done with a socket: by its own hooks, which see
 * every way, hold the socket and have copied the address. Where the kernel refuses such
 * programs, see after_socket.bpf.c. */
#include "socket.bpf.h"
#include "socket_call.bpf.h"

/* Absent where it cannot be known. */
static __always_inline void put_descriptor(struct buffer *buffer, __u32 arg)
{
	int descriptor = call_descriptor();

	if (descriptor >= 0)
		put_number(&buffer->header, arg, descriptor);
}

static __always_inline int on_create(int family, int type, int protocol, int kern)
{
	struct shard shard;
	struct buffer *buffer = buffer_for_event(&shard, security_socket_create, 0);

	if (!buffer)
		return 0;
	put_socket_create(buffer, family, type, protocol, kern);
	buffer_done(buffer, &shard);
	return 0;
}

static __always_inline int on_bind(struct sockaddr *address, int length)
{
	struct shard shard;
	struct buffer *buffer = buffer_for_event(&shard, security_socket_bind, 0);

	if (!buffer)
		return 0;
	put_descriptor(buffer, SLOT(security_socket_bind, sockfd));
	put_kernel_address(buffer, SLOT(security_socket_bind, local_addr), address, length);
	buffer_done(buffer, &shard);
	return 0;
}

static __always_inline int on_connect(struct socket *socket, struct sockaddr *address, int length)
{
	struct shard shard;
	struct buffer *buffer = buffer_for_event(&shard, security_socket_connect, 0);

	if (!buffer)
		return 0;
	put_descriptor(buffer, SLOT(security_socket_connect, sockfd));
	put_socket_connect(buffer, socket);
	put_kernel_address(buffer, SLOT(security_socket_connect, remote_addr), address, length);
	buffer_done(buffer, &shard);
	return 0;
}

static __always_inline int on_listen(struct socket *socket, int backlog)
{
	struct shard shard;
	struct buffer *buffer = buffer_for_event(&shard, security_socket_listen, 0);

	if (!buffer)
		return 0;
	put_descriptor(buffer, SLOT(security_socket_listen, sockfd));
	put_socket_listen(buffer, socket, backlog);
	buffer_done(buffer, &shard);
	return 0;
}

static __always_inline int on_accept(struct socket *socket)
{
	struct shard shard;
	struct buffer *buffer = buffer_for_event(&shard, security_socket_accept, 0);

	if (!buffer)
		return 0;
	put_descriptor(buffer, SLOT(security_socket_accept, sockfd));
	put_sock_address(buffer, SLOT(security_socket_accept, local_addr),
			 BPF_CORE_READ(socket, sk), false);
	buffer_done(buffer, &shard);
	return 0;
}

#define BY_LSM_AND_FENTRY(what, call, ...)                                       \
	SEC("lsm/socket_" #what)                                                 \
	int BPF_PROG(what##_by_lsm, __VA_ARGS__) { return call; }                \
	SEC("fentry/security_socket_" #what)                                     \
	int BPF_PROG(what##_by_fentry, __VA_ARGS__) { return call; }

BY_LSM_AND_FENTRY(create, on_create(family, type, protocol, kern), int family, int type,
		  int protocol, int kern)
BY_LSM_AND_FENTRY(bind, on_bind(address, length), struct socket *socket,
		  struct sockaddr *address, int length)
BY_LSM_AND_FENTRY(connect, on_connect(socket, address, length), struct socket *socket,
		  struct sockaddr *address, int length)
BY_LSM_AND_FENTRY(listen, on_listen(socket, backlog), struct socket *socket, int backlog)
BY_LSM_AND_FENTRY(accept, on_accept(socket), struct socket *socket, struct socket *made)
