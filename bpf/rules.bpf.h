/* Whether anybody's filter wants an event: filter_rules.h. Functions of their own, not inlined:
 * an event without filters pays for a load and a test. */
#pragma once

#include "filter_rules.h"

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1); /* set by the loader; the first is nobody's */
	__type(key, __u32);
	__type(value, struct filter_rules);
} rules __weak SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(max_entries, 1); /* these, too */
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, struct filter_text);
	__type(value, struct filter_verdict);
} rule_texts __weak SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1);
	__type(key, struct filter_end);
	__type(value, struct filter_verdict);
} rule_ends __weak SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1);
	__type(key, struct filter_name);
	__type(value, struct filter_verdict);
} rule_names __weak SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1);
	__type(key, struct filter_number);
	__type(value, struct filter_verdict);
} rule_numbers __weak SEC(".maps");

/* Whose a cgroup is, as far as user space has told: 1 a container's, 0 the host's. Of others
 * it will decide itself. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 65536);
	__type(key, __u64);
	__type(value, __u8);
} cgroup_owners __weak SEC(".maps");

static __always_inline __u64 rules_apply(__u64 needs, __u64 wanted,
					 const struct filter_verdict *verdict)
{
	if (!verdict)
		return ~needs | wanted;
	return (~needs | wanted | verdict->wanted) & ~verdict->unwanted;
}

/* Filters that the number leaves. */
static __always_inline __u64 rules_of_number(const struct filter_field_rules *field, __u64 value)
{
	struct filter_number key = {.field = field->field};
	__u32 unused = field->unused_bits & 63;
	__u64 wanted = 0;

	value <<= unused;
	value = field->is_signed ? (__u64)((__s64)value >> unused) ^ (1ULL << 63)
				 : value >> unused;
	for (__u32 i = 0; i < FILTER_BOUNDS_MAX; i++)
		if (i < field->bounds_count && value >= field->bounds[i].least
		    && value <= field->bounds[i].most)
			wanted |= field->bounds[i].wanted;
	key.value = value;
	return rules_apply(field->needs, wanted, bpf_map_lookup_elem(&rule_numbers, &key));
}

enum { TASK_IO_WORKER = 0x10 /* PF_IO_WORKER: also the thread that polls an io_uring */ };

/* A worker of an io_uring has a name of its own, and the event the one of who asked. */
static __always_inline __u64 rules_of_name(const struct filter_rules *of)
{
	struct filter_name key = {.field = of->name_field};
	struct task_struct *task = (void *)bpf_get_current_task();

	if (BPF_CORE_READ(task, flags) & TASK_IO_WORKER)
		return ~0ULL;
	bpf_get_current_comm(key.name, sizeof(key.name));
	return rules_apply(of->needs_name, 0, bpf_map_lookup_elem(&rule_names, &key));
}

static __always_inline __u64 rules_of_place(const struct filter_rules *of)
{
	__u64 cgroup = bpf_get_current_cgroup_id();
	const __u8 *is_container = bpf_map_lookup_elem(&cgroup_owners, &cgroup);

	if (!is_container)
		return ~0ULL;
	return *is_container ? of->of_containers : of->of_host;
}

/* The filters that may want what the current task does. */
static __noinline __u64 rules_of_doer(__u32 number)
{
	const struct filter_rules *of = bpf_map_lookup_elem(&rules, &number);
	__u64 left;

	if (!of)
		return ~0ULL; /* cannot be: the loader fills the map */
	left = of->filters;
	if ((of->of_host & of->of_containers) != of->filters)
		left &= rules_of_place(of);
	if (left && of->uid_is_looked_at)
		left &= rules_of_number(&of->uid, (__u32)bpf_get_current_uid_gid());
	if (left && of->name_field)
		left &= rules_of_name(of);
	return left;
}
