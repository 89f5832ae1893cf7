/* What fsmount and open_tree have made, until move_mount attaches it. Afterwards nothing tells
 * a mount that is new from one that was moved. */
#pragma once

#include "passed_path.bpf.h"

/* MS_…, linux/mount.h: what mount(2) would have been passed. */
enum {
	FLAG_RDONLY = 1 << 0,
	FLAG_NOSYMFOLLOW = 1 << 8,
	FLAG_NOATIME = 1 << 10,
	FLAG_NODIRATIME = 1 << 11,
	FLAG_BIND = 1 << 12,
	FLAG_MOVE = 1 << 13,
	FLAG_REC = 1 << 14,
	FLAG_STRICTATIME = 1 << 24,
	FLAGS_OF_SUPER = 1 << 0 | 1 << 4 | 1 << 6 | 1 << 7 | 1 << 25, /* as SB_…, linux/fs.h */
};

/* There since 6.8. The older number is soon another mount's. */
struct mount___since_6_8 {
	__u64 mnt_id_unique;
} __attribute__((preserve_access_index));

static __always_inline __u64 mount_id(struct mount *mount)
{
	struct mount___since_6_8 *unique = (void *)mount;

	return bpf_core_field_exists(unique->mnt_id_unique)
		       ? BPF_CORE_READ(unique, mnt_id_unique)
		       : BPF_CORE_READ(mount, mnt_id);
}

/* MNT_… (include/linux/mount.h), which are other bits, and the super block's. Access times
 * relative to changes are what mount(2) makes without being asked. */
static __always_inline __u64 mount_flags(struct mount *mount)
{
	__u32 has = BPF_CORE_READ(mount, mnt.mnt_flags);
	__u64 flags = BPF_CORE_READ(mount, mnt.mnt_sb, s_flags) & FLAGS_OF_SUPER;

	flags |= (has & 0x07) << 1; /* NOSUID, NODEV, NOEXEC */
	flags |= has & 0x08 ? FLAG_NOATIME : 0;
	flags |= has & 0x10 ? FLAG_NODIRATIME : 0;
	flags |= has & 0x28 ? 0 : FLAG_STRICTATIME; /* neither NOATIME nor RELATIME */
	flags |= has & 0x40 ? FLAG_RDONLY : 0;
	flags |= has & 0x80 ? FLAG_NOSYMFOLLOW : 0;
	return flags;
}

struct unattached_mount {
	__u64 id;
	__u64 flags; /* of a clone; 0: a new mount has its own */
};

/* One that is pushed out will be told as moved. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 4096);
	__type(key, __u64); /* struct mount * */
	__type(value, struct unattached_mount);
} unattached_mounts __weak SEC(".maps");

static __always_inline void remember_unattached(struct mount *mount, __u64 flags)
{
	struct unattached_mount made = {.id = mount_id(mount), .flags = flags};
	__u64 key = (__u64)mount;

	bpf_map_update_elem(&unattached_mounts, &key, &made, BPF_ANY);
}

static __always_inline const struct unattached_mount *unattached(struct mount *mount)
{
	__u64 key = (__u64)mount;
	struct unattached_mount *made = bpf_map_lookup_elem(&unattached_mounts, &key);

	return made && made->id == mount_id(mount) ? made : NULL;
}

static __always_inline bool mount_is_attached(struct mount *mount)
{
	return BPF_CORE_READ(mount, mnt_parent) != mount;
}

/* Of what device, and which file system. */
static __always_inline void put_mount(struct buffer *buffer, struct mount *mount)
{
	put_text(buffer, SLOT(security_sb_mount, dev_name), BPF_CORE_READ(mount, mnt_devname), false);
	put_text(buffer, SLOT(security_sb_mount, type), BPF_CORE_READ(mount, mnt.mnt_sb, s_type, name),
		 false);
}
