/* What the kernel's side and the loader tell each other, beside the records of
 * events/record.h. Included by both sides, hence C.
 */
#pragma once

#include "events/record.h"

/* The events that have hooks of their own, dense, to index counters and filter bits. System
 * calls share one program: their numbers begin at WATCHED_HOOKS and are given out by the
 * loader, to those that are wanted. */
enum watched {
#define HOOK(identifier) WATCHED_##identifier,
#include "hooks.def"
#undef HOOK
	WATCHED_HOOKS,
	WATCHED_MAX = 1024, /* more than there are events */
};

/* What became of an event that a program saw. Per event and shard:
 * COUNT_SEEN == all FILTERED + all LOST + COUNT_WRITTEN, always. */
enum watched_count {
	COUNT_SEEN,
	COUNT_WRITTEN,
	FILTERED_IGNORED, /* done by the ignored process: us */
	FILTERED_FAILED,  /* an attempt that came to nothing: open() of no file */
	FILTERED_UNWANTED, /* passed by none of the event's filters, filter_rules.h */
	LOST_RING,        /* no room. Losses from here on */
	LOST_BUFFER,      /* both of this CPU's were in use */
	LOST_GONE,        /* closed by another thread before we could look */
	COUNTS = 8,
};

struct watched_counts {
	__u64 of[COUNTS];
};

enum syscall_limits {
	SYSCALL_NUMBERS = 512, /* of each table: x86-64's, then i386's */
	SYSCALL_ARGS = 6,
};

/* How an argument comes out of a register, and of what it points to. */
enum syscall_arg {
	SYSCALL_ARG_NONE,
	SYSCALL_ARG_U8,
	SYSCALL_ARG_U16,
	SYSCALL_ARG_S32,
	SYSCALL_ARG_U32,
	SYSCALL_ARG_S64, /* a C long: 32 bits wide for a 32-bit caller, sign-extended */
	SYSCALL_ARG_U64, /* the same unsigned, pointers too */
	SYSCALL_ARG_PAIRED, /* of two registers of a 32-bit caller, low half first */
	SYSCALL_ARG_SCALARS, /* the ones above lie in registers */
	SYSCALL_ARG_TEXT = SYSCALL_ARG_SCALARS, /* a string in the program's memory */
	SYSCALL_ARG_TIME, /* a struct timespec, told in ns */
	SYSCALL_ARG_TIME32, /* the same of two 32-bit numbers */
	SYSCALL_ARG_ADDRESS, /* a struct sockaddr, its length in the next register */
	SYSCALL_ARG_ADDRESS_OUT, /* the next register points to its length */
	SYSCALL_ARG_INTS, /* two int */
};

/* Programs that sys_exit hands over to, by their place in the map `handlers`. */
enum syscall_handler {
	HANDLER_NONE,
#define HANDLER(identifier, calls) HANDLER_##identifier,
#include "handlers.def"
#undef HANDLER
	HANDLERS,
};

/* A system call by its number: what is made of it when it returns. */
struct syscall_row {
	__u16 kind;    /* enum record_kind */
	__u16 watched; /* index of its counters; 0: not an event by itself */
	__u8 handler;  /* enum syscall_handler */
	__u8 packed;   /* the arguments are 32-bit numbers where the first register points to */
	__u8 arg_count;
	__u8 unused;
	__u8 args[SYSCALL_ARGS]; /* enum syscall_arg */
	__u8 from[SYSCALL_ARGS]; /* which register */
};

/* The filter, set while programs run. */
enum { FILTER_WORDS = 2 };
struct watched_filter {
	__u64 syscalls[2 * SYSCALL_NUMBERS / 64]; /* bit per row that is not empty */
	__u64 events[FILTER_WORDS]; /* bit per enum watched below WATCHED_HOOKS */
	__u32 ignored_tgid;
	__u32 unused;
	__u16 rules[WATCHED_MAX]; /* by enum watched: place in the map of rules; 0: has none */
};

/* What a shard's reader and the programs tell each other. A cache line each: all CPUs look. */
struct shard_reader {
	__u32 wake_at; /* wake me, once, when so many bytes wait; 0: I am awake */
	__u32 losses;  /* told by the programs: grows with each, so that counters need not be read */
	__u32 unused[14];
};

/* Function pointers of the kernel's, read by the program kernel_table, which is run and not
 * attached. What was read is in its variable table_words. */
enum kernel_table_of {
	TABLE_AT_ADDRESS,
	TABLE_OF_FILE, /* struct file_operations of an open file; and so on */
	TABLE_OF_INODE,
	TABLE_OF_SEQ_FILE,
	TABLE_OF_PROC_ENTRY,
};

enum { TABLE_WORDS_MAX = 512 };

struct table_request {
	__u32 of; /* enum kernel_table_of */
	__s32 descriptor; /* of the caller's */
	__u64 address;
	__u32 words; /* TABLE_AT_ADDRESS: how many; answered otherwise */
	__u32 unused;
};

static_assert(WATCHED_HOOKS <= 64 * FILTER_WORDS, "bits of watched_filter.events");
static_assert(sizeof(struct watched_counts) == 64, "");
static_assert(sizeof(struct syscall_row) == 20, "");
static_assert(sizeof(struct watched_filter) == 152 + 2 * WATCHED_MAX, "");
static_assert(sizeof(struct shard_reader) == 64, "");
static_assert(sizeof(struct table_request) == 24, "");
