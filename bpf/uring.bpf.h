/* What was submitted to an io_uring, kept until it is complete. The kernel copies names and
 * addresses when a request is submitted, and has let go of the names when it tells that it is
 * complete: so they are kept as the kernel has them, not as they are in the program's memory
 * later. */
#pragma once

#include "address_max.bpf.h"
#include "socket_call.bpf.h"
#include "uring_types.bpf.h"

enum {
	REQUESTS_MAX = 4096, /* in flight */
	URING_NAME_MAX = 4096, /* PATH_MAX, with the NUL */
	URING_NAMES = 2,
	URING_ARGS = 6,
	SYS_io_uring_enter = 426,
};

enum { /* x86-64's numbers */
	NATIVE_READ = 0, NATIVE_WRITE = 1, NATIVE_CLOSE = 3, NATIVE_PREAD64 = 17,
	NATIVE_PWRITE64 = 18, NATIVE_READV = 19, NATIVE_WRITEV = 20, NATIVE_MADVISE = 28,
	NATIVE_SENDTO = 44, NATIVE_RECVFROM = 45, NATIVE_SENDMSG = 46, NATIVE_RECVMSG = 47,
	NATIVE_SHUTDOWN = 48, NATIVE_FSYNC = 74, NATIVE_FDATASYNC = 75, NATIVE_FTRUNCATE = 77,
	NATIVE_SETXATTR = 188, NATIVE_FSETXATTR = 190, NATIVE_GETXATTR = 191,
	NATIVE_FGETXATTR = 193, NATIVE_FADVISE64 = 221, NATIVE_EPOLL_CTL = 233,
	NATIVE_WAITID = 247, NATIVE_SPLICE = 275, NATIVE_TEE = 276,
	NATIVE_SYNC_FILE_RANGE = 277, NATIVE_FALLOCATE = 285, NATIVE_PIPE2 = 293,
	NATIVE_PREADV = 295, NATIVE_PWRITEV = 296, NATIVE_PREADV2 = 327, NATIVE_PWRITEV2 = 328,
	NATIVE_STATX = 332, NATIVE_NONE = SYSCALL_NUMBERS,
	NATIVE_OPENAT = 257, NATIVE_MKDIRAT = 258, NATIVE_UNLINKAT = 263, NATIVE_LINKAT = 265,
	NATIVE_SYMLINKAT = 266, NATIVE_RENAMEAT2 = 316, NATIVE_OPENAT2 = 437,
};

/* Of which requests there are events that somebody wants: a bit per enum uring_operation. */
const volatile __u64 uring_operations __weak;

static __always_inline bool uring_wants(__u32 operation)
{
	return operation < URING_OPERATIONS && uring_operations >> operation & 1;
}

/* Of the system call that does the same, in x86-64's table; NATIVE_NONE: not known. (Those that
 * read, write and sync: uring_io.bpf.h knows it better.) */
