/* Reads a table of function pointers for whoever runs this program. How a file leads to its
 * tables is found by the kernel's types, as symbols of data are hidden in many kernels, and
 * as what a rootkit puts in their place is found that way, too. */
#include "program.bpf.h"

enum { PROC_FILES = 0x9fa0 /* PROC_SUPER_MAGIC */ };

__u64 table_words[TABLE_WORDS_MAX];

static __always_inline const void *table_of_proc_entry(struct file *file)
{
	struct inode *inode = BPF_CORE_READ(file, f_inode);
	struct proc_inode *of_proc =
		(void *)inode - bpf_core_field_offset(struct proc_inode, vfs_inode);

	return BPF_CORE_READ(of_proc, pde, proc_ops);
}

static __always_inline const void *table_of(struct table_request *request, struct file *file,
					    __u32 *bytes)
{
	switch (request->of) {
	case TABLE_OF_FILE:
		*bytes = bpf_core_type_size(struct file_operations);
		return BPF_CORE_READ(file, f_op);
	case TABLE_OF_INODE:
		*bytes = bpf_core_type_size(struct inode_operations);
		return BPF_CORE_READ(file, f_inode, i_op);
	case TABLE_OF_SEQ_FILE: {
		struct seq_file *seq = BPF_CORE_READ(file, private_data);

		*bytes = bpf_core_type_size(struct seq_operations);
		return BPF_CORE_READ(seq, op);
	}
	case TABLE_OF_PROC_ENTRY:
		*bytes = bpf_core_type_size(struct proc_ops);
		return table_of_proc_entry(file);
	default:
		*bytes = request->words * sizeof(__u64);
		return (const void *)request->address;
	}
}

SEC("syscall")
int kernel_table(struct table_request *request)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct file *file = task_file(task, request->descriptor);
	const void *from;
	__u32 bytes = 0;
	long failed;

	/* In a container another file can lie over one of /proc. */
	if (request->of != TABLE_AT_ADDRESS
	    && BPF_CORE_READ(file, f_inode, i_sb, s_magic) != PROC_FILES)
		return 1;
	from = table_of(request, file, &bytes);
	barrier_var(bytes);
	if (bytes > sizeof(table_words))
		bytes = sizeof(table_words);
	failed = bpf_probe_read_kernel(table_words, bytes, from);
	if (request->of == TABLE_OF_FILE) /* a struct module: no function */
		table_words[bpf_core_field_offset(struct file_operations, owner) / 8 % TABLE_WORDS_MAX] = 0;
	request->address = (__u64)from;
	request->words = bytes / sizeof(__u64);
	return failed ? 1 : 0;
}
