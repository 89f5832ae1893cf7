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
constexpr std::array mkdir_programs{names{"cgroup_mkdir"}};
constexpr std::array rmdir_programs{names{"cgroup_rmdir"}};
constexpr std::array notice_programs{names{"cgroup_mkdir"}, names{"cgroup_rmdir"}};
constexpr std::array attach_programs{names{"cgroup_attach_task"}};
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

/// Of a function's name, as a template's argument.
template <std::size_t Size>
struct fixed_text {
  constexpr fixed_text(const char (&from)[Size]) { std::ranges::copy(from, text); }
  char text[Size];
};

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

constexpr std::array mkdir_probes{
    probe{"tp_btf/cgroup_mkdir", mkdir_programs, "", none}};
constexpr std::array rmdir_probes{
    probe{"tp_btf/cgroup_rmdir", rmdir_programs, "", none}};
constexpr std::array notice_probes{
    probe{"tp_btf/cgroup_mkdir, cgroup_rmdir, sched_process_exec", notice_programs, "",
          none}};
constexpr std::array attach_probes{
    probe{"tp_btf/cgroup_attach_task", attach_programs,
          "processes that begin in a cgroup (CLONE_INTO_CGROUP)", none}};

constexpr names by_descriptor = "io_uring; a descriptor that another thread closed or "
                                "reused before the call returned";
