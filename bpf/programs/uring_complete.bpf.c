/* A request to an io_uring is complete, and answered. */
#include "uring_event.bpf.h"

/* Of an answer that is not a request's last there is no request. */
SEC("tp_btf/io_uring_complete")
int BPF_PROG(uring_complete, struct io_ring_ctx___any *ring, struct io_kiocb___any *submitted,
	     struct io_uring_cqe___any *entry)
{
	if (uring_wants(BPF_CORE_READ(submitted, opcode)))
		on_answer(ring, submitted, BPF_CORE_READ(entry, res));
	return 0;
}