static __always_inline __u32 uring_call(__u32 operation)
{
	switch (operation) {
	case URING_OPENAT: return NATIVE_OPENAT;
	case URING_OPENAT2: return NATIVE_OPENAT2;
	case URING_UNLINKAT: return NATIVE_UNLINKAT;
	case URING_RENAMEAT: return NATIVE_RENAMEAT2;
	case URING_MKDIRAT: return NATIVE_MKDIRAT;
	case URING_SYMLINKAT: return NATIVE_SYMLINKAT;
	case URING_LINKAT: return NATIVE_LINKAT;
	case URING_SOCKET: return NATIVE_SOCKET;
	case URING_CONNECT: return NATIVE_CONNECT;
	case URING_ACCEPT: return NATIVE_ACCEPT4;
	case URING_BIND: return NATIVE_BIND;
	case URING_LISTEN: return NATIVE_LISTEN;
	case URING_READ: case URING_READ_FIXED: return NATIVE_READ;
	case URING_READV: return NATIVE_READV;
	case URING_WRITE: case URING_WRITE_FIXED: return NATIVE_WRITE;
	case URING_WRITEV: return NATIVE_WRITEV;
	case URING_FSYNC: return NATIVE_FSYNC;
	case URING_SYNC_FILE_RANGE: return NATIVE_SYNC_FILE_RANGE;
	case URING_SENDMSG: case URING_SENDMSG_ZC: return NATIVE_SENDMSG;
	case URING_RECVMSG: return NATIVE_RECVMSG;
	case URING_FALLOCATE: return NATIVE_FALLOCATE;
	case URING_CLOSE: return NATIVE_CLOSE;
	case URING_STATX: return NATIVE_STATX;
	case URING_FADVISE: return NATIVE_FADVISE64;
	case URING_MADVISE: return NATIVE_MADVISE;
	case URING_SEND: case URING_SEND_ZC: return NATIVE_SENDTO;
	case URING_RECV: return NATIVE_RECVFROM;
	case URING_EPOLL_CTL: return NATIVE_EPOLL_CTL;
	case URING_SPLICE: return NATIVE_SPLICE;
	case URING_TEE: return NATIVE_TEE;
	case URING_SHUTDOWN: return NATIVE_SHUTDOWN;
	case URING_FSETXATTR: return NATIVE_FSETXATTR;
	case URING_SETXATTR: return NATIVE_SETXATTR;
	case URING_FGETXATTR: return NATIVE_FGETXATTR;
	case URING_GETXATTR: return NATIVE_GETXATTR;
	case URING_WAITID: return NATIVE_WAITID;
	case URING_FTRUNCATE: return NATIVE_FTRUNCATE;
	case URING_PIPE: return NATIVE_PIPE2;
	default: return NATIVE_NONE;
	}
}

/* The same as a system call. */
struct uring_request {
	__u32 number;  /* uring_call() */
	__u32 given;   /* bit per argument that is known */
	__u64 args[URING_ARGS];
	__u64 thread_start_ns; /* who submitted it: a worker may do it */
	__u32 host_tid, ns_tid, host_tgid;
	__u32 direct; /* place in the ring's table of files, plus one; 0: a descriptor is made */
	bool by_place; /* the file is not one of a descriptor either */
	bool has_address;
	bool is_doubtful; /* another thread can have changed the address before we looked */
	bool told; /* already, as it wants no answer */
	__u8 begins; /* so many of the bytes are known that it writes first */
	char comm[16];
	union {
		char address[ADDRESS_MAX];
		char bytes[ADDRESS_MAX];
	};
};

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, REQUESTS_MAX);
	__type(key, __u64); /* struct io_kiocb * */
	__type(value, struct uring_request);
} uring_requests __weak SEC(".maps");

struct uring_name_key {
	__u64 request;
	__u64 which;
};

struct uring_name {
	char text[URING_NAME_MAX];
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, URING_NAMES * REQUESTS_MAX);
	__type(key, struct uring_name_key);
	__type(value, struct uring_name);
} uring_names __weak SEC(".maps");

static __always_inline const char *uring_name(__u64 request, __u64 which)
{
	struct uring_name_key key = {.request = request, .which = which};
	struct uring_name *name = bpf_map_lookup_elem(&uring_names, &key);

	return name ? name->text : NULL;
}

static __always_inline void uring_forget_names(__u64 request)
{
	struct uring_name_key key = {.request = request};

	bpf_map_delete_elem(&uring_names, &key);
	key.which = 1;
	bpf_map_delete_elem(&uring_names, &key);
}

static __always_inline void uring_forget(__u64 request)
{
	bpf_map_delete_elem(&uring_requests, &request);
	uring_forget_names(request);
}

/* A record about what a request came to, by whom it was submitted. */
static __always_inline void uring_describe(struct buffer *buffer,
					   const struct uring_request *request)
{
	struct record_header *header = &buffer->header;

	header->thread_start_ns = request->thread_start_ns;
	header->host_tid = request->host_tid;
	header->ns_tid = request->ns_tid;
	header->syscall = SYS_io_uring_enter;
	__builtin_memcpy(header->comm, request->comm, sizeof(header->comm));
}
