/* Requests to io_urings of which we cannot tell what they came to. */
#pragma once

#include "syscall.bpf.h"
#include "uring.bpf.h"

/* Which events are to be told of requests: of others their own hooks see these, too. */
const volatile __u64 uring_tells[FILTER_WORDS] __weak;

static __always_inline bool uring_tells_of(__u32 watched)
{
	return uring_tells[watched / 64 & (FILTER_WORDS - 1)] & 1ULL << watched % 64;
}

/* The event with a hook of its own; WATCHED_HOOKS: there is none. */
static __always_inline __u32 uring_event_of(__u32 number)
{
	switch (number) {
	case NATIVE_OPENAT: case NATIVE_OPENAT2: return WATCHED_security_file_open;
	case NATIVE_UNLINKAT: return WATCHED_security_inode_unlink;
	case NATIVE_RENAMEAT2: return WATCHED_security_inode_rename;
	case NATIVE_SOCKET: return WATCHED_security_socket_create;
	case NATIVE_BIND: return WATCHED_security_socket_bind;
	case NATIVE_CONNECT: return WATCHED_security_socket_connect;
	case NATIVE_LISTEN: return WATCHED_security_socket_listen;
	case NATIVE_ACCEPT4: return WATCHED_security_socket_accept;
	default: return WATCHED_HOOKS;
	}
}

static __always_inline void lose_one(__u32 watched, __u32 tgid)
{
	struct shard shard;

	if (shard_admit_as(&shard, watched, tgid, tgid))
		shard_drop(&shard, LOST_GONE);
}

/* Counts what a request of process `tgid` would have been. (→ 0: a function whose result nobody
 * uses is made one that returns nothing, and the verifier looks at what is left in the register.)
 */
static __noinline long uring_lose(__u32 number, __u32 tgid)
{
	const struct syscall_row *row = syscall_row_of(number, false);
	__u32 event = uring_event_of(number);

	if (row && row->watched)
		lose_one(row->watched, tgid);
	if (event != WATCHED_HOOKS && uring_tells_of(event) && filter_wants_event(event))
		lose_one(event, tgid);
	return 0;
}
