/* What may be done with memory was changed. When mprotect returns, what was allowed before is
 * gone; before it begins it has to take the lock of the address space, and that can be seen. */
#include "mapping.bpf.h"

enum { SYS_mprotect = 10, SYS_pkey_mprotect = 329,
       COMPAT_mprotect = 125, COMPAT_pkey_mprotect = 380 };

struct before {
	__u64 address;
	__u32 flags;
	bool known;
};

struct {
	__uint(type, BPF_MAP_TYPE_TASK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct before);
} protections SEC(".maps");

static __always_inline bool is_mprotect(struct call *call)
{
	__u64 number = call->regs->orig_ax;

	if (call->compat)
		return number == COMPAT_mprotect || number == COMPAT_pkey_mprotect;
	return number == SYS_mprotect || number == SYS_pkey_mprotect;
}

/* Every change of an address space comes through here, so what is none of ours must cost
 * little. */
static __always_inline int on_lock(bool write)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct mapping found = {};
	struct before *before;
	struct call call;

	if (!write || !filter_wants_event(WATCHED_mem_prot_alert) || task->flags & TASK_KERNEL)
		return 0;
	call = call_of((struct pt_regs *)bpf_task_pt_regs(task), task_is_compat(task));
	if (!is_mprotect(&call))
		return 0;
	before = bpf_task_storage_get(&protections, task, NULL, BPF_LOCAL_STORAGE_GET_F_CREATE);
	if (!before)
		return 0;
	before->address = call_register(&call, 0);
	before->known = mapping_at(task, before->address, &found);
	before->flags = found.flags & (MAY_READ | MAY_WRITE | MAY_EXECUTE);
	return 0;
}

SEC("tp_btf/mmap_lock_start_locking")
int BPF_PROG(before_mprotect, struct mm_struct *memory, bool write)
{
	return on_lock(write);
}

/* Before 6.10. */
SEC("tp_btf/mmap_lock_start_locking")
int BPF_PROG(before_mprotect_named, struct mm_struct *memory, const char *cgroup, bool write)
{
	return on_lock(write);
}

SEC("tp_btf/sys_exit")
int BPF_PROG(after_mprotect, struct pt_regs *regs, long result)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct call call = call_of(regs, task_is_compat(task));
	struct protection protection = {.address = call_register(&call, 0),
					.length = call_register(&call, 1),
					.now = call_register(&call, 2)};
	struct before *before = bpf_task_storage_get(&protections, task, NULL, 0);
	struct mapping found = {};
	__u32 alert;

	if (before && before->known && before->address == protection.address) {
		protection.before_known = true;
		protection.before = before->flags;
	}
	if (before)
		before->known = false;
	alert = result < 0 ? 0 : alert_of(&protection);
	if (!alert)
		return 0;
	mapping_at(task, protection.address, &found);
	tell_alert(alert, &protection, found.file, task, result);
	return 0;
}

static __always_inline int on_change(struct vm_area_struct *area, unsigned long now)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct call call = call_of((struct pt_regs *)bpf_task_pt_regs(task), task_is_compat(task));
	struct protection protection = {.address = call_register(&call, 0),
					.length = call_register(&call, 1),
					.now = now,
					.before = BPF_CORE_READ(area, vm_flags)
						  & (MAY_READ | MAY_WRITE | MAY_EXECUTE),
					.before_known = true};
	__u32 alert = alert_of(&protection);

	if (alert)
		tell_alert(alert, &protection, BPF_CORE_READ(area, vm_file), task, 0);
	return 0;
}

SEC("lsm/file_mprotect")
int BPF_PROG(mprotect_by_lsm, struct vm_area_struct *area, unsigned long asked, unsigned long now)
{
	return on_change(area, now);
}

SEC("fentry/security_file_mprotect")
int BPF_PROG(mprotect_by_fentry, struct vm_area_struct *area, unsigned long asked,
	     unsigned long now)
{
	return on_change(area, now);
}
