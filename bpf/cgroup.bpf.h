/* Directories of a cgroup hierarchy: their ids and paths, and how all shards hear of them. */
#pragma once

#include "program.bpf.h"

/* A kernfs node's parent is called so since 6.15, and so before. */
struct kernfs_node___since_6_15 {
	struct kernfs_node *__parent;
} __attribute__((preserve_access_index));
struct kernfs_node___before_6_15 {
	struct kernfs_node *parent;
} __attribute__((preserve_access_index));

static __always_inline struct kernfs_node *kernfs_parent_of(struct kernfs_node *node)
{
	struct kernfs_node___since_6_15 *renamed = (void *)node;
	struct kernfs_node___before_6_15 *plain = (void *)node;

	return bpf_core_field_exists(renamed->__parent) ? BPF_CORE_READ(renamed, __parent)
							: BPF_CORE_READ(plain, parent);
}

struct cgroup_walk {
	struct kernfs_node *node;
	char *buffer; /* filled from its end */
	__u32 start;
	bool whole;
};

/* One name towards the hierarchy's root, which has no parent. 1: done. */
static long cgroup_step(__u32 step, struct cgroup_walk *walk)
{
	struct kernfs_node *node = walk->node;
	struct kernfs_node *parent = kernfs_parent_of(node);
	const char *name = BPF_CORE_READ(node, name);
	__u32 start = walk->start;
	long length;

	if (!parent) {
		walk->whole = true;
		return 1;
	}
	/* Behind the path is room for a name: to learn how long it is. */
	length = bpf_probe_read_kernel_str(&walk->buffer[PATH_BUFFER], NAME_SLACK, name) - 1;
	if (length <= 0 || start < length + 1)
		return 1; /* full: what is left of the path is cut */
	length &= NAME_SLACK - 1;
	start = (start - length) & (PATH_BUFFER - 1);
	bpf_probe_read_kernel(&walk->buffer[start], length, name);
	start = (start - 1) & (PATH_BUFFER - 1);
	walk->buffer[start] = '/';
	walk->start = start;
	walk->node = parent;
	return 0;
}

/* Of a cgroup, from its hierarchy's root on, as /proc/PID/cgroup has it on the host. */
static __always_inline void put_cgroup_path(struct buffer *buffer, __u32 arg, struct cgroup *cgroup)
{
	struct cgroup_walk walk = {.buffer = buffer->path, .start = PATH_BUFFER};

	walk.node = BPF_CORE_READ(cgroup, kn);
	bpf_loop(PATH_STEPS_MAX, cgroup_step, &walk, 0);
	put_walked(buffer, arg, walk.start, !walk.whole);
}

#define SAME_CGROUP_SLOTS(event)                                                          \
	static_assert(SLOT(event, cgroup_id) == SLOT(cgroup_mkdir, cgroup_id), "");       \
	static_assert(SLOT(event, cgroup_path) == SLOT(cgroup_mkdir, cgroup_path), "");   \
	static_assert(SLOT(event, hierarchy_id) == SLOT(cgroup_mkdir, hierarchy_id), "")
SAME_CGROUP_SLOTS(cgroup_rmdir);
SAME_CGROUP_SLOTS(cgroup_notice);

/* The arguments that these three have in common. */
static __always_inline void put_cgroup(struct buffer *buffer, struct cgroup *cgroup)
{
	put_number(&buffer->header, SLOT(cgroup_mkdir, cgroup_id), BPF_CORE_READ(cgroup, kn, id));
	put_cgroup_path(buffer, SLOT(cgroup_mkdir, cgroup_path), cgroup);
	put_number(&buffer->header, SLOT(cgroup_mkdir, hierarchy_id),
		   BPF_CORE_READ(cgroup, root, hierarchy_id));
}

struct cgroup_telling {
	struct buffer *notice; /* NULL: there was none to be had */
	__u32 but;             /* the shard that has the event */
};

