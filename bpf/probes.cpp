#include "bpf/probes.hpp"

#include "bpf/proc_files.hpp"
#include "bpf/syscalls.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <unistd.h>
#include <vector>

namespace vedette {

namespace {

using names = std::string_view;

constexpr std::array fork_programs{names{"sched_process_fork"}};
constexpr std::array exec_programs{names{"sched_process_exec"}, names{"remember_comm"}};
constexpr std::array exec_alone_programs{names{"sched_process_exec"}};
constexpr std::array exit_told_programs{names{"exit_with_group_dead"}};
constexpr std::array exit_guess_programs{names{"exit_by_live_count"}};
constexpr std::array lsm_programs{names{"open_by_lsm"}};
constexpr std::array fentry_programs{names{"open_by_fentry"}};
constexpr std::array packet_programs{names{"dns_egress"}, names{"dns_ingress"},
                                      names{"dns_bind4"}, names{"dns_bind6"}};
constexpr std::array packet_alone_programs{names{"dns_egress"}, names{"dns_ingress"}};
constexpr std::array sys_exit_programs{names{"sys_exit"}};
constexpr std::array open_return_programs{names{"sys_exit"}, names{"after_open"}};
constexpr std::array tracepoint_programs{
    names{"open_by_open"}, names{"open_by_creat"}, names{"open_by_openat"},
    names{"open_by_openat2"}, names{"open_by_open_by_handle_at"}};

std::string none(const host_kernel&) {
  return "";
}

std::string lsm_is_off(const host_kernel& host) {
  std::ifstream file{"/sys/kernel/security/lsm"};
  std::string list;
  // Where it is not mounted the kernel has to tell.
  if ((file >> list) && ("," + list + ",").find(",bpf,") == std::string::npos)
    return "bpf is not among the active LSMs: it would attach and never be called";
  return host.refuses_lsm("file_open");
}

std::string no_fentry(const host_kernel& host) {
  return host.refuses_fentry("security_file_open");
}

std::string tracepoints_will_not_do(const host_kernel&) {
  if (access("/sys/kernel/tracing/events/syscalls", F_OK) != 0
      && access("/sys/kernel/debug/tracing/events/syscalls", F_OK) != 0)
    return "tracefs is not mounted";
  // There since CONFIG_IA32_EMULATION. `int $0x80` works from 64-bit programs, too.
  if (access("/proc/sys/abi/vsyscall32", F_OK) == 0)
    return "32-bit system calls are possible here, and pass it unseen";
  return "";
}

std::string no_group_dead(const host_kernel& host) {
  if (host.arguments_of("sched_process_exit") < 2)
    return "the kernel does not tell which thread was the last (since 6.16)";
  return "";
}

constexpr std::array fork_probes{
    probe{"tp_btf/sched_process_fork", fork_programs, "", none}};
constexpr std::array exec_probes{
    probe{"tp_btf/sched_process_exec", exec_programs, "", none},
    probe{"tp_btf/sched_process_exec(alone)", exec_alone_programs, "prev_comm", none}};
constexpr std::array exit_probes{
    probe{"tp_btf/sched_process_exit(group_dead)", exit_told_programs, "",
          no_group_dead},
    probe{"tp_btf/sched_process_exit", exit_guess_programs,
          "which of two threads that end at once was the last", none}};

constexpr names by_descriptor = "io_uring; a descriptor that another thread closed or "
                                "reused before the call returned";
constexpr std::array open_probes{
    probe{"lsm/file_open", lsm_programs, "", lsm_is_off},
    probe{"fentry/security_file_open", fentry_programs, "", no_fentry},
    probe{"tracepoint/sys_exit_open*", tracepoint_programs, by_descriptor,
          tracepoints_will_not_do},
    probe{"tp_btf/sys_exit", open_return_programs, by_descriptor, none}};

std::string no_cgroups(const host_kernel&) {
  return proc::cgroup_mount().empty() ? "no cgroup v2 hierarchy is mounted" : "";
}

constexpr std::array dns_probes{
    probe{"cgroup_skb", packet_programs, "DNS over TLS or HTTPS; fragments made by raw sockets",
          no_cgroups},
    probe{"cgroup_skb(without bind)", packet_alone_programs,
          "DNS over TLS or HTTPS; fragments made by raw sockets; who a server is until it "
          "has answered",
          no_cgroups}};

constexpr std::array syscall_probes{
    probe{"tp_btf/sys_exit", sys_exit_programs,
          "strings that another thread changed before the call returned", none}};

/// System calls by their own names are not in here: one probe sees them all.
struct hooked_event {
  event_kind kind;
  std::span<const probe> probes;
};

constexpr std::array hooked_events{
    hooked_event{event_kind::sched_process_fork, fork_probes},
    hooked_event{event_kind::task_begin, fork_probes},
    hooked_event{event_kind::sched_process_exec, exec_probes},
    hooked_event{event_kind::sched_process_exit, exit_probes},
    hooked_event{event_kind::security_file_open, open_probes},
    hooked_event{event_kind::net_packet_dns, dns_probes},
};
static_assert(hooked_events.size() == WATCHED_HOOKS, "hooks.def has them all");

std::vector<event_kind> make_watchable() {
  std::vector<event_kind> result;
  for (const auto& event : hooked_events)
    if (definition_of(event.kind).made_by != event_class::internal)
      result.push_back(event.kind);
  for (const auto& call : syscall_events())
    result.push_back(call.kind);
  std::ranges::sort(result);
  return result;
}

} // namespace

std::span<const event_kind> watchable_events() {
  static const auto events = make_watchable();
  return events;
}

std::span<const probe> probes_of(event_kind event) {
  const auto* hooked = std::ranges::find(hooked_events, event, &hooked_event::kind);
  if (hooked != hooked_events.end())
    return hooked->probes;
  if (std::ranges::count(syscall_events(), event, &syscall_event::kind) > 0)
    return syscall_probes;
  return {};
}

} // namespace vedette
