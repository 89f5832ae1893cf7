/* Events about sockets, whatever probe saw them: what is filled in for each, and how a socket
 * is found. */
#pragma once

#include "program.bpf.h"

#include <bpf/bpf_endian.h>

#include "socket_address.bpf.h"

enum {
	FILE_TYPE = 0170000, FILE_SOCKET = 0140000, /* S_IFMT, S_IFSOCK */
	SOCKET_TYPE = 0xf,                          /* SOCK_TYPE_MASK */
	FAMILIES = 46,                              /* AF_MAX */
};

/* NULL: the file is no socket. */
static __always_inline struct socket *file_socket(struct file *file)
{
	if ((BPF_CORE_READ(file, f_inode, i_mode) & FILE_TYPE) != FILE_SOCKET)
		return NULL;
	return BPF_CORE_READ(file, private_data);
}

static __always_inline void put_socket_create(struct buffer *buffer, int family, int type,
					      int protocol, int kern)
{
	put_number(&buffer->header, SLOT(security_socket_create, family), (__s64)family);
	put_number(&buffer->header, SLOT(security_socket_create, type), (__s64)type);
	put_number(&buffer->header, SLOT(security_socket_create, protocol), (__s64)protocol);
	put_number(&buffer->header, SLOT(security_socket_create, kern), (__s64)kern);
}

static __always_inline void put_socket_connect(struct buffer *buffer, struct socket *socket)
{
	put_number(&buffer->header, SLOT(security_socket_connect, type),
		   (__s64)BPF_CORE_READ(socket, type));
}

/* `backlog` as the kernel is about to use it. */
static __always_inline void put_socket_listen(struct buffer *buffer, struct socket *socket,
					      int backlog)
{
	put_sock_address(buffer, SLOT(security_socket_listen, local_addr),
			 BPF_CORE_READ(socket, sk), false);
	put_number(&buffer->header, SLOT(security_socket_listen, backlog), (__s64)backlog);
}
