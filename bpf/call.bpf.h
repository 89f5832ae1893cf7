/* The arguments of a system call, whatever its table. */
#pragma once

#include "program.bpf.h"

/* What a 64-bit program left above 32 bits is not passed on by a 32-bit call. */
static __always_inline __u64 call_register(struct pt_regs *regs, __u32 arg, bool compat)
{
	switch (arg) {
	case 0: return compat ? (__u32)regs->bx : regs->di;
	case 1: return compat ? (__u32)regs->cx : regs->si;
	case 2: return compat ? (__u32)regs->dx : regs->dx;
	case 3: return compat ? (__u32)regs->si : regs->r10;
	case 4: return compat ? (__u32)regs->di : regs->r8;
	default: return compat ? (__u32)regs->bp : regs->r9;
	}
}
