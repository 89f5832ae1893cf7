// Files that are opened, mounted, or begin as programs do. Few are the host's own.

#include "bpf/file_descriptor.hpp"
#include "cli/simulate/act.hpp"
#include "cli/simulate/tiny_program.hpp"

#include <array>
#include <fcntl.h>
#include <sys/mount.h>

namespace vedette::simulation {

namespace {

bool opens_fake(stage& on, const char* path, int flags) {
  return on.fake_file(path) && on.enter_container() && on.opens(path, flags);
}

bool writes_program(stage& on, const char* path) {
  if (!on.fake_file(path) || !on.enter_container())
    return false;
  const file_descriptor file{open(path, O_WRONLY | O_CLOEXEC)};
  return on.expect(write_tiny_program(file.get()), std::string{"cannot write "} + path);
}

bool mounts_device(stage& on) {
  // Of a file system in memory the device is a mere name.
  constexpr auto* where = "/tmp/disk";
  return on.fake_directory(where) && on.enter_container()
         && on.expect(mount("/dev/vedette-simulate", where, "tmpfs", 0, nullptr) == 0,
                      "cannot mount");
}

constexpr std::array<act, 18> acts{{
    {"TRC-106", "cgroup_notify_on_release",
     "opens a fake notify_on_release for writing", place::container,
     [](stage& on) {
       return opens_fake(on, "/sys/fs/cgroup/notify_on_release", O_WRONLY);
     }},
    {"TRC-108", "k8s_service_account_token", "reads a fake token of a service account",
     place::container,
     [](stage& on) {
       return opens_fake(on, "/run/secrets/kubernetes.io/serviceaccount/token",
                         O_RDONLY);
     },
     "off by default: --signatures all"},
    {"TRC-109", "aslr_inspection", "reads a fake /proc/sys/kernel/randomize_va_space",
     place::host,
     [](stage& on) {
       return opens_fake(on, "/proc/sys/kernel/randomize_va_space", O_RDONLY);
     }},
    {"TRC-1010", "cgroup_release_agent", "opens a fake release_agent for writing",
     place::container,
     [](stage& on) {
       return opens_fake(on, "/sys/fs/cgroup/release_agent", O_WRONLY);
     }},
    {"TRC-1011", "core_pattern_modification", "opens a fake core_pattern for writing",
     place::container,
     [](stage& on) {
       return opens_fake(on, "/proc/sys/kernel/core_pattern", O_WRONLY);
     }},
    {"TRC-1012", "default_loader_mod", "opens a fake loader in /lib for writing",
     place::host,
     [](stage& on) { return opens_fake(on, "/lib/ld-simulate.so", O_WRONLY); }},
    {"TRC-1014", "disk_mount", "mounts a file system in memory by the name of a device",
     place::container, mounts_device},
    {"TRC-1015", "hidden_file_created",
     "writes a program to a file whose name begins with a dot", place::host,
     [](stage& on) { return writes_program(on, "/tmp/.hidden"); }},
    {"TRC-1018", "k8s_cert_theft", "reads a fake key of Kubernetes", place::host,
     [](stage& on) { return opens_fake(on, "/etc/kubernetes/pki/ca.key", O_RDONLY); }},
    {"TRC-1021", "proc_kcore_read", "reads a fake /proc/kcore", place::container,
     [](stage& on) { return opens_fake(on, "/proc/kcore", O_RDONLY); }},
    {"TRC-1022", "dropped_executable", "writes a program to a file", place::container,
     [](stage& on) { return writes_program(on, "/tmp/dropped"); }},
    {"TRC-1023", "proc_mem_access", "opens its own /proc/PID/mem for reading",
     place::host, [](stage& on) { return on.opens("/proc/self/mem", O_RDONLY); }},
    {"TRC-1024", "proc_mem_code_injection", "opens its own /proc/PID/mem for writing",
     place::host, [](stage& on) { return on.opens("/proc/self/mem", O_WRONLY); }},
    {"TRC-1026", "rcd_modification", "opens a fake script in /etc/init.d for writing",
     place::host,
     [](stage& on) { return opens_fake(on, "/etc/init.d/simulate", O_WRONLY); }},
    {"TRC-1027", "scheduled_task_mod", "opens a fake table in /etc/cron.d for writing",
     place::host,
     [](stage& on) { return opens_fake(on, "/etc/cron.d/simulate", O_WRONLY); }},
    {"TRC-1028", "sudoers_modification",
     "opens a fake file in /etc/sudoers.d for writing", place::host,
     [](stage& on) { return opens_fake(on, "/etc/sudoers.d/simulate", O_WRONLY); }},
    {"TRC-1029", "sched_debug_recon", "reads a fake /proc/sched_debug",
     place::container,
     [](stage& on) { return opens_fake(on, "/proc/sched_debug", O_RDONLY); }},
    {"TRC-1031", "system_request_key_mod",
     "opens a fake /proc/sys/kernel/sysrq for writing", place::container,
     [](stage& on) { return opens_fake(on, "/proc/sys/kernel/sysrq", O_WRONLY); }},
}};

} // namespace

std::span<const act> file_acts() {
  return acts;
}

} // namespace vedette::simulation
