/* execve and execveat, which need more than registers: the arguments are lists, and after
 * success the memory that held them is gone. What the new program has of them is told then. */
#include "handlers.bpf.h"
#include "syscall.bpf.h"

enum {
	SYS_execveat = 322, COMPAT_execveat = 358,
	STRINGS_MAX = 1024,
	AUXV_END = 0, AUXV_FILE_NAME = 31, /* AT_NULL, AT_EXECFN */
	AUXV_PAIRS = 26,
};

struct string_list {
	struct buffer *buffer;
	__u64 from; /* pointers to strings */
	__u32 used, most;
	bool compat, cut;
};

static long take_string(__u32 at, struct string_list *list)
{
	__u32 width = list->compat ? sizeof(__u32) : sizeof(__u64);
	__u32 used = list->buffer->used, limit = list->most - list->used;
	__u64 pointer = 0;
	long length;

	if (list->compat)
		bpf_probe_read_user(&pointer, sizeof(__u32), (const void *)(list->from + at * width));
	else
		bpf_probe_read_user(&pointer, sizeof(__u64), (const void *)(list->from + at * width));
	if (!pointer)
		return 1;
	if (used > RECORD_SIZE_MAX - RECORD_TEXT_MAX || limit < RECORD_TEXT_MAX) {
		list->cut = true;
		return 1;
	}
	used &= RECORD_SIZE_MAX - 1;
	length = bpf_probe_read_user_str(&list->buffer->bytes[used], RECORD_TEXT_MAX,
					 (const void *)pointer);
	if (length <= 0)
		return 1;
	list->cut |= length == RECORD_TEXT_MAX;
	list->buffer->used += length; /* with the NUL */
	list->used += length;
	return 0;
}

/* Strings, each with a NUL, from an array of pointers that ends with a null. */
static __always_inline void put_strings(struct buffer *buffer, __u32 arg, __u64 from, bool compat)
{
	struct string_list list = {.buffer = buffer, .from = from, .most = RECORD_ARGV_MAX,
				   .compat = compat};
	__u32 begin = buffer->used;

	if (!from)
		return;
	if (bpf_loop(STRINGS_MAX, take_string, &list, 0) == STRINGS_MAX)
		list.cut = true;
	buffer->used = begin;
	put_bytes(buffer, arg, list.used, list.cut);
}

struct name_search {
	struct mm_struct *memory;
	__u64 name;
	bool compat;
};

static long look_for_name(__u32 at, struct name_search *search)
{
	__u64 pair[2] = {};
	void *auxv = (void *)search->memory + bpf_core_field_offset(struct mm_struct, saved_auxv);

	if (search->compat) {
		__u32 narrow[2] = {};
		bpf_probe_read_kernel(narrow, sizeof(narrow), auxv + at * sizeof(narrow));
		pair[0] = narrow[0];
		pair[1] = narrow[1];
	} else {
		bpf_probe_read_kernel(pair, sizeof(pair), auxv + at * sizeof(pair));
	}
	if (pair[0] == AUXV_FILE_NAME)
		search->name = pair[1];
	return pair[0] == AUXV_FILE_NAME || pair[0] == AUXV_END;
}

/* What the calls have from which register; execveat has a descriptor before and flags behind. */
static __always_inline void put_passed(struct buffer *buffer, struct call *call, bool at)
{
	__u32 first = at ? 1 : 0;

	if (at) {
		put_number(&buffer->header, 0, (__s64)(__s32)call_register(call, 0));
		put_number(&buffer->header, 4, (__s64)(__s32)call_register(call, 4));
	}
	put_text(buffer, first, (const void *)call_register(call, first), true);
	put_strings(buffer, first + 1, call_register(call, first + 1), call->compat);
	put_strings(buffer, first + 2, call_register(call, first + 2), call->compat);
}

static __always_inline void put_new(struct buffer *buffer, struct task_struct *task, bool at)
{
	struct mm_struct *mm = BPF_CORE_READ(task, mm);
	struct name_search search = {.memory = mm, .compat = task_is_compat(task)};
	__u32 first = at ? 1 : 0;

	bpf_loop(AUXV_PAIRS, look_for_name, &search, 0);
	if (search.name)
		put_text(buffer, first, (const void *)search.name, true);
	put_user_range(buffer, first + 1, BPF_CORE_READ(mm, arg_start), BPF_CORE_READ(mm, arg_end));
	put_user_range(buffer, first + 2, BPF_CORE_READ(mm, env_start), BPF_CORE_READ(mm, env_end));
}

static __always_inline void tell_call(const struct syscall_row *row, struct call *call, bool at,
				      long result)
{
	struct buffer *buffer;
	struct shard shard;

	buffer = buffer_for_call(&shard, row, result);
	if (!buffer)
		return;
	if (result < 0)
		put_passed(buffer, call, at);
	else
		put_new(buffer, bpf_get_current_task_btf(), at);
	buffer_done(buffer, &shard);
}

static __always_inline void tell_failure(struct call *call, bool at, long result)
{
	struct task_struct *task = bpf_get_current_task_btf();
	__u32 first = at ? 1 : 0;
	struct record_header *header;
	struct buffer *buffer;
	struct shard shard;
	struct file *input;

	buffer = buffer_for_event(&shard, process_execute_failed, result);
	if (!buffer)
		return;
	header = &buffer->header;
	put_number(header, SLOT(process_execute_failed, dirfd),
		   at ? (__s64)(__s32)call_register(call, 0) : -100 /* AT_FDCWD */);
	put_number(header, SLOT(process_execute_failed, flags),
		   at ? (__s64)(__s32)call_register(call, 4) : 0);
	put_text(buffer, SLOT(process_execute_failed, pathname),
		 (const void *)call_register(call, first), true);
	header->unresolved |= 1ULL << SLOT(process_execute_failed, pathname);
	input = task_file(task, 0);
	if (input) {
		put_number(header, SLOT(process_execute_failed, stdin_type),
			   BPF_CORE_READ(input, f_inode, i_mode) & 0170000 /* S_IFMT */);
		put_path(buffer, SLOT(process_execute_failed, stdin_path), input, task);
	}
	put_number(header, SLOT(process_execute_failed, kernel_invoked), 0);
	put_strings(buffer, SLOT(process_execute_failed, argv), call_register(call, first + 1),
		    call->compat);
	put_strings(buffer, SLOT(process_execute_failed, envp), call_register(call, first + 2),
		    call->compat);
	buffer_done(buffer, &shard);
}

SEC("tp_btf/sys_exit")
int BPF_PROG(after_execve, struct pt_regs *regs, long result)
{
	struct call call = call_of(regs, task_is_compat(bpf_get_current_task_btf()));
	bool at = regs->orig_ax == (call.compat ? COMPAT_execveat : SYS_execveat);
	const struct syscall_row *row = syscall_row_of(regs->orig_ax, call.compat);

	if (row && row->watched)
		tell_call(row, &call, at, result);
	if (result < 0)
		tell_failure(&call, at, result);
	hand_over(ctx, HANDLER_credentials);
	return 0;
}
