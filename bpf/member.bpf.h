/* Loads through addresses that the verifier knows nothing about. */
#pragma once

/* Since 6.2: a number that is an address of a struct becomes a pointer that can be loaded
 * through directly. That costs a nanosecond where bpf_probe_read costs fifteen, and gives 0
 * just as well where the address is none. The loader knows whether it is there. */
#ifdef FIRST_OBJECT /* libbpf 1.1 links such a function only if the first object alone says that
                     * it is the kernel's */
extern void *bpf_rdonly_cast(void *address, __u32 type) __ksym __weak;
#else
extern void *bpf_rdonly_cast(void *address, __u32 type) __weak;
#endif
const volatile bool has_cast __weak = false;

#define AS(struct_type, address) \
	((struct struct_type *)bpf_rdonly_cast((void *)(address), \
					       bpf_core_type_id_kernel(struct struct_type)))

/* One member of what an address points to. */
#define MEMBER(struct_type, address, member)                       \
	(has_cast ? AS(struct_type, address)->member               \
		  : ({ struct struct_type *plain_ = (void *)(address); BPF_CORE_READ(plain_, member); }))
