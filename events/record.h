/* What one event looks like in memory: between the kernel and us, in batches, in captures.
 * Included by both sides, hence C.
 *
 *   0            168           168 + 8 * arg_count              size
 *   | header     | slot per argument   | bytes of texts …       |
 *
 * An argument's place is its number in table.def: a scalar lies in its slot, the slot of a
 * text says where its bytes are. So reading one is a bounds check and a load, whatever
 * precedes it. Four bit sets in the header tell which slots are filled, refer to bytes, were
 * cut, or hold what was passed rather than what the kernel resolved; so a record can be
 * checked, copied and stored by somebody who does not know its event. New arguments go at
 * the end: an older reader does not look at them, a newer one finds their bits unset.
 */
#pragma once

#ifndef __VMLINUX_H__ /* has these types already */
#include <linux/types.h>
#endif
#ifndef __cplusplus
#define static_assert _Static_assert
#endif

/* The kernel side's names for event_kind: the same numbers, from the same table. */
enum record_kind {
#define EVENT(id, identifier, ...) RECORD_##identifier,
#include "table.def"
#undef EVENT
	RECORD_KINDS,
	RECORD_unknown = 0xffff, /* replayed, with a name that is not in the table */
};

enum record_limits {
	RECORD_ARGS_MAX = 64,        /* bits in the sets below */
	RECORD_TEXT_MAX = 4096,      /* bytes of a path */
	RECORD_ARGV_MAX = 32 * 1024, /* bytes of argv, and of env */
	RECORD_SIZE_MAX = 128 * 1024,
	RECORD_JSON_SIZE_MAX = 16 * 1024 * 1024, /* of a replayed one */
	SHARDS_MAX = 256,
};

enum record_flags {
	RECORD_COMPAT = 1 << 0,            /* a 32-bit system call */
	RECORD_CONTAINER_STARTED = 1 << 1, /* contextFlags.containerStarted */
	RECORD_LATE = 1 << 2,              /* replayed; older than what had left the window */
	RECORD_NATIVE = 1 << 3,            /* what JSON shows as objects is as native_forms.h has it,
	                                    * and as fractions of seconds, in ns */
};

/* record_header.detail[0] of exec and task_begin: facts about the file. */
enum record_file {
	RECORD_FILE_MEMFD = 1 << 0,
	RECORD_FILE_DELETED = 1 << 1,
	RECORD_FILE_UPPER_LAYER = 1 << 2, /* of an overlay: made since the image was */
	RECORD_FILE_WRITABLE = 1 << 3,    /* by others */
};

/* record_header.detail[0] of net_packet_dns. */
enum record_dns {
	RECORD_DNS_PACKET = 1 << 0, /* as it was captured: metadata and proto_dns, the payload,
				     * are all that is there; not yet an event */
};

/* cgroup_notice.change */
enum record_cgroup_change {
	RECORD_CGROUP_MADE,
	RECORD_CGROUP_GONE,
	RECORD_CGROUP_STARTED, /* the first exec in it, behind a mount namespace of its own */
};

struct record_header {
	__u32 size; /* of the whole record, a multiple of 8 not needed */
	__u16 kind; /* enum record_kind */
	__u16 flags;
	__u64 time_ns; /* live: CLOCK_BOOTTIME, as the start times; replayed JSON: the epoch */
	__u64 thread_start_ns;
	__u64 leader_start_ns;
	__u64 parent_start_ns;
	__u64 cgroup_id; /* in the v2 hierarchy */
	__s64 return_value;
	__u64 present;    /* bit i: slot i is filled */
	__u64 references; /* bit i: slot i refers to bytes */
	__u64 truncated;  /* bit i: more was there */
	__u64 unresolved; /* bit i: as the program passed it, not as the kernel resolved it */
	__u32 host_tid, host_tgid, host_ppid;
	__u32 ns_tid, ns_tgid, ns_ppid; /* in the process's pid namespace; 0: not visible */
	__u32 uid, gid, loginuid;
	__u32 mnt_ns, pid_ns;
	__u16 cpu;
	__u16 arg_count;
	__s32 syscall;    /* in progress, or -1; numbers of the 32-bit table if RECORD_COMPAT */
	__u32 extension;  /* where struct record_extension is; 0: there is none */
	__u32 detail[2];  /* exec: enum record_file, tid that called it. exit: reaper's tgid
	                   * (0: no children), unused. net_packet_dns: enum record_dns. */
	char comm[16];    /* ends with a NUL unless corrupt */
};

struct record_bytes {
	__u32 offset; /* from the start of the record */
	__u32 length; /* without a NUL; lists of strings: with a NUL after each */
};

union record_slot {
	__u64 value;
	struct record_bytes bytes;
};

/* What replayed JSON says beside the header and the arguments. Texts of length 0 are absent. */
struct record_extension {
	__u64 thread_entity, process_entity, parent_entity; /* 0: to be computed */
	__u64 visible_ns; /* of a late record: when it counts as having happened */
	__u64 position;   /* in the input */
	struct record_bytes name; /* of an event that is not in the table */
	struct record_bytes process_name;
	struct record_bytes executable, host_name, container_id, syscall;
	/* The rest is JSON as it came, minified. */
	struct record_bytes container, kubernetes, policies, stack, metadata;
	struct record_bytes arguments; /* those not in the table: {…},{…} without brackets */
	__s64 event_id; /* of an event that is not in the table */
};

static_assert(sizeof(struct record_header) == 168, "no holes");
static_assert(__builtin_offsetof(struct record_header, time_ns) == 8, "");
static_assert(__builtin_offsetof(struct record_header, present) == 56, "");
static_assert(__builtin_offsetof(struct record_header, host_tid) == 88, "");
static_assert(__builtin_offsetof(struct record_header, syscall) == 136, "");
static_assert(__builtin_offsetof(struct record_header, comm) == 152, "");
static_assert(sizeof(union record_slot) == 8, "");
static_assert(sizeof(struct record_extension) % 8 == 0, "");
