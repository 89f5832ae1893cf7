/* Addresses as a SockAddr argument has them: a struct sockaddr. */
#pragma once

#include "address_max.bpf.h"
#include "program.bpf.h"

enum {
	FAMILY_UNIX = 1, FAMILY_INET = 2, FAMILY_INET6 = 10, /* AF_… */
};

struct address_inet { /* struct sockaddr_in */
	__u16 family;
	__be16 port;
	__u8 ip[4], unused[8];
};

struct address_inet6 { /* struct sockaddr_in6 */
	__u16 family;
	__be16 port;
	__u32 flow;
	__u8 ip[16];
	__u32 scope;
};

/* Of any of these. */
union address {
	__u16 family;
	struct address_inet inet;
	struct address_inet6 inet6;
	__u64 words[ADDRESS_MAX / 8];
};

/* Where a socket is bound, or (remote) connected to; the port is 0 where it is not. → false:
 * of another family than these two. */
static __always_inline bool address_of_sock(union address *to, struct sock *sock, bool remote)
{
	struct sock_common *common = &sock->__sk_common;

	to->family = BPF_CORE_READ(common, skc_family);
	to->inet.port = remote ? BPF_CORE_READ(common, skc_dport)
			       : bpf_htons(BPF_CORE_READ(common, skc_num));
	if (to->family == FAMILY_INET && remote)
		bpf_core_read(to->inet.ip, 4, &common->skc_daddr);
	else if (to->family == FAMILY_INET)
		bpf_core_read(to->inet.ip, 4, &common->skc_rcv_saddr);
	else if (to->family == FAMILY_INET6 && remote)
		bpf_core_read(to->inet6.ip, 16, &common->skc_v6_daddr);
	else if (to->family == FAMILY_INET6)
		bpf_core_read(to->inet6.ip, 16, &common->skc_v6_rcv_saddr);
	else
		return false;
	return true;
}

/* So many of an address's bytes count: of a Unix one that is a matter of its name, of others
 * the program may have given more, or (IPv6) less. */
static __always_inline __u32 address_length(__u16 family, __u32 given)
{
	return family == FAMILY_INET	? sizeof(struct address_inet)
	       : family == FAMILY_INET6 ? sizeof(struct address_inet6)
					: given;
}

/* The end of the record, as an address that is all zeros; NULL: no room. */
static __always_inline union address *address_begin(struct buffer *buffer, __u32 arg)
{
	union address *to = (union address *)buffer_end(buffer, arg, ADDRESS_MAX);

	if (to)
		__builtin_memset(to, 0, sizeof(*to));
	return to;
}

/* `length` bytes, 1 to ADDRESS_MAX, of the kernel's or (user) the program's memory. */
static __always_inline bool address_read(union address *to, const void *from, __u32 length,
					 bool user)
{
	length -= 1;
	asm volatile("%0 &= 127" : "+r"(length)); /* the verifier would forget it */
	length += 1;
	return user ? !bpf_probe_read_user(to, length, from)
		    : !bpf_probe_read_kernel(to, length, from);
}

/* An address that the kernel has copied. */
static __always_inline void put_kernel_address(struct buffer *buffer, __u32 arg,
					       const void *from, __u32 length)
{
	union address *to = address_begin(buffer, arg);

	if (to && length - 1 < ADDRESS_MAX && address_read(to, from, length, false))
		put_bytes(buffer, arg, address_length(to->family, length), false);
}

/* What a Unix socket is bound to: just the family, if it has no name. */
static __always_inline void put_unix_address(struct buffer *buffer, __u32 arg, struct sock *sock)
{
	struct unix_address *address = BPF_CORE_READ((struct unix_sock *)sock, addr);
	union address *to = address_begin(buffer, arg);
	__u32 length = address ? BPF_CORE_READ(address, len) : 0;

	if (!to)
		return;
	if (!length || length > ADDRESS_MAX
	    || !address_read(to, &address->name, length, false)) {
		to->family = FAMILY_UNIX;
		length = sizeof(to->family);
	}
	put_bytes(buffer, arg, length, false);
}

/* Where a socket is bound, or (remote) what it is connected to. */
static __always_inline void put_sock_address(struct buffer *buffer, __u32 arg, struct sock *sock,
					     bool remote)
{
	union address *to;

	if (BPF_CORE_READ(sock, __sk_common.skc_family) == FAMILY_UNIX) {
		if (remote)
			sock = BPF_CORE_READ((struct unix_sock *)sock, peer);
		put_unix_address(buffer, arg, sock); /* reads 0 where there is no peer */
		return;
	}
	to = address_begin(buffer, arg);
	if (!to)
		return;
	if (address_of_sock(to, sock, remote))
		put_bytes(buffer, arg, address_length(to->family, 0), false);
	else
		put_bytes(buffer, arg, sizeof(to->family), false);
}

static __always_inline bool ip_differs(const __u8 *one, const __u8 *other, __u32 size)
{
	__u8 set = 0, differs = 0;

	for (__u32 i = 0; i < size; i++) {
		set |= one[i];
		differs |= one[i] ^ other[i];
	}
	return set && differs; /* 0.0.0.0 stands for what the kernel chose */
}

/* Whether what is in the program's memory now is not what the socket was given. A port of 0
 * was left to the kernel. */
static __always_inline bool address_differs(const union address *now, const union address *kept)
{
	if (now->family != kept->family)
		return true;
	if (now->inet.port && now->inet.port != kept->inet.port)
		return true;
	return now->family == FAMILY_INET ? ip_differs(now->inet.ip, kept->inet.ip, 4)
					  : ip_differs(now->inet6.ip, kept->inet6.ip, 16);
}

/* The address that was passed to a call which is over: as the kernel has copied it, or (user)
 * from the program's memory. Where others may write there it can have been another one: then
 * the socket's own counts, if it has `taken` the address, and the argument is marked. */
static __always_inline void put_passed_address(struct buffer *buffer, __u32 arg,
					       const void *from, __u32 length, bool user,
					       struct sock *sock, bool remote, bool taken)
{
	struct task_struct *task = bpf_get_current_task_btf();
	union address *to = address_begin(buffer, arg);
	union address kept = {};

	if (!to || !address_read(to, from, length, user))
		return;
	if (user && BPF_CORE_READ(task, mm, mm_users.counter) > 1) {
		bool known = taken && address_of_sock(&kept, sock, remote) && kept.inet.port;

		if (known && address_differs(to, &kept))
			*to = kept;
		else if (known)
			goto right;
		buffer->header.unresolved |= 1ULL << arg;
	}
right:
	put_bytes(buffer, arg, address_length(to->family, length), false);
}
