/* A request was submitted for which the program wants no answer if all goes well: then the
 * kernel does not tell that it is complete. So it is told as asked for, with the result 0. Runs
 * after uring_submit, which is attached before. */
#include "uring_event.bpf.h"

enum { NO_ANSWER = 1 << 6 /* REQ_F_CQE_SKIP */ };

SEC("tp_btf/io_uring_submit_req")
int BPF_PROG(uring_unanswered, struct io_kiocb___any *submitted)
{
	struct outcome done = {.key = (__u64)submitted, .unanswered = true};
	int descriptor = submitted->cqe.fd;

	if (!(submitted->flags & NO_ANSWER))
		return 0;
	done.request = bpf_map_lookup_elem(&uring_requests, &done.key);
	if (!done.request)
		return 0;
	done.file = done.request->by_place ? file_at(submitted->ctx, descriptor)
					   : task_file(bpf_get_current_task_btf(), descriptor);
	tell(&done);
	done.request->told = true; /* what goes wrong is answered */
	uring_forget_names(done.key);
	return 0;
}
