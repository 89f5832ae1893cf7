/* Where a record of unknown size is put together before it goes to a ring, and the put_…
 * functions that fill it. A buffer is far larger than BPF's stack and than a per-CPU map's
 * values (32 KiB), so it is a plain array indexed by CPU.
 *
 * LSM and fentry programs can be preempted: then another task's program runs on this CPU
 * while the first one is still at work. Hence a second buffer, and a flag on each.
 */
#pragma once

#include "shard.bpf.h"

enum {
	BUFFERS_PER_CPU = 2,
	BUFFER_SLACK = RECORD_ARGV_MAX, /* the verifier adds the largest offset and length */
	PATH_BUFFER = RECORD_TEXT_MAX,
	NAME_SLACK = 256,
};

struct buffer {
	__u32 busy;
	__u32 used; /* bytes of the record so far */
	char path[PATH_BUFFER + NAME_SLACK];
	union {
		struct record_header header;
		char bytes[RECORD_SIZE_MAX + BUFFER_SLACK];
	};
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, BUFFERS_PER_CPU); /* times CPUs, set by the loader */
	__type(key, __u32);
	__type(value, struct buffer);
} buffers __weak SEC(".maps");

static __always_inline struct buffer *buffer_take(void)
{
	for (__u32 i = 0; i < BUFFERS_PER_CPU; i++) {
		__u32 key = bpf_get_smp_processor_id() * BUFFERS_PER_CPU + i;
		struct buffer *buffer = bpf_map_lookup_elem(&buffers, &key);
		if (buffer && __sync_val_compare_and_swap(&buffer->busy, 0, 1) == 0)
			return buffer;
	}
	return NULL;
}

/* Of the record; for the verifier it cannot be more than the largest one's. */
static __always_inline __u32 buffer_finish(struct buffer *buffer)
{
	__u32 size = buffer->used;

	barrier_var(size);
	if (size > RECORD_SIZE_MAX)
		size = RECORD_SIZE_MAX;
	buffer->header.size = size;
	return size;
}


static __always_inline void buffer_release(struct buffer *buffer)
{
	buffer->busy = 0;
}

#define record_slots(header) ((union record_slot *)((header) + 1))

static __always_inline void put_number(struct record_header *header, __u32 arg, __u64 value)
{
	record_slots(header)[arg].value = value;
	header->present |= 1ULL << arg;
}

/* Claims `length` bytes that lie at the end of the record for argument `arg`. */
static __always_inline void put_bytes(struct buffer *buffer, __u32 arg, __u32 length, bool cut)
{
	union record_slot *slot = &record_slots(&buffer->header)[arg];

	slot->bytes.offset = buffer->used;
	slot->bytes.length = length;
	buffer->header.present |= 1ULL << arg;
	buffer->header.references |= 1ULL << arg;
	buffer->header.truncated |= (cut ? 1ULL : 0) << arg;
	buffer->used += length;
}

/* The end of the record, if `room` bytes fit there; else the argument is marked as cut. */
static __always_inline char *buffer_end(struct buffer *buffer, __u32 arg, __u32 room)
{
	__u32 used = buffer->used;

	if (used + room > RECORD_SIZE_MAX) {
		put_bytes(buffer, arg, 0, true);
		return NULL;
	}
	asm volatile("%0 &= 0x1ffff" : "+r"(used)); /* as known, but the verifier forgot */
	return &buffer->bytes[used];
}

static_assert(RECORD_SIZE_MAX == 0x20000, "the mask above");

/* A string in the kernel's or (user) the program's memory. One byte more than the limit is
 * asked for, to tell a string that just fits from one that was cut. */
static __always_inline void put_text(struct buffer *buffer, __u32 arg, const void *from, bool user)
{
	char *to = buffer_end(buffer, arg, RECORD_TEXT_MAX + 2);
	long length;

	if (!to)
		return;
	length = user ? bpf_probe_read_user_str(to, RECORD_TEXT_MAX + 2, from)
		      : bpf_probe_read_kernel_str(to, RECORD_TEXT_MAX + 2, from);
	if (length <= 0)
		return; /* unreadable: absent */
	length -= 1; /* the NUL */
	put_bytes(buffer, arg, length > RECORD_TEXT_MAX ? RECORD_TEXT_MAX : length,
		  length > RECORD_TEXT_MAX);
}

/* Memory of the program from `start` to `end`: argv, environment. */
static __always_inline void put_user_range(struct buffer *buffer, __u32 arg, __u64 start, __u64 end)
{
	__u64 length = end - start;
	bool cut = length > RECORD_ARGV_MAX;
	char *to = buffer_end(buffer, arg, RECORD_ARGV_MAX);

	if (!to || end < start)
		return;
	barrier_var(length); /* or clang clips a copy, and the verifier looks at this one */
	if (length > RECORD_ARGV_MAX)
		length = RECORD_ARGV_MAX;
	if (!bpf_probe_read_user(to, length, (const void *)start))
		put_bytes(buffer, arg, length, cut);
}
