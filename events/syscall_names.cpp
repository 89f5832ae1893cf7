#include "events/syscall_names.hpp"

#include "events/definitions.hpp"

#include <algorithm>
#include <array>
#include <unordered_map>

namespace vedette {

namespace {

/// From number 424 on all architectures have the same numbers
/// (Documentation/process/adding-syscalls.rst).
constexpr std::size_t first_shared = 424;
constexpr std::array<std::string_view, 27> shared_names{"pidfd_send_signal",
                                                        "io_uring_setup",
                                                        "io_uring_enter",
                                                        "io_uring_register",
                                                        "open_tree",
                                                        "move_mount",
                                                        "fsopen",
                                                        "fsconfig",
                                                        "fsmount",
                                                        "fspick",
                                                        "pidfd_open",
                                                        "clone3",
                                                        "close_range",
                                                        "openat2",
                                                        "pidfd_getfd",
                                                        "faccessat2",
                                                        "process_madvise",
                                                        "epoll_pwait2",
                                                        "mount_setattr",
                                                        "quotactl_fd",
                                                        "landlock_create_ruleset",
                                                        "landlock_add_rule",
                                                        "landlock_restrict_self",
                                                        "memfd_secret",
                                                        "process_mrelease",
                                                        "futex_waitv",
                                                        "set_mempolicy_home_node"};

/// i386's own, by number (arch/x86/entry/syscalls/syscall_32.tbl, Linux 6.1), named as
/// the table of events does: what differs in the width of times or ids is an event of
/// its own.
// clang-format off
constexpr std::string_view compat_names[]{
    "restart_syscall", "exit", "fork", "read", "write", "open", "close", "waitpid",
    "creat", "link", "unlink", "execve", "chdir", "time", "mknod", "chmod", "lchown16",
    "break", "oldstat", "lseek", "getpid", "mount", "umount", "setuid16", "getuid16",
    "stime", "ptrace", "alarm", "oldfstat", "pause", "utime", "stty", "gtty", "access",
    "nice", "ftime", "sync", "kill", "rename", "mkdir", "rmdir", "dup", "pipe",
    "times", "prof", "brk", "setgid16", "getgid16", "signal", "geteuid16", "getegid16",
    "acct", "umount2", "lock", "ioctl", "fcntl", "mpx", "setpgid", "ulimit",
    "oldolduname", "umask", "chroot", "ustat", "dup2", "getppid", "getpgrp", "setsid",
    "sigaction", "sgetmask", "ssetmask", "setreuid16", "setregid16", "sigsuspend",
    "sigpending", "sethostname", "setrlimit", "old_getrlimit", "getrusage",
    "gettimeofday", "settimeofday", "getgroups16", "setgroups16", "old_select",
    "symlink", "oldlstat", "readlink", "uselib", "swapon", "reboot", "readdir", "mmap",
    "munmap", "truncate", "ftruncate", "fchmod", "fchown16", "getpriority",
    "setpriority", "profil", "statfs", "fstatfs", "ioperm", "socketcall", "syslog",
    "setitimer", "getitimer", "stat", "lstat", "fstat", "olduname", "iopl", "vhangup",
    "idle", "vm86old", "wait4", "swapoff", "sysinfo", "ipc", "fsync", "sigreturn",
    "clone", "setdomainname", "uname", "modify_ldt", "adjtimex", "mprotect",
    "sigprocmask", "create_module", "init_module", "delete_module", "get_kernel_syms",
    "quotactl", "getpgid", "fchdir", "bdflush", "sysfs", "personality", "afs_syscall",
    "setfsuid16", "setfsgid16", "llseek", "getdents", "select", "flock", "msync",
    "readv", "writev", "getsid", "fdatasync", "sysctl", "mlock", "munlock", "mlockall",
    "munlockall", "sched_setparam", "sched_getparam", "sched_setscheduler",
    "sched_getscheduler", "sched_yield", "sched_get_priority_max",
    "sched_get_priority_min", "sched_rr_get_interval_time32", "nanosleep", "mremap",
    "setresuid16", "getresuid16", "vm86", "query_module", "poll", "nfsservctl",
    "setresgid16", "getresgid16", "prctl", "rt_sigreturn", "rt_sigaction",
    "rt_sigprocmask", "rt_sigpending", "rt_sigtimedwait_time32", "rt_sigqueueinfo",
    "rt_sigsuspend", "pread64", "pwrite64", "chown16", "getcwd", "capget", "capset",
    "sigaltstack", "sendfile32", "getpmsg", "putpmsg", "vfork", "getrlimit", "mmap2",
    "truncate64", "ftruncate64", "stat64", "lstat64", "fstat64", "lchown", "getuid",
    "getgid", "geteuid", "getegid", "setreuid", "setregid", "getgroups", "setgroups",
    "fchown", "setresuid", "getresuid", "setresgid", "getresgid", "chown", "setuid",
    "setgid", "setfsuid", "setfsgid", "pivot_root", "mincore", "madvise", "getdents64",
    "fcntl64", "", "", "gettid", "readahead", "setxattr", "lsetxattr", "fsetxattr",
    "getxattr", "lgetxattr", "fgetxattr", "listxattr", "llistxattr", "flistxattr",
    "removexattr", "lremovexattr", "fremovexattr", "tkill", "sendfile", "futex_time32",
    "sched_setaffinity", "sched_getaffinity", "set_thread_area", "get_thread_area",
    "io_setup", "io_destroy", "io_getevents", "io_submit", "io_cancel", "fadvise64",
    "", "exit_group", "lookup_dcookie", "epoll_create", "epoll_ctl", "epoll_wait",
    "remap_file_pages", "set_tid_address", "timer_create", "timer_settime32",
    "timer_gettime32", "timer_getoverrun", "timer_delete", "clock_settime32",
    "clock_gettime32", "clock_getres_time32", "clock_nanosleep_time32", "statfs64",
    "fstatfs64", "tgkill", "utimes", "fadvise64_64", "vserver", "mbind",
    "get_mempolicy", "set_mempolicy", "mq_open", "mq_unlink", "mq_timedsend_time32",
    "mq_timedreceive_time32", "mq_notify", "mq_getsetattr", "kexec_load", "waitid", "",
    "add_key", "request_key", "keyctl", "ioprio_set", "ioprio_get", "inotify_init",
    "inotify_add_watch", "inotify_rm_watch", "migrate_pages", "openat", "mkdirat",
    "mknodat", "fchownat", "futimesat", "newfstatat", "unlinkat", "renameat", "linkat",
    "symlinkat", "readlinkat", "fchmodat", "faccessat", "pselect6_time32",
    "ppoll_time32", "unshare", "set_robust_list", "get_robust_list", "splice",
    "sync_file_range", "tee", "vmsplice", "move_pages", "getcpu", "epoll_pwait",
    "utimensat_time32", "signalfd", "timerfd_create", "eventfd", "fallocate",
    "timerfd_settime32", "timerfd_gettime32", "signalfd4", "eventfd2", "epoll_create1",
    "dup3", "pipe2", "inotify_init1", "preadv", "pwritev", "rt_tgsigqueueinfo",
    "perf_event_open", "recvmmsg_time32", "fanotify_init", "fanotify_mark",
    "prlimit64", "name_to_handle_at", "open_by_handle_at", "clock_adjtime", "syncfs",
    "sendmmsg", "setns", "process_vm_readv", "process_vm_writev", "kcmp",
    "finit_module", "sched_setattr", "sched_getattr", "renameat2", "seccomp",
    "getrandom", "memfd_create", "bpf", "execveat", "socket", "socketpair", "bind",
    "connect", "listen", "accept4", "getsockopt", "setsockopt", "getsockname",
    "getpeername", "sendto", "sendmsg", "recvfrom", "recvmsg", "shutdown",
    "userfaultfd", "membarrier", "mlock2", "copy_file_range", "preadv2", "pwritev2",
    "pkey_mprotect", "pkey_alloc", "pkey_free", "statx", "arch_prctl",
    "io_pgetevents_time32", "rseq", "", "", "", "", "", "", "semget", "semctl",
    "shmget", "shmctl", "shmat", "shmdt", "msgget", "msgsnd", "msgrcv", "msgctl",
    "clock_gettime", "clock_settime", "clock_adjtime64", "clock_getres",
    "clock_nanosleep", "timer_gettime", "timer_settime", "timerfd_gettime",
    "timerfd_settime", "utimensat", "pselect6", "ppoll", "", "io_pgetevents",
    "recvmmsg", "mq_timedsend", "mq_timedreceive", "semtimedop", "rt_sigtimedwait",
    "futex", "sched_rr_get_interval"};
// clang-format on

constexpr std::size_t native_names = 335;

/// The first rows of the table with an id below native_names are numbers of x86-64;
/// later ones share ids with them.
std::array<std::string_view, native_names> make_native_names() {
  std::array<std::string_view, native_names> names{};
  for (const auto& event : event_definitions())
    if (event.made_by == event_class::syscall
        && std::ranges::find(shared_names, event.name) == shared_names.end()
        && static_cast<std::size_t>(event.id) < names.size()
        && names[static_cast<std::size_t>(event.id)].empty())
      names[static_cast<std::size_t>(event.id)] = event.name;
  return names;
}

using number_index = std::unordered_map<std::string_view, std::int32_t>;

number_index make_numbers(bool compat) {
  number_index numbers;
  const auto last = static_cast<std::int32_t>(first_shared + shared_names.size());
  for (std::int32_t number = 0; number < last; ++number)
    if (const auto name = syscall_name(number, compat); !name.empty())
      numbers.emplace(name, number);
  return numbers;
}

} // namespace

std::string_view syscall_name(std::int32_t number, bool compat) {
  static const auto names = make_native_names();
  const auto index = static_cast<std::size_t>(static_cast<std::uint32_t>(number));
  if (index >= first_shared)
    return index - first_shared < shared_names.size()
               ? shared_names[index - first_shared]
               : std::string_view{};
  if (compat)
    return index < std::size(compat_names) ? compat_names[index] : std::string_view{};
  return index < names.size() ? names[index] : std::string_view{};
}

std::optional<std::int32_t> syscall_number(std::string_view name, bool compat) {
  static const std::array<number_index, 2> numbers{make_numbers(false),
                                                   make_numbers(true)};
  const auto& wanted = numbers[compat ? 1 : 0];
  const auto found = wanted.find(name);
  return found != wanted.end() ? std::optional{found->second} : std::nullopt;
}

} // namespace vedette
