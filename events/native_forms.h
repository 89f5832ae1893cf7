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

static_assert(sizeof(struct native_cred) == 80, "no holes");
