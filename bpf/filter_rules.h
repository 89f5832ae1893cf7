/* Filters of events, as programs look at them. Included by both sides, hence C.
 *
 * An event may be wanted by up to 64 filters, a bit each in every word below; it is wanted if
 * a bit is left when all its fields have been looked at. What a value says about all filters
 * is found in one look-up, however many values they name: of its field's number and itself in
 * the maps of texts, names and numbers.
 *
 * What a program cannot decide it lets pass: user space decides all, with event_filter.
 */
#pragma once

#ifndef __VMLINUX_H__ /* has these types already */
#include <linux/types.h>
#endif

enum filter_limits {
	FILTERS_MAX = 64,       /* of an event */
	FILTER_ARGS_MAX = 8,    /* that an event is filtered by */
	FILTER_BOUNDS_MAX = 4,  /* of a field: different ones */
	FILTER_TEXT_MAX = 248,  /* bytes of a text, and its NUL, that are looked at */
	FILTER_NAME_MAX = 16,   /* the same of a comm */
	FILTER_END_MAX = 16,    /* bytes of a text's end that are looked at */
	FILTER_ENDS_MAX = 4,    /* different lengths of ends that are, of a field */
	FILTERED_EVENTS_MAX = 512,
};

/* Places of what is no argument among those of arguments. */
enum filter_slot {
	FILTER_SLOT_RETVAL = 64,
	FILTER_SLOT_PID,
	FILTER_SLOT_COMM, /* if more than whole names are looked for */
};

/* Filters that want the value, and those that exclude it. */
struct filter_verdict {
	__u64 wanted, unwanted;
};

/* A text that begins so; one that is so has its NUL. A key of a trie: longer beginnings of a
 * text say what shorter ones say, too. */
struct filter_text {
	__u32 bits; /* of what follows */
	__u32 field;
	char text[FILTER_TEXT_MAX];
};

/* A text that ends so. */
struct filter_end {
	char text[FILTER_END_MAX];
	__u32 field;
	__u32 length; /* of the text above */
};

struct filter_name {
	char name[FILTER_NAME_MAX];
	__u32 field;
};

/* In order: of those with a sign the highest bit is turned. */
struct filter_number {
	__u64 value;
	__u32 field;
	__u32 unused;
};

struct filter_bounds {
	__u64 least, most;
	__u64 wanted;
};

struct filter_field_rules {
	__u64 needs; /* filters that do not pass without a value that they want */
	__u32 field; /* in the maps' keys */
	__u8 slot;   /* of the argument, or enum filter_slot */
	__u8 is_text;
	__u8 is_signed;
	__u8 unused_bits; /* of 64, above the number's */
	__u32 bounds_count;
	__u8 ends[FILTER_ENDS_MAX]; /* the lengths; 0: no more */
	struct filter_bounds bounds[FILTER_BOUNDS_MAX];
};

struct filter_rules {
	__u64 filters; /* all */
	__u64 of_host, of_containers; /* those that want what happens there */
	__u64 needs_name;
	__u32 name_field; /* 0: no filter looks at the comm */
	__u32 uid_is_looked_at;
	struct filter_field_rules uid;
	__u32 args_count;
	__u32 unused;
	struct filter_field_rules args[FILTER_ARGS_MAX];
};
