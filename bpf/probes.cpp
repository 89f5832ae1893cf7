#include "bpf/probes.hpp"

#include "bpf/probe_list.hpp"
#include "bpf/proc_files.hpp"
#include "bpf/syscalls.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <unistd.h>
#include <vector>

namespace vedette {

namespace {

std::string lsm_refused(const host_kernel& host, const char* hook) {
  std::ifstream file{"/sys/kernel/security/lsm"};
  std::string list;
  // Where it is not mounted the kernel has to tell.
  if ((file >> list) && ("," + list + ",").find(",bpf,") == std::string::npos)
    return "bpf is not among the active LSMs: it would attach and never be called";
  return host.refuses_lsm(hook);
}

template <fixed_text Hook>
std::string no_lsm(const host_kernel& host) {
  return lsm_refused(host, Hook.text);
}

template <fixed_text Function>
std::string no_fentry(const host_kernel& host) {
  return host.refuses_fentry(Function.text);
}

std::string no_group_dead(const host_kernel& host) {
  if (host.arguments_of("sched_process_exit") < 2)
    return "the kernel does not tell which thread was the last (since 6.16)";
  return "";
}

constexpr std::array fork_probes{
    probe{"tp_btf/sched_process_fork", programs<"sched_process_fork">, "", none}};
constexpr std::array exec_probes{
    probe{"tp_btf/sched_process_exec", programs<"sched_process_exec", "remember_comm">,
          "", none},
    probe{"tp_btf/sched_process_exec(alone)", programs<"sched_process_exec">,
          "prev_comm", none}};
constexpr std::array exit_probes{
    probe{"tp_btf/sched_process_exit(group_dead)", programs<"exit_with_group_dead">, "",
          no_group_dead},
    probe{"tp_btf/sched_process_exit", programs<"exit_by_live_count">,
          "which of two threads that end at once was the last", none}};

constexpr std::array mkdir_probes{
    probe{"tp_btf/cgroup_mkdir", programs<"cgroup_mkdir">, "", none}};
constexpr std::array rmdir_probes{
    probe{"tp_btf/cgroup_rmdir", programs<"cgroup_rmdir">, "", none}};
constexpr std::array notice_probes{
    probe{"tp_btf/cgroup_mkdir, cgroup_rmdir, sched_process_exec",
          programs<"cgroup_mkdir", "cgroup_rmdir">, "", none}};
constexpr std::array attach_probes{
    probe{"tp_btf/cgroup_attach_task", programs<"cgroup_attach_task">,
          "processes that begin in a cgroup (CLONE_INTO_CGROUP)", none}};

constexpr names by_descriptor = "io_uring; a descriptor that another thread closed or "
                                "reused before the call returned";
constexpr names by_any_descriptor =
    "a descriptor that another thread closed or reused before the call returned";
constexpr std::array open_probes{
    probe{"lsm/file_open", programs<"open_by_lsm">, "", no_lsm<"file_open">},
    probe{"fentry/security_file_open", programs<"open_by_fentry">, "",
          no_fentry<"security_file_open">},
    probe{"tracepoint/sys_exit_open*, io_uring_complete",
          and_uring<"open_by_tracepoint">,
          "32-bit system calls; a descriptor that another thread closed or reused before "
          "the call returned",
          no_call_tracepoints_or_uring},
    probe{by_call_and_uring, with_uring<"after_open">, by_any_descriptor, no_uring},
    probe{"tracepoint/sys_exit_open*",
          programs<"open_by_tracepoint">,
          "32-bit system calls; io_uring; a descriptor that another thread closed or reused "
          "before the call returned",
          no_call_tracepoints},
    probe{"tp_btf/sys_exit", programs<"sys_exit", "after_open">, by_descriptor, none}};

std::string no_cgroups(const host_kernel&) {
  return proc::cgroup_mount().empty() ? "no cgroup v2 hierarchy is mounted" : "";
}

constexpr std::array dns_probes{
    probe{"cgroup_skb", programs<"dns_egress", "dns_ingress", "dns_bind4", "dns_bind6">,
          "DNS over TLS or HTTPS; fragments made by raw sockets", no_cgroups},
    probe{"cgroup_skb(without bind)", programs<"dns_egress", "dns_ingress">,
          "DNS over TLS or HTTPS; fragments made by raw sockets; who a server is until "
          "it "
          "has answered",
          no_cgroups}};
std::string no_lock_tracepoint(const host_kernel& host) {
  if (host.arguments_of("mmap_lock_start_locking") != 2)
    return "the kernel tells otherwise of locks, or not at all";
  return "";
}

std::string no_named_lock_tracepoint(const host_kernel& host) {
  if (host.arguments_of("mmap_lock_start_locking") != 3)
    return "the kernel tells otherwise of locks, or not at all";
  return "";
}

std::string no_modules(const host_kernel& host) {
  if (host.arguments_of("module_load") == 0)
    return "the kernel cannot load modules";
  return "";
}

constexpr names passed_only = "links and `..` in paths, which are told as passed";
constexpr names passed_to_calls =
    "links and `..` in paths, which are told as passed; io_uring";

constexpr std::array rename_probes{
    probe{"tp_btf/task_rename", programs<"task_rename">, "", none}};

constexpr std::array module_probes{
    probe{"tp_btf/module_load", programs<"module_load">, "", no_modules}};

constexpr std::array bpf_probes{
    probe{"lsm/bpf", programs<"bpf_by_lsm">, "", no_lsm<"bpf">},
    probe{"fentry/security_bpf", programs<"bpf_by_fentry">, "",
          no_fentry<"security_bpf">},
    probe{"tp_btf/sys_exit", programs<"sys_exit", "after_bpf">, "", none}};

constexpr std::array namespace_probes{
    probe{"tp_btf/sys_exit", programs<"sys_exit", "after_namespace">, "", none}};

constexpr std::array chdir_probes{
    probe{"tp_btf/sys_exit", programs<"sys_exit", "after_chdir">, "", none}};

constexpr std::array unlink_probes{
    probe{"lsm/path_unlink", programs<"unlink_by_lsm">, "", no_lsm<"path_unlink">},
    probe{"fentry/security_path_unlink", programs<"unlink_by_fentry">, "",
          no_fentry<"security_path_unlink">},
    probe{by_call_and_uring, with_uring<"after_unlink">, passed_only, no_uring},
    probe{"tp_btf/sys_exit", programs<"sys_exit", "after_unlink">, passed_to_calls, none}};

constexpr std::array move_probes{
    probe{"lsm/path_rename", programs<"rename_by_lsm">, "", no_lsm<"path_rename">},
    probe{"fentry/security_path_rename", programs<"rename_by_fentry">, "",
          no_fentry<"security_path_rename">},
    probe{by_call_and_uring, with_uring<"after_rename">, passed_only, no_uring},
    probe{"tp_btf/sys_exit", programs<"sys_exit", "after_rename">, passed_to_calls, none}};

constexpr std::array mount_probes{
    probe{"lsm/sb_mount, lsm/move_mount",
          programs<"mount_by_lsm", "move_mount_by_lsm", "sys_exit", "after_new_mount">, "",
          no_lsm<"sb_mount">},
    probe{"fentry/security_sb_mount, fentry/security_move_mount",
          programs<"mount_by_fentry", "move_mount_by_fentry", "sys_exit", "after_new_mount">,
          "", no_fentry<"security_sb_mount">},
    probe{"tp_btf/sys_exit",
          programs<"sys_exit", "after_mount", "after_new_mount", "after_move_mount">,
          "links and `..` in paths that mount(2) is passed, which are told as passed; so is "
          "all of a mount that move_mount(2) moves by its path",
          none}};

constexpr std::array write_probes{
    probe{by_call_and_uring, with_uring<"after_write">,
          "sendfile, splice, copy_file_range, writes to mapped memory", no_uring},
    probe{"tp_btf/sys_exit", programs<"sys_exit", "after_write">,
          "io_uring, sendfile, splice, copy_file_range, writes to mapped memory", none}};

constexpr std::array mmap_probes{
    probe{"lsm/mmap_file", programs<"mmap_by_lsm">, "", no_lsm<"mmap_file">},
    probe{"fentry/security_mmap_file", programs<"mmap_by_fentry">, "",
          no_fentry<"security_mmap_file">},
    probe{"tp_btf/sys_exit", programs<"sys_exit", "after_mmap">,
          "what the kernel maps itself: programs, ld.so", none}};

constexpr std::array alert_probes{
    probe{"lsm/file_mprotect", programs<"sys_exit", "after_mmap", "mprotect_by_lsm">,
          "", no_lsm<"file_mprotect">},
    probe{"fentry/security_file_mprotect",
          programs<"sys_exit", "after_mmap", "mprotect_by_fentry">, "",
          no_fentry<"security_file_mprotect">},
    probe{"tp_btf/mmap_lock_start_locking",
          programs<"sys_exit", "after_mmap", "before_mprotect", "after_mprotect">, "",
          no_lock_tracepoint},
    probe{"tp_btf/mmap_lock_start_locking(cgroup)",
          programs<"sys_exit", "after_mmap", "before_mprotect_named", "after_mprotect">,
          "", no_named_lock_tracepoint},
    probe{"tp_btf/sys_exit", programs<"sys_exit", "after_mmap", "after_mprotect">,
          "what was allowed before: whatever may be executed then is told", none}};

constexpr std::array failure_probes{
    probe{"tp_btf/sys_exit", programs<"sys_exit", "after_execve">, "", none}};

constexpr std::array creds_probes{
    probe{"fentry/commit_creds", programs<"creds_by_fentry">, "",
          no_fentry<"commit_creds">},
    probe{"tp_btf/sys_enter",
          programs<"sys_exit", "before_credentials", "after_credentials",
                   "after_namespace", "after_execve">,
          "changes that no system call of the task makes", none}};

constexpr names by_socket =
    "io_uring; a socket that another thread closed before the call returned";
constexpr names by_any_socket =
    "a socket that another thread closed before the call returned";
constexpr names by_any_socket_but_many =
    "io_uring's multishot accept; a socket that another thread closed before the call "
    "returned";
constexpr std::array create_probes{
    probe{"lsm/socket_create", programs<"create_by_lsm">, "", no_lsm<"socket_create">},
    probe{"fentry/security_socket_create", programs<"create_by_fentry">, "",
          no_fentry<"security_socket_create">},
    probe{by_call_and_uring, with_uring<"after_socket">, "the kernel's own sockets",
          no_uring},
    probe{"tp_btf/sys_exit", programs<"sys_exit", "after_socket">,
          "io_uring; the kernel's own sockets", none}};
constexpr std::array bind_probes{
    probe{"lsm/socket_bind", programs<"bind_by_lsm">, "", no_lsm<"socket_bind">},
    probe{"fentry/security_socket_bind", programs<"bind_by_fentry">, "",
          no_fentry<"security_socket_bind">},
    probe{by_call_and_uring, with_uring<"after_socket">, by_any_socket, no_uring},
    probe{"tp_btf/sys_exit", programs<"sys_exit", "after_socket">, by_socket, none}};
constexpr std::array connect_probes{
    probe{"lsm/socket_connect", programs<"connect_by_lsm">, "",
          no_lsm<"socket_connect">},
    probe{"fentry/security_socket_connect", programs<"connect_by_fentry">, "",
          no_fentry<"security_socket_connect">},
    probe{by_call_and_uring, with_uring<"after_socket">, by_any_socket, no_uring},
    probe{"tp_btf/sys_exit", programs<"sys_exit", "after_socket">, by_socket, none}};
constexpr std::array listen_probes{
    probe{"lsm/socket_listen", programs<"listen_by_lsm">, "", no_lsm<"socket_listen">},
    probe{"fentry/security_socket_listen", programs<"listen_by_fentry">, "",
          no_fentry<"security_socket_listen">},
    probe{by_call_and_uring, with_uring<"after_socket">, by_any_socket, no_uring},
    probe{"tp_btf/sys_exit", programs<"sys_exit", "after_socket">, by_socket, none}};
constexpr std::array accept_probes{
    probe{"lsm/socket_accept", programs<"accept_by_lsm">, "", no_lsm<"socket_accept">},
    probe{"fentry/security_socket_accept", programs<"accept_by_fentry">, "",
          no_fentry<"security_socket_accept">},
    probe{by_call_and_uring, with_uring<"after_socket">, by_any_socket_but_many, no_uring},
    probe{"tp_btf/sys_exit", programs<"sys_exit", "after_socket">, by_socket, none}};
constexpr std::array dup_probes{
    probe{"tp_btf/sys_exit", programs<"sys_exit", "after_dup">, by_socket, none}};

constexpr std::array call_table_probes{
    probe{"kernel memory/sys_call_table", programs<"kernel_table">,
          "what is gone again before the next look; kernels since 6.9 make calls by a switch "
          "and have the table for others to look at",
          none}};
constexpr std::array seq_table_probes{
    probe{"kernel memory/seq_operations", programs<"kernel_table">,
          "what is gone again before the next look; functions that are patched", none}};
constexpr std::array proc_table_probes{
    probe{"kernel memory/file_operations", programs<"kernel_table">,
          "what is gone again before the next look; functions that are patched", none}};

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
    hooked_event{event_kind::task_rename, rename_probes},
    hooked_event{event_kind::module_load, module_probes},
    hooked_event{event_kind::security_bpf, bpf_probes},
    hooked_event{event_kind::switch_task_ns, namespace_probes},
    hooked_event{event_kind::set_fs_pwd, chdir_probes},
    hooked_event{event_kind::security_inode_unlink, unlink_probes},
    hooked_event{event_kind::security_inode_rename, move_probes},
    hooked_event{event_kind::security_sb_mount, mount_probes},
    hooked_event{event_kind::magic_write, write_probes},
    hooked_event{event_kind::security_mmap_file, mmap_probes},
    hooked_event{event_kind::shared_object_loaded, mmap_probes},
    hooked_event{event_kind::mem_prot_alert, alert_probes},
    hooked_event{event_kind::process_execute_failed, failure_probes},
    hooked_event{event_kind::commit_creds, creds_probes},
    hooked_event{event_kind::security_socket_create, create_probes},
    hooked_event{event_kind::security_socket_listen, listen_probes},
    hooked_event{event_kind::security_socket_connect, connect_probes},
    hooked_event{event_kind::security_socket_accept, accept_probes},
    hooked_event{event_kind::security_socket_bind, bind_probes},
    hooked_event{event_kind::socket_dup, dup_probes},
    hooked_event{event_kind::cgroup_mkdir, mkdir_probes},
    hooked_event{event_kind::cgroup_rmdir, rmdir_probes},
    hooked_event{event_kind::cgroup_attach_task, attach_probes},
    hooked_event{event_kind::cgroup_notice, notice_probes},
    hooked_event{event_kind::hooked_syscall, call_table_probes},
    hooked_event{event_kind::hooked_seq_ops, seq_table_probes},
    hooked_event{event_kind::hooked_proc_fops, proc_table_probes},
    hooked_event{event_kind::net_packet_dns_request, dns_probes},
    hooked_event{event_kind::net_packet_dns_response, dns_probes},
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
  return probes_of_call(event);
}

} // namespace vedette
