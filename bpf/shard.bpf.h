/* From a program to the ring of its shard, and the balance of what happened on the way.
 *
 * A process's events go to one ring, so they stay in order without sorting. Every way out
 * of a program that passed the filter's bit goes through shard_admit (counts COUNT_SEEN, and
 * where it refuses FILTERED_IGNORED or FILTERED_UNWANTED) and then exactly one of shard_drop,
 * shard_submit, shard_write.
 *
 * A record takes its time after its place in the ring. So whoever reads the clock, and then
 * how far the ring is filled, knows that what is not in there yet will have a later time: a
 * watermark without a margin. For that the place must be seen by all CPUs before the clock
 * is read: shard_tally() between the two is a full barrier. (rdtsc waits for earlier loads,
 * not for earlier stores to leave the store buffer.)
 */
#pragma once

#include "filter.bpf.h"
#include "rules.bpf.h"

struct ring {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096); /* a template: the loader makes the real ones */
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, 1); /* set by the loader */
	__type(key, __u32);
	__array(values, struct ring);
} rings __weak SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1); /* watched events times shards, set by the loader */
	__type(key, __u32);
	__type(value, struct watched_counts);
} counts __weak SEC(".maps");

const volatile __u32 shard_count __weak = 1;
/* Known to the verifier: a kernel without dynptrs never looks at the calls. */
const volatile bool has_dynptr __weak = true;

struct shard_reader readers[SHARDS_MAX] __weak;

struct shard {
	__u32 index;
	__u32 rules;  /* of the event; 0: it has none */
	__u64 wanted; /* by these of its filters, as far as has been looked */
	__u64 slots;  /* of arguments that have not been looked at */
	struct watched_counts *counts;
};

/* Lost updates would break the balance, and a program can be preempted by another one.
 * Using the old value makes it an instruction that is a full barrier everywhere. */
static __always_inline void shard_tally(struct shard *shard, enum watched_count what)
{
	__u64 before = __sync_fetch_and_add(&shard->counts->of[what], 1);

	barrier_var(before);
}

static __always_inline __u32 shard_index_of(__u32 tgid)
{
	return tgid % shard_count;
}

/* The program is done with an event, for this reason. */
static __always_inline void shard_drop(struct shard *shard, enum watched_count why)
{
	shard_tally(shard, why);
	if (why >= LOST_RING)
		__sync_fetch_and_add(&readers[shard->index & (SHARDS_MAX - 1)].losses, 1);
}

/* Counts an event as seen in the shard of process `tgid`; false: it is `whose` own, and
 * that is ignored. There is nothing left to do then. Filters are not asked: for what tells of
 * lives, which is needed whole. */
static __always_inline bool shard_admit_as(struct shard *shard, __u32 watched, __u32 tgid,
					   __u32 whose)
{
	__u32 index = shard_index_of(tgid);
	__u32 key = watched * shard_count + index;

	shard->index = index;
	shard->rules = 0;
	shard->counts = bpf_map_lookup_elem(&counts, &key);
	if (!shard->counts)
		return false; /* cannot be: the loader sizes the map */
	shard_tally(shard, COUNT_SEEN);
	if (whose != filter.ignored_tgid)
		return true;
	shard_drop(shard, FILTERED_IGNORED);
	return false;
}

/* The same of what process `tgid` does; false also if no filter can want it, by what is known
 * before there is a record: who does it, where. */
static __always_inline bool shard_admit_wanted(struct shard *shard, __u32 watched, __u32 tgid)
{
	if (!shard_admit_as(shard, watched, tgid, tgid))
		return false;
	shard->rules = filter.rules[watched & (WATCHED_MAX - 1)];
	if (!shard->rules)
		return true;
	shard->slots = ~0ULL;
	shard->wanted = rules_of_doer(shard->rules);
	if (shard->wanted)
		return true;
	shard_drop(shard, FILTERED_UNWANTED);
	return false;
}

static __always_inline bool shard_admit(struct shard *shard, enum watched event, __u32 tgid)
{
	return filter_wants_event(event) && shard_admit_wanted(shard, event, tgid);
}

/* Wakes a reader once per sleep, and only if it is worth it: a forced wake-up costs an
 * interrupt, and without the flag a flood would pay one per record while the reader is
 * busy draining. Below what it asked for the reader's own timeout bounds the latency.
 */
static __always_inline __u64 shard_wake_flags(struct shard *shard, void *ring)
{
	struct shard_reader *reader = &readers[shard->index & (SHARDS_MAX - 1)];

	if (!reader->wake_at || bpf_ringbuf_query(ring, BPF_RB_AVAIL_DATA) < reader->wake_at)
		return BPF_RB_NO_WAKEUP;
	reader->wake_at = 0;
	return BPF_RB_FORCE_WAKEUP;
}

/* For records of constant size: written in place, no copy. */
#define shard_reserve(shard, size) ({                                                     \
	void *ring_ = bpf_map_lookup_elem(&rings, &(shard)->index);                       \
	void *record_ = ring_ ? bpf_ringbuf_reserve(ring_, size, 0) : NULL;               \
	if (!record_)                                                                     \
		shard_drop(shard, LOST_RING);                                             \
	record_;                                                                          \
})

static __always_inline void shard_submit(struct shard *shard, struct record_header *record)
{
	void *ring = bpf_map_lookup_elem(&rings, &shard->index);

	shard_tally(shard, COUNT_WRITTEN);
	record->time_ns = bpf_ktime_get_boot_ns();
	bpf_ringbuf_submit(record, ring ? shard_wake_flags(shard, ring) : 0);
}

/* For records of any size, put together elsewhere: one copy. `record` has at least `size`
 * readable bytes, RECORD_SIZE_MAX at most. */
static __always_inline void shard_write(struct shard *shard, struct record_header *record,
					__u32 size)
{
	void *ring = bpf_map_lookup_elem(&rings, &shard->index);
	struct bpf_dynptr place;
	__u64 now;

	if (!ring)
		return; /* cannot be: the loader fills the map */
	if (!has_dynptr) {
		record->time_ns = bpf_ktime_get_boot_ns();
		if (bpf_ringbuf_output(ring, record, size, shard_wake_flags(shard, ring)))
			shard_drop(shard, LOST_RING);
		else
			shard_tally(shard, COUNT_WRITTEN);
		return;
	}
	if (bpf_ringbuf_reserve_dynptr(ring, size, 0, &place)) {
		bpf_ringbuf_discard_dynptr(&place, BPF_RB_NO_WAKEUP); /* the verifier asks for it */
		shard_drop(shard, LOST_RING);
		return;
	}
	bpf_dynptr_write(&place, 0, record, size, 0);
	shard_tally(shard, COUNT_WRITTEN);
	now = bpf_ktime_get_boot_ns();
	bpf_dynptr_write(&place, __builtin_offsetof(struct record_header, time_ns), &now,
			 sizeof(now), 0);
	bpf_ringbuf_submit_dynptr(&place, shard_wake_flags(shard, ring));
}