constexpr std::array open_probes{
    probe{"lsm/file_open", lsm_programs, "", no_lsm<"file_open">},
    probe{"fentry/security_file_open", fentry_programs, "",
          no_fentry<"security_file_open">},
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
template <std::size_t... Sizes>
constexpr auto programs(const char (&... program)[Sizes]) {
  return std::array{names{program}...};
}

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

constexpr names passed_only =
    "links and `..` in paths, which are told as passed; io_uring";
constexpr names by_return = "io_uring";

constexpr auto rename_programs = programs("task_rename");
constexpr std::array rename_probes{
    probe{"tp_btf/task_rename", rename_programs, "", none}};

constexpr auto module_programs = programs("module_load");
constexpr std::array module_probes{
    probe{"tp_btf/module_load", module_programs, "", no_modules}};

constexpr auto bpf_lsm = programs("bpf_by_lsm");
constexpr auto bpf_fentry = programs("bpf_by_fentry");
constexpr auto bpf_return = programs("sys_exit", "after_bpf");
constexpr std::array bpf_probes{
    probe{"lsm/bpf", bpf_lsm, "", no_lsm<"bpf">},
    probe{"fentry/security_bpf", bpf_fentry, "", no_fentry<"security_bpf">},
    probe{"tp_btf/sys_exit", bpf_return, "", none}};

constexpr auto namespace_return = programs("sys_exit", "after_namespace");
constexpr std::array namespace_probes{
    probe{"tp_btf/sys_exit", namespace_return, "", none}};

constexpr auto chdir_return = programs("sys_exit", "after_chdir");
constexpr std::array chdir_probes{probe{"tp_btf/sys_exit", chdir_return, "", none}};

constexpr auto unlink_lsm = programs("unlink_by_lsm");
constexpr auto unlink_fentry = programs("unlink_by_fentry");
constexpr auto unlink_return = programs("sys_exit", "after_unlink");
constexpr std::array unlink_probes{
    probe{"lsm/path_unlink", unlink_lsm, "", no_lsm<"path_unlink">},
    probe{"fentry/security_path_unlink", unlink_fentry, "",
          no_fentry<"security_path_unlink">},
    probe{"tp_btf/sys_exit", unlink_return, passed_only, none}};

constexpr auto move_lsm = programs("rename_by_lsm");
constexpr auto move_fentry = programs("rename_by_fentry");
constexpr auto move_return = programs("sys_exit", "after_rename");
constexpr std::array move_probes{
    probe{"lsm/path_rename", move_lsm, "", no_lsm<"path_rename">},
    probe{"fentry/security_path_rename", move_fentry, "",
          no_fentry<"security_path_rename">},
    probe{"tp_btf/sys_exit", move_return, passed_only, none}};

constexpr auto mount_lsm = programs("mount_by_lsm");
constexpr auto mount_fentry = programs("mount_by_fentry");
constexpr auto mount_return = programs("sys_exit", "after_mount");
constexpr names new_mounts = "move_mount(2)";
constexpr std::array mount_probes{
    probe{"lsm/sb_mount", mount_lsm, new_mounts, no_lsm<"sb_mount">},
    probe{"fentry/security_sb_mount", mount_fentry, new_mounts,
          no_fentry<"security_sb_mount">},
    probe{"tp_btf/sys_exit", mount_return,
          "move_mount(2); links and `..` in paths, which are told as passed", none}};

constexpr auto write_return = programs("sys_exit", "after_write");
constexpr std::array write_probes{probe{
    "tp_btf/sys_exit", write_return,
    "io_uring, sendfile, splice, copy_file_range, writes to mapped memory", none}};

constexpr auto mmap_lsm = programs("mmap_by_lsm");
constexpr auto mmap_fentry = programs("mmap_by_fentry");
constexpr auto mmap_return = programs("sys_exit", "after_mmap");
constexpr std::array mmap_probes{
    probe{"lsm/mmap_file", mmap_lsm, "", no_lsm<"mmap_file">},
    probe{"fentry/security_mmap_file", mmap_fentry, "",
          no_fentry<"security_mmap_file">},
    probe{"tp_btf/sys_exit", mmap_return,
          "what the kernel maps itself: programs, ld.so", none}};

constexpr auto alert_lsm = programs("sys_exit", "after_mmap", "mprotect_by_lsm");
constexpr auto alert_fentry = programs("sys_exit", "after_mmap", "mprotect_by_fentry");
constexpr auto alert_lock =
    programs("sys_exit", "after_mmap", "before_mprotect", "after_mprotect");
constexpr auto alert_named_lock =
    programs("sys_exit", "after_mmap", "before_mprotect_named", "after_mprotect");
constexpr auto alert_alone = programs("sys_exit", "after_mmap", "after_mprotect");
constexpr std::array alert_probes{
    probe{"lsm/file_mprotect", alert_lsm, "", no_lsm<"file_mprotect">},
    probe{"fentry/security_file_mprotect", alert_fentry, "",
          no_fentry<"security_file_mprotect">},
    probe{"tp_btf/mmap_lock_start_locking", alert_lock, "", no_lock_tracepoint},
    probe{"tp_btf/mmap_lock_start_locking(cgroup)", alert_named_lock, "",
          no_named_lock_tracepoint},
    probe{"tp_btf/sys_exit", alert_alone,
          "what was allowed before: whatever may be executed then is told", none}};

constexpr auto execve_return = programs("sys_exit", "after_execve");
constexpr std::array failure_probes{probe{"tp_btf/sys_exit", execve_return, "", none}};

constexpr auto creds_fentry = programs("creds_by_fentry");
constexpr auto creds_return =
    programs("sys_exit", "before_credentials", "after_credentials", "after_namespace",
             "after_execve");
constexpr std::array creds_probes{
    probe{"fentry/commit_creds", creds_fentry, "", no_fentry<"commit_creds">},
    probe{"tp_btf/sys_enter", creds_return,
          "changes that no system call of the task makes", none}};

constexpr names by_socket =
    "io_uring; a socket that another thread closed before the call returned";
constexpr auto socket_return = programs("sys_exit", "after_socket");
constexpr auto create_lsm = programs("create_by_lsm");
constexpr auto create_fentry = programs("create_by_fentry");
constexpr std::array create_probes{
    probe{"lsm/socket_create", create_lsm, "", no_lsm<"socket_create">},
    probe{"fentry/security_socket_create", create_fentry, "",
          no_fentry<"security_socket_create">},
    probe{"tp_btf/sys_exit", socket_return, "io_uring; the kernel's own sockets", none}};
constexpr auto bind_lsm = programs("bind_by_lsm");
constexpr auto bind_fentry = programs("bind_by_fentry");
constexpr std::array bind_probes{
    probe{"lsm/socket_bind", bind_lsm, "", no_lsm<"socket_bind">},
    probe{"fentry/security_socket_bind", bind_fentry, "",
          no_fentry<"security_socket_bind">},
    probe{"tp_btf/sys_exit", socket_return, by_socket, none}};
constexpr auto connect_lsm = programs("connect_by_lsm");
constexpr auto connect_fentry = programs("connect_by_fentry");
constexpr std::array connect_probes{
    probe{"lsm/socket_connect", connect_lsm, "", no_lsm<"socket_connect">},
    probe{"fentry/security_socket_connect", connect_fentry, "",
          no_fentry<"security_socket_connect">},
    probe{"tp_btf/sys_exit", socket_return, by_socket, none}};
constexpr auto listen_lsm = programs("listen_by_lsm");
constexpr auto listen_fentry = programs("listen_by_fentry");
constexpr std::array listen_probes{
    probe{"lsm/socket_listen", listen_lsm, "", no_lsm<"socket_listen">},
    probe{"fentry/security_socket_listen", listen_fentry, "",
          no_fentry<"security_socket_listen">},
    probe{"tp_btf/sys_exit", socket_return, by_socket, none}};
constexpr auto accept_lsm = programs("accept_by_lsm");
constexpr auto accept_fentry = programs("accept_by_fentry");
constexpr std::array accept_probes{
    probe{"lsm/socket_accept", accept_lsm, "", no_lsm<"socket_accept">},
    probe{"fentry/security_socket_accept", accept_fentry, "",
          no_fentry<"security_socket_accept">},
    probe{"tp_btf/sys_exit", socket_return, by_socket, none}};
constexpr auto dup_return = programs("sys_exit", "after_dup");
constexpr std::array dup_probes{probe{"tp_btf/sys_exit", dup_return, by_socket, none}};

constexpr std::array syscall_probes{
    probe{"tp_btf/sys_exit", sys_exit_programs,
          "strings that another thread changed before the call returned", none}};
constexpr std::array execve_probes{probe{"tp_btf/sys_exit", execve_return,
                                         "what failed calls passed, if it was changed",
                                         none}};
constexpr auto exit_call_programs = programs("exit_calls");
constexpr std::array exit_call_probes{
    probe{"tp_btf/sched_process_exit", exit_call_programs, "", none}};
constexpr std::array sigreturn_probes{
    probe{"tp_btf/sys_exit", sys_exit_programs,
          "which of the two a 32-bit program called: it is told as sigreturn", none}};

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
  if (find_syscall(event) == nullptr)
    return {};
  switch (event) {
  case event_kind::execve:
  case event_kind::execveat:
    return execve_probes;
  case event_kind::exit:
  case event_kind::exit_group:
    return exit_call_probes;
  case event_kind::sigreturn:
  case event_kind::rt_sigreturn:
    return sigreturn_probes;
  default:
    return syscall_probes;
  }
}

} // namespace vedette
