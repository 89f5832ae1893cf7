/* Taking what a request asks for. */
#pragma once

#include "uring_loss.bpf.h"

enum {
	FIXED_FILE = 1 << 0, /* REQ_F_FIXED_FILE */
	LARGE_FILE = 0100000, /* O_LARGEFILE: added to all */
};

/* A part of a kernel's request is what its operation has there. */
#define PART(type, ...) BPF_CORE_READ((struct type##___any *)at, __VA_ARGS__)

static __always_inline void give(struct uring_request *request, __u32 arg, __u64 value)
{
	request->args[arg] = value;
	request->given |= 1U << arg;
}

/* Where there is no room the argument will be absent. */
static __noinline long keep_name(__u64 request, __u64 which, const char *name)
{
	struct uring_name_key key = {.request = request, .which = which};
	struct buffer *buffer = buffer_take();
	long length;

	if (!buffer)
		return 0;
	length = bpf_probe_read_kernel_str(buffer->path, URING_NAME_MAX, name);
	if (length > 0)
		bpf_map_update_elem(&uring_names, &key, buffer->path, BPF_ANY);
	buffer_release(buffer);
	return length;
}

#define keep_filename(type, member, which) ({                                              \
	long kept_ = keep_name((__u64)submitted, which,                                    \
			       PART(type, member, name));            \
	barrier_var(kept_);                                                                \
})
