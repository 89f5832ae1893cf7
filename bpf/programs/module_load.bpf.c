/* Code was added to the kernel. */
#include "call.bpf.h"

enum { SYS_finit_module = 313, COMPAT_finit_module = 350 };

/* Where a kernel cannot load modules its types are not known. */
struct module___any {
	char name[56];
	const char *version;
	const char *srcversion;
} __attribute__((preserve_access_index));

/* finit_module has a descriptor of the file; init_module got bytes that were anywhere. */
static __always_inline void put_module_file(struct buffer *buffer, struct task_struct *task)
{
	struct call call = call_of((struct pt_regs *)bpf_task_pt_regs(task), task_is_compat(task));
	__u64 number = call.regs->orig_ax;
	struct file *file;

	if (number != (call.compat ? COMPAT_finit_module : SYS_finit_module))
		return;
	file = task_file(task, (int)call_register(&call, 0));
	if (!file)
		return;
	put_path(buffer, SLOT(module_load, pathname), file, task);
	put_inode(&buffer->header, SLOT(module_load, dev), BPF_CORE_READ(file, f_inode));
}

SEC("tp_btf/module_load")
int BPF_PROG(module_load, struct module___any *module)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct buffer *buffer;
	struct shard shard;

	buffer = buffer_for_event(&shard, module_load, 0);
	if (!buffer)
		return 0;
	put_text(buffer, SLOT(module_load, name), (void *)module
		 + bpf_core_field_offset(struct module___any, name), false);
	put_text(buffer, SLOT(module_load, version), BPF_CORE_READ(module, version), false);
	put_text(buffer, SLOT(module_load, src_version), BPF_CORE_READ(module, srcversion), false);
	put_module_file(buffer, task);
	buffer_done(buffer, &shard);
	return 0;
}
