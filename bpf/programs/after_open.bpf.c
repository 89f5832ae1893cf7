/* Opens, where nothing better sees them: by the descriptor that the call returned. */
#include "open.bpf.h"

SEC("tp_btf/sys_exit")
int BPF_PROG(after_open, struct pt_regs *regs, long result)
{
	return on_open_return(result);
}
