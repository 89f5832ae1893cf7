/* A cgroup was made, in any hierarchy. */
#include "cgroup.bpf.h"

SEC("tp_btf/cgroup_mkdir")
int BPF_PROG(cgroup_mkdir, struct cgroup *cgroup)
{
	return on_cgroup(cgroup, WATCHED_cgroup_mkdir, RECORD_cgroup_mkdir, RECORD_CGROUP_MADE);
}
