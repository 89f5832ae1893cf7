/* Arguments that JSON shows as objects, as a kernel's record has them: RECORD_NATIVE says so.
 * What is not here is its bytes as the kernel or the network has them: a struct sockaddr, a
 * DNS message, a list of numbers. Included by both sides, hence C.
 */
#pragma once

#ifndef __VMLINUX_H__ /* has these types already */
#include <linux/types.h>
#endif
#ifndef __cplusplus
#define static_assert _Static_assert
#endif

/* Who a task may act as: struct cred without its keys. */
struct native_cred {
	__u32 uid, gid, suid, sgid, euid, egid, fsuid, fsgid;
	__u32 user_namespace; /* inode */
	__u32 securebits;
	__u64 inheritable, permitted, effective, bounding, ambient;
};

/* A packet: more than JSON's trace.PacketMetadata shows. */
struct native_packet {
	__u8 src[16], dst[16]; /* v4 as ::ffff:a.b.c.d */
	__u16 src_port, dst_port;
	__u32 sequence;  /* TCP: of the first byte of the payload, or of the SYN */
	__u32 net_ns;    /* TCP: inode */
	__u8 direction;  /* enum native_direction, as the socket sees it */
	__u8 protocol;   /* IPPROTO_UDP, IPPROTO_TCP */
	__u8 tcp_flags;  /* FIN 1, SYN 2, RST 4 … */
	__u8 is_nobodys; /* the process is not known, only the socket's cgroup */
};

enum native_direction { NATIVE_INGRESS = 1, NATIVE_EGRESS = 2 };

static_assert(sizeof(struct native_packet) == 48, "no holes");
static_assert(sizeof(struct native_cred) == 80, "no holes");
