/* What system calls point to, beside strings. */
#pragma once

#include "address_max.bpf.h"
#include "call.bpf.h"

static __always_inline void put_user_bytes(struct buffer *buffer, __u32 arg, __u64 from,
					   __u32 length, bool cut)
{
	char *to = buffer_end(buffer, arg, 256);

	if (!to || !from || !length)
		return;
	barrier_var(length);
	if (length > 255)
		length = 255;
	if (!bpf_probe_read_user(to, length, (const void *)from))
		put_bytes(buffer, arg, length, cut);
}

static __always_inline void put_address(struct buffer *buffer, __u32 arg, __u64 from,
					__u32 length)
{
	put_user_bytes(buffer, arg, from, length > ADDRESS_MAX ? ADDRESS_MAX : length, false);
}

static __always_inline void put_time(struct buffer *buffer, __u32 arg, __u64 from)
{
	__s64 time[2];

	if (!bpf_probe_read_user(time, sizeof(time), (const void *)from))
		put_number(&buffer->header, arg, time[0] * 1000000000 + time[1]);
}

static __always_inline void put_time32(struct buffer *buffer, __u32 arg, __u64 from)
{
	__s32 time[2];

	if (!bpf_probe_read_user(time, sizeof(time), (const void *)from))
		put_number(&buffer->header, arg, time[0] * 1000000000LL + time[1]);
}

static __always_inline void put_memory(struct buffer *buffer, __u32 arg, __u8 type, __u64 from,
				       __u64 next)
{
	__u32 length = next;

	switch (type) {
	case SYSCALL_ARG_TEXT:
		put_text(buffer, arg, (const void *)from, true);
		return;
	case SYSCALL_ARG_TIME:
		put_time(buffer, arg, from);
		return;
	case SYSCALL_ARG_TIME32:
		put_time32(buffer, arg, from);
		return;
	case SYSCALL_ARG_ADDRESS_OUT:
		if (bpf_probe_read_user(&length, sizeof(length), (const void *)next))
			return;
		put_address(buffer, arg, from, length);
		return;
	case SYSCALL_ARG_ADDRESS:
		put_address(buffer, arg, from, length);
		return;
	case SYSCALL_ARG_INTS:
		put_user_bytes(buffer, arg, from, 2 * sizeof(int), false);
		return;
	}
}
