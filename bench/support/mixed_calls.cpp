#include "bench/support/mixed_calls.hpp"

#include <arpa/inet.h>
#include <array>
#include <csignal>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace vedette::bench {

namespace {

constexpr std::uint64_t calls_a_round = 4 + 3 + 3 + 2;
constexpr std::uint64_t rounds_a_child = 64;
constexpr std::uint64_t calls_a_child = 3; // vfork, _exit, wait4.

void require(bool done) {
  if (!done)
    _exit(1);
}

void look_at_a_file() {
  std::array<char, 64> some{};
  struct stat facts {};
  const auto file = open("/etc/passwd", O_RDONLY | O_CLOEXEC);
  require(file >= 0 && fstat(file, &facts) == 0
          && read(file, some.data(), some.size()) > 0 && close(file) == 0);
}

void use_memory() {
  constexpr std::size_t bytes = 1U << 16U;
  auto* const memory =
      mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  require(memory != MAP_FAILED && mprotect(memory, bytes, PROT_READ) == 0
          && munmap(memory, bytes) == 0);
}

/// Of UDP: to connect one sends nothing.
void connect_a_socket() {
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(9);
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const auto one = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  require(one >= 0
          && connect(one, reinterpret_cast<const sockaddr*>(&to), sizeof(to)) == 0
          && close(one) == 0);
}

void ask_for_processes() {
  const auto parent = static_cast<pid_t>(syscall(SYS_getppid));
  require(kill(parent, 0) == 0);
}

void have_a_child() {
  const auto child = vfork();
  if (child == 0)
    _exit(0);
  int status = 0;
  require(child > 0 && waitpid(child, &status, 0) == child && status == 0);
}

} // namespace

void make_mixed_calls(std::uint64_t round) {
  look_at_a_file();
  use_memory();
  connect_a_socket();
  ask_for_processes();
  if (round % rounds_a_child == 0)
    have_a_child();
}

std::uint64_t mixed_calls_of(std::uint64_t rounds) {
  const auto children = (rounds + rounds_a_child - 1) / rounds_a_child;
  return rounds * calls_a_round + children * calls_a_child;
}

} // namespace vedette::bench
