/* The last question before a record goes to its shard, or as soon as what filters look at is in
 * it: is it one that somebody wants? */
#pragma once

#include "buffer.bpf.h"

/* By what the text ends with. */
static __always_inline struct filter_verdict rules_of_ends(const struct filter_field_rules *field,
							   struct buffer *buffer, __u32 offset,
							   __u32 length)
{
	struct filter_verdict all = {};

	for (__u32 i = 0; i < FILTER_ENDS_MAX; i++) {
		struct filter_end key = {.field = field->field, .length = field->ends[i]};
		__u32 from = offset + length - key.length;
		struct filter_verdict *verdict;

		if (!key.length || key.length > length || key.length > FILTER_END_MAX)
			continue;
		bpf_probe_read_kernel(key.text, key.length,
				      &buffer->bytes[from & (RECORD_SIZE_MAX - 1)]);
		verdict = bpf_map_lookup_elem(&rule_ends, &key);
		if (verdict) {
			all.wanted |= verdict->wanted;
			all.unwanted |= verdict->unwanted;
		}
	}
	return all;
}

/* Of the text that an argument refers to. The walked path has been copied to the record: its
 * place is free for the key. */
static __always_inline __u64 rules_of_text(const struct filter_field_rules *field,
					   struct buffer *buffer, __u32 offset, __u32 length)
{
	struct filter_text *key = (struct filter_text *)buffer->path;
	__u32 looked_at = length < FILTER_TEXT_MAX ? length + 1 : FILTER_TEXT_MAX;
	struct filter_verdict ends = {};

	offset &= RECORD_SIZE_MAX - 1;
	bpf_probe_read_kernel(key->text, FILTER_TEXT_MAX, &buffer->bytes[offset]);
	if (length < FILTER_TEXT_MAX)
		key->text[length & 0xff] = 0;
	key->field = field->field;
	key->bits = 8 * (sizeof(key->field) + looked_at);
	if (field->ends[0])
		ends = rules_of_ends(field, buffer, offset, length);
	return rules_apply(field->needs, ends.wanted, bpf_map_lookup_elem(&rule_texts, key))
	       & ~ends.unwanted;
}

static __always_inline __u64 rules_of_comm(const struct filter_field_rules *field,
					   struct buffer *buffer)
{
	__u32 length = 0;

	for (__u32 i = 0; i < FILTER_NAME_MAX; i++) {
		if (!buffer->header.comm[i])
			break;
		length = i + 1;
	}
	return rules_of_text(field, buffer, __builtin_offsetof(struct record_header, comm),
			     length);
}

/* Filters that an argument leaves. */
static __always_inline __u64 rules_of_field(const struct filter_field_rules *field,
					    struct buffer *buffer)
{
	struct record_header *header = &buffer->header;
	union record_slot *slot;

	if (field->slot == FILTER_SLOT_RETVAL)
		return rules_of_number(field, header->return_value);
	if (field->slot == FILTER_SLOT_PID)
		return rules_of_number(field, header->host_tgid);
	if (field->slot == FILTER_SLOT_COMM)
		return rules_of_comm(field, buffer);
	if (!(header->present & 1ULL << (field->slot & 63)))
		return ~field->needs;
	slot = &record_slots(header)[field->slot & 63];
	return field->is_text
		       ? rules_of_text(field, buffer, slot->bytes.offset, slot->bytes.length)
		       : rules_of_number(field, slot->value);
}

struct rules_walk {
	struct buffer *buffer;
	const struct filter_rules *of;
	__u64 slots;
	__u64 left;
};

static long rules_step(__u32 index, struct rules_walk *walk)
{
	const struct filter_field_rules *field;

	if (index >= walk->of->args_count || index >= FILTER_ARGS_MAX || !walk->left)
		return 1;
	field = &walk->of->args[index];
	if (walk->slots & 1ULL << (field->slot & 63))
		walk->left &= rules_of_field(field, walk->buffer);
	return 0;
}

/* Which of the filters `left` may want the record, by those of its arguments that are in
 * `slots`. A loop by call: the verifier looks at what is done for a field once, not eight times
 * in each of a program's calls. */
static __noinline __u64 rules_of_record(struct buffer *buffer, __u32 number, __u64 slots, __u64 left)
{
	struct rules_walk walk = {.buffer = buffer, .slots = slots, .left = left};

	walk.of = bpf_map_lookup_elem(&rules, &number);
	if (!walk.of)
		return left; /* cannot be: the loader fills the map */
	bpf_loop(FILTER_ARGS_MAX, rules_step, &walk, 0);
	return walk.left;
}

/* By those arguments in `slots` that have not been looked at. False: nobody wants it, and that
 * is counted. */
static __always_inline bool buffer_is_wanted(struct buffer *buffer, struct shard *shard, __u64 slots)
{
	if (!shard->rules)
		return true;
	shard->wanted = rules_of_record(buffer, shard->rules, slots & shard->slots, shard->wanted);
	shard->slots &= ~slots;
	if (shard->wanted)
		return true;
	shard_drop(shard, FILTERED_UNWANTED);
	return false;
}

/* Hands the record to its shard, if somebody wants it. */
static __always_inline void buffer_write(struct buffer *buffer, struct shard *shard)
{
	__u32 size;

	if (!buffer_is_wanted(buffer, shard, ~0ULL))
		return;
	size = buffer_finish(buffer);
	shard_write(shard, &buffer->header, size);
}
