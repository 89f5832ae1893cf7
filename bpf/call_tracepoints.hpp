#pragma once

#include "bpf/probes.hpp"

#include <cstddef>
#include <string>
#include <vector>

// System calls by tracepoints of their own, `syscalls/sys_exit_NAME`: cheaper for all
// other calls of the host than tp_btf/sys_exit, which all of them run. But the kernel
// does not tell these of 32-bit calls, and where one probe needs sys_exit anyway, it
// sees all calls.
namespace vedette {

/// With more than these, looking through tp_btf/sys_exit is what costs less to attach
/// and to keep: each is a perf event.
constexpr std::size_t few_calls = 16;

/// The tracepoints that `seen_by` has its programs attached to for `event`, in the
/// group `syscalls`. Empty: it uses none of them.
std::vector<std::string> call_tracepoints(event_kind event, const probe& seen_by);

/// Whether a tracepoint of the group `syscalls` is there; false also without tracefs.
bool has_call_tracepoint(const std::string& name);
bool is_tracefs_mounted();

} // namespace vedette