static long tell_shard(__u32 index, struct cgroup_telling *telling)
{
	struct shard shard;

	/* Nobody's own: an ignored process, too, may make a cgroup for others. */
	if (index == telling->but || !shard_admit_as(&shard, WATCHED_cgroup_notice, index, ~0U))
		return 0;
	if (telling->notice)
		buffer_write(telling->notice, &shard);
	else
		shard_drop(&shard, LOST_BUFFER);
	return 0;
}

/* Whose cgroup it will be is not known yet: all shards must know it before its first process
 * does something. They do, as each ring is filled in the order in which things happen. Only
 * of the v2 hierarchy, by whose ids events name their cgroup. */
static __always_inline void tell_others(struct buffer *buffer, struct cgroup *cgroup,
					__u32 but, enum record_cgroup_change change)
{
	struct cgroup_telling telling = {.notice = buffer, .but = but};

	if (!filter_wants_event(WATCHED_cgroup_notice)
	    || BPF_CORE_READ(cgroup, root, hierarchy_id) != 0)
		return;
	if (buffer) {
		buffer_begin(buffer, RECORD_cgroup_notice, SLOTS(cgroup_notice));
		put_cgroup(buffer, cgroup);
		put_number(&buffer->header, SLOT(cgroup_notice, change), change);
	}
	bpf_loop(shard_count, tell_shard, &telling, 0);
}

/* A directory was made, or is gone. */
static __always_inline int on_cgroup(struct cgroup *cgroup, enum watched event,
				     enum record_kind kind, enum record_cgroup_change change)
{
	__u32 tgid = bpf_get_current_pid_tgid() >> 32;
	struct buffer *buffer;
	struct shard shard;
	bool admitted;

	if (!filter_wants_event(event))
		return 0;
	admitted = shard_admit_as(&shard, event, tgid, tgid);
	buffer = buffer_take();
	if (admitted && buffer) {
		buffer_begin(buffer, kind, SLOTS(cgroup_mkdir));
		put_cgroup(buffer, cgroup);
		buffer_write(buffer, &shard);
	} else if (admitted) {
		shard_drop(&shard, LOST_BUFFER);
	}
	tell_others(buffer, cgroup, admitted ? shard.index : ~0U, change);
	if (buffer)
		buffer_release(buffer);
	return 0;
}

static_assert(SLOTS(cgroup_mkdir) == SLOTS(cgroup_rmdir), "");

/* Set by the loader. */
const volatile __u32 host_mnt_ns __weak = 0;

/* Those of which it has been told; what is pushed out is told of once more. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 16384);
	__type(key, __u64);
	__type(value, __u8);
} started_cgroups __weak SEC(".maps");

/* To be called for an exec, before it is told of. A container's cgroup is made, and joined,
 * before its program runs; what its runtime still executes there runs in the host's mount
 * namespace. Told to all shards: whose event comes next cannot be known. */
static __always_inline void tell_started(struct task_struct *task)
{
	struct cgroup_telling telling = {.but = ~0U};
	__u64 cgroup = bpf_get_current_cgroup_id();
	struct buffer *buffer;
	__u8 told = 1;

	if (!filter_wants_event(WATCHED_cgroup_notice)
	    || task->nsproxy->mnt_ns->ns.inum == host_mnt_ns
	    || bpf_map_lookup_elem(&started_cgroups, &cgroup))
		return;
	buffer = buffer_take();
	if (buffer) {
		bpf_map_update_elem(&started_cgroups, &cgroup, &told, BPF_ANY);
		buffer_begin(buffer, RECORD_cgroup_notice, SLOTS(cgroup_notice));
		put_number(&buffer->header, SLOT(cgroup_notice, cgroup_id), cgroup);
		put_number(&buffer->header, SLOT(cgroup_notice, change),
			   RECORD_CGROUP_STARTED);
	}
	telling.notice = buffer;
	bpf_loop(shard_count, tell_shard, &telling, 0);
	if (buffer)
		buffer_release(buffer);
}
