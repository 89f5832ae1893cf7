// Processes: what they execute, what they are called, who they are. Shells are programs
// called so that do nothing.

#include "bpf/file_descriptor.hpp"
#include "cli/simulate/act.hpp"
#include "cli/simulate/address.hpp"

#include <array>
#include <ctime>
#include <linux/capability.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/syscall.h>

namespace vedette::simulation {

namespace {

constexpr auto* shell = "/tmp/sh";

bool asks_to_be_traced(stage& on) {
  return on.in_child("cannot be traced", [] {
    return ptrace(PTRACE_TRACEME, 0, nullptr, nullptr) == 0 ? 0 : errno;
  });
}

bool preloads(stage& on) {
  constexpr auto* program = "/tmp/program";
  return on.fake_program(program) && on.executes(program, "LD_PRELOAD=");
}

/// The process that becomes the shell is called so, none of its ancestors: those would
/// be servers to VED-6.
bool becomes_shell_as_nginx(stage& on) {
  return on.fake_program(shell) && on.in_child("cannot execute a shell", [] {
    prctl(PR_SET_NAME, "nginx");
    return execute(shell);
  });
}

/// A server that is none to TRC-1016. What a process is called is known from its birth
/// on, a new name only to those who collect task_rename: so the server is a child.
bool starts_shell_as_postgres(stage& on) {
  prctl(PR_SET_NAME, "postgres");
  return on.fake_program(shell) && on.in_child("cannot execute a shell", [] {
    stage of_server;
    return of_server.executes(shell) ? 0 : EPERM;
  });
}

/// Accepted as descriptor 0: neither is a socket duplicated nor 0 connected, as TRC-101
/// looks for.
bool starts_shell_on_accepted_socket(stage& on) {
  const file_descriptor server{socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  const file_descriptor client{socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  const auto port = ipv4("127.0.0.1", 4444);
  return on.fake_program(shell) && on.fake_network()
         && on.expect(bind(server.get(), generic(port), sizeof(port)) == 0
                          && listen(server.get(), 1) == 0
                          && connect(client.get(), generic(port), sizeof(port)) == 0,
                      "cannot connect to a server")
         && on.in_child("cannot execute a shell", [&] {
              close(STDIN_FILENO);
              if (accept(server.get(), nullptr, nullptr) != STDIN_FILENO)
                return errno;
              return execute(shell);
            });
}

/// Times of files come in steps of milliseconds.
bool is_changed_after(const char* path, const timespec& when) {
  struct stat file {};
  return stat(path, &file) == 0
         && (file.st_ctim.tv_sec > when.tv_sec
             || (file.st_ctim.tv_sec == when.tv_sec
                 && file.st_ctim.tv_nsec > when.tv_nsec));
}

/// The container is older than this process.
bool executes_what_its_image_has_not(stage& on) {
  constexpr auto* program = "/tmp/root/program";
  timespec began{};
  clock_gettime(CLOCK_REALTIME, &began);
  if (!on.fake_directory("/tmp/lower") || !on.fake_directory("/tmp/upper")
      || !on.fake_directory("/tmp/work") || !on.fake_directory("/tmp/root")
      || !on.expect(mount("vedette-simulate", "/tmp/root", "overlay", 0,
                          "lowerdir=/tmp/lower,upperdir=/tmp/upper,workdir=/tmp/work")
                        == 0,
                    "cannot mount an overlay file system")
      || !on.fake_program(program))
    return false;
  while (!is_changed_after(program, began))
    if (!on.expect(chmod(program, 0755) == 0, "cannot change a program"))
      return false;
  return on.enter_container() && on.executes(program);
}

/// Capabilities that were kept are to have effect.
bool use_capabilities() {
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  std::array<__user_cap_data_struct, _LINUX_CAPABILITY_U32S_3> sets{};
  if (syscall(SYS_capget, &header, sets.data()) != 0)
    return false;
  for (auto& one : sets)
    one.effective = one.permitted;
  return syscall(SYS_capset, &header, sets.data()) == 0;
}

/// By a capability, as what has exploited a kernel would: none of its user ids is
/// root's.
int become_root() {
  return use_capabilities() && setresuid(0, 0, 0) == 0 ? 0 : errno;
}

/// A daemon, as its parent is the first process of its pid namespace; nobody before it
/// has a child.
int be_daemon_of_nobody() {
  constexpr uid_t nobody = 65534;
  if (prctl(PR_SET_KEEPCAPS, 1) != 0 || setresuid(nobody, nobody, nobody) != 0)
    return errno;
  stage of_daemon;
  return of_daemon.in_child("cannot become root", become_root) ? 0 : EPERM;
}

bool breaks_lineage(stage& on) {
  return on.in_child("cannot become root from nobody", be_daemon_of_nobody);
}

constexpr std::array<act, 7> acts{{
    {"TRC-102", "anti_debugging", "calls ptrace with PTRACE_TRACEME", place::host,
     asks_to_be_traced},
    {"TRC-107", "ld_preload", "executes a program with an empty LD_PRELOAD",
     place::host, preloads},
    {"TRC-1016", "illegitimate_shell",
     "executes a fake shell in a process called nginx", place::host,
     becomes_shell_as_nginx},
    {"VED-1", "reverse_shell_lineage",
     "executes a fake shell on a connection that its parent listened for", place::host,
     starts_shell_on_accepted_socket},
    {"VED-3", "untracked_binary_in_container",
     "executes a program that is younger than its container, from an overlay file "
     "system",
     place::container, executes_what_its_image_has_not},
    {"VED-4", "lineage_break",
     "lets the child of a daemon, which is nobody as the daemon is, become root by a "
     "capability",
     place::host, breaks_lineage},
    {"VED-6", "shell_under_server",
     "executes a fake shell below a process called postgres", place::host,
     starts_shell_as_postgres},
}};

} // namespace

std::span<const act> process_acts() {
  return acts;
}

} // namespace vedette::simulation
