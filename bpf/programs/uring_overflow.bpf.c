/* A request to an io_uring is complete, and there is no room for the answer, as the program has
 * not taken earlier ones. Then the kernel tells the answer, and not whose it is. It answers in
 * the order of a list that the ring has: the first there that was not told yet is the one. One
 * that is not found is counted as lost when another request takes its place: uring_submit. */
#include "uring_event.bpf.h"

enum { ANSWERS_MAX = 512 /* that are looked at */ };

struct search {
	struct io_wq_work_node___any *node;
	__u64 user_data;
	__s32 result;
	struct io_kiocb___any *found;
};

static long look_at_answer(__u32 step, struct search *search)
{
	struct io_wq_work_node___any *node = search->node;
	struct io_kiocb___any *request;
	__u64 key;

	if (!node)
		return 1;
	key = (__u64)node - bpf_core_field_offset(struct io_kiocb___any, comp_list);
	request = (struct io_kiocb___any *)key;
	search->node = BPF_CORE_READ(node, next);
	if (BPF_CORE_READ(request, cqe.res) != search->result
	    || BPF_CORE_READ(request, cqe.user_data) != search->user_data
	    || !uring_wants(BPF_CORE_READ(request, opcode))
	    || !bpf_map_lookup_elem(&uring_requests, &key))
		return 0;
	search->found = request;
	return 1;
}

SEC("tp_btf/io_uring_cqe_overflow")
int BPF_PROG(uring_overflow, struct io_ring_ctx___any *ring, __u64 user_data, __s32 result)
{
	struct search search = {.user_data = user_data, .result = result};

	if (!bpf_core_field_exists(ring->submit_state.compl_reqs.first))
		return 0;
	search.node = BPF_CORE_READ(ring, submit_state.compl_reqs.first);
	bpf_loop(ANSWERS_MAX, look_at_answer, &search, 0);
	if (search.found)
		on_answer(ring, search.found, result);
	return 0;
}
