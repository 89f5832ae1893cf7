// Memory: of other processes, and what may be executed of one's own.

#include "bpf/file_descriptor.hpp"
#include "cli/simulate/act.hpp"
#include "cli/simulate/bystander.hpp"
#include "cli/simulate/tiny_program.hpp"

#include <array>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/wait.h>

namespace vedette::simulation {

namespace {

/// What is written over in a bystander, with what stands there.
long word = 42;

bool pokes(stage& on) {
  const bystander other;
  if (!on.expect(ptrace(PTRACE_ATTACH, other.pid(), nullptr, nullptr) == 0,
                 "cannot attach to a process"))
    return false;
  waitpid(other.pid(), nullptr, __WALL);
  return on.expect(ptrace(PTRACE_POKETEXT, other.pid(), &word, word) == 0,
                   "cannot write with ptrace");
}

bool writes_to_process(stage& on) {
  const bystander other;
  const iovec bytes{&word, sizeof(word)};
  return on.expect(process_vm_writev(other.pid(), &bytes, 1, &bytes, 1, 0)
                       == static_cast<ssize_t>(sizeof(word)),
                   "cannot write with process_vm_writev");
}

bool makes_written_executable(stage& on) {
  const auto size = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  void* const at = mmap(nullptr, size, PROT_READ | PROT_WRITE | PROT_EXEC,
                        MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  return on.expect(at != MAP_FAILED, "cannot map memory to be written and executed")
         && on.expect(mprotect(at, size, PROT_READ | PROT_EXEC) == 0,
                      "cannot protect memory");
}

bool executes_from_memory(stage& on) {
  const file_descriptor file{memfd_create("simulate", MFD_CLOEXEC)};
  return on.expect(write_tiny_program(file.get()), "cannot write a program to memory")
         && on.executes("/proc/self/fd/" + std::to_string(file.get()));
}

constexpr std::array<act, 4> acts{{
    {"TRC-103", "ptrace_code_injection",
     "writes a word into a process of its own with ptrace", place::host, pokes},
    {"TRC-104", "dynamic_code_loading",
     "makes memory executable only that could be written and executed", place::host,
     makes_written_executable},
    {"TRC-105", "fileless_execution", "executes a program from a memfd", place::host,
     executes_from_memory},
    {"TRC-1025", "process_vm_write_inject",
     "writes a word into a process of its own with process_vm_writev", place::host,
     writes_to_process},
}};

} // namespace

std::span<const act> memory_acts() {
  return acts;
}

} // namespace vedette::simulation
