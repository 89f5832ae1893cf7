/* The arguments of a system call, whatever its table. */
#pragma once

#include "program.bpf.h"

enum { NUMBER_NONE = -1, /* of a call that restored other registers than its own */
       SYS_rt_sigreturn = 15, COMPAT_sigreturn = 119 };

/* The registers of a call: six, or for old calls of 32-bit programs as many numbers in their
 * memory. */
struct call {
	struct pt_regs *regs;
	bool compat;
	bool packed;
	__u32 memory[6];
};

static __always_inline struct call call_of(struct pt_regs *regs, bool compat)
{
	struct call call = {.regs = regs, .compat = compat};

	return call;
}

/* What a 64-bit program left above 32 bits is not passed on by a 32-bit call. */
static __always_inline __u64 call_register(struct call *call, __u32 at)
{
	struct pt_regs *regs = call->regs;
	bool compat = call->compat;

	if (call->packed) {
		/* Not memory[at]: the verifier knows no computed place on the stack. */
		switch (at) {
		case 0: return call->memory[0];
		case 1: return call->memory[1];
		case 2: return call->memory[2];
		case 3: return call->memory[3];
		case 4: return call->memory[4];
		default: return call->memory[5];
		}
	}
	switch (at) {
	case 0: return compat ? (__u32)regs->bx : regs->di;
	case 1: return compat ? (__u32)regs->cx : regs->si;
	case 2: return compat ? (__u32)regs->dx : regs->dx;
	case 3: return compat ? (__u32)regs->si : regs->r10;
	case 4: return compat ? (__u32)regs->di : regs->r8;
	default: return compat ? (__u32)regs->bp : regs->r9;
	}
}

/* The arguments are where the register `at` points to. */
static __always_inline void call_unpack(struct call *call, __u32 at)
{
	const void *from = (const void *)call_register(call, at);

	if (bpf_probe_read_user(call->memory, sizeof(call->memory), from))
		__builtin_memset(call->memory, 0, sizeof(call->memory));
	call->packed = true;
}

/* A record about the call that the current task returns from. */
static __always_inline void buffer_begin_call(struct buffer *buffer, enum record_kind kind,
					      __u32 arg_count, long result)
{
	buffer_begin(buffer, kind, arg_count);
	buffer->header.flags |= RECORD_NATIVE;
	buffer->header.return_value = result;
}

/* A buffer for an event that was admitted to its shard; NULL: there is none, and it is counted. */
static __always_inline struct buffer *buffer_for(struct shard *shard, enum record_kind kind,
						 __u32 arg_count, long result)
{
	struct buffer *buffer = buffer_take();

	if (buffer)
		buffer_begin_call(buffer, kind, arg_count, result);
	else
		shard_drop(shard, LOST_BUFFER);
	return buffer;
}

/* An attempt that came to nothing: seen, and filtered. */
static __always_inline int count_failed(enum watched event)
{
	struct shard shard;

	if (shard_admit(&shard, event, bpf_get_current_pid_tgid() >> 32))
		shard_drop(&shard, FILTERED_FAILED);
	return 0;
}

/* The same for an event with a hook of its own; NULL also if nobody wants it. */
#define buffer_for_event(shard, event, result)                                               \
	(shard_admit(shard, WATCHED_##event, bpf_get_current_pid_tgid() >> 32)               \
		 ? buffer_for(shard, RECORD_##event, SLOTS(event), result)                   \
		 : NULL)

static __always_inline void buffer_done(struct buffer *buffer, struct shard *shard)
{
	buffer_write(buffer, shard);
	buffer_release(buffer);
}
