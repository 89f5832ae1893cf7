/* A cgroup was removed, of any hierarchy: nothing lives in it any more. */
#include "cgroup.bpf.h"

SEC("tp_btf/cgroup_rmdir")
int BPF_PROG(cgroup_rmdir, struct cgroup *cgroup)
{
	return on_cgroup(cgroup, WATCHED_cgroup_rmdir, RECORD_cgroup_rmdir, RECORD_CGROUP_GONE);
}
