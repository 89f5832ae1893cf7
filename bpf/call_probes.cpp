#include "bpf/probe_list.hpp"
#include "bpf/syscalls.hpp"
#include "bpf/uring_operations.hpp"

namespace vedette {

namespace {

constexpr names changed_strings =
    "strings that another thread changed before the call returned";
/// What io_uring does as well, unseen.
constexpr probe call_only_probe{
    "tp_btf/sys_exit", programs<"sys_exit">,
    "io_uring; strings that another thread changed before the call returned", none};

constexpr names by_tracepoint = "tracepoint/sys_exit_*";

constexpr std::array syscall_probes{
    probe{by_tracepoint, programs<"call_by_tracepoint">,
          "32-bit system calls; strings that another thread changed before the call "
          "returned",
          no_call_tracepoints},
    probe{"tp_btf/sys_exit", programs<"sys_exit">, changed_strings, none}};
constexpr std::array uring_call_probes{
    probe{"tracepoint/sys_exit_*, io_uring_complete",
          and_uring<"call_by_tracepoint">,
          "32-bit system calls; strings that another thread changed before the call "
          "returned",
          no_call_tracepoints_or_uring},
    probe{by_call_and_uring, with_uring<>, changed_strings, no_uring}, call_only_probe};
/// Of one request there may be many answers, of which the kernel tells all but the last
/// without it.
constexpr std::array multishot_call_probes{
    probe{"tracepoint/sys_exit_*, io_uring_complete",
          and_uring<"call_by_tracepoint">,
          "32-bit system calls; io_uring's multishot requests",
          no_call_tracepoints_or_uring},
    probe{by_call_and_uring, with_uring<>, "io_uring's multishot requests", no_uring},
    call_only_probe};
constexpr std::array multishot_calls{event_kind::accept4, event_kind::read,
                                     event_kind::recvfrom, event_kind::recvmsg};
constexpr std::array call_only_probes{
    probe{
        by_tracepoint, programs<"call_by_tracepoint">,
        "32-bit system calls; io_uring; strings that another thread changed before the "
        "call returned",
        no_call_tracepoints},
    call_only_probe};
constexpr std::array call_only{event_kind::futex, event_kind::poll,
                               event_kind::epoll_wait, event_kind::setsockopt,
                               event_kind::getsockopt};
constexpr std::array execve_probes{
    probe{"tp_btf/sys_exit", programs<"sys_exit", "after_execve">,
          "what failed calls passed, if it was changed", none}};
constexpr std::array exit_call_probes{
    probe{"tp_btf/sched_process_exit", programs<"exit_calls">, "", none}};
constexpr std::array sigreturn_probes{
    probe{"tp_btf/sys_exit", programs<"sys_exit">,
          "which of the two a 32-bit program called: it is told as sigreturn", none}};

} // namespace

std::span<const probe> probes_of_call(event_kind event) {
  if (find_syscall(event) == nullptr)
    return {};
  if (std::ranges::find(multishot_calls, event) != multishot_calls.end())
    return multishot_call_probes;
  if (uring_operations_of(event) != 0)
    return uring_call_probes;
  if (std::ranges::find(call_only, event) != call_only.end())
    return call_only_probes;
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
