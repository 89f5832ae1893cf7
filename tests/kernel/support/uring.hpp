#pragma once

#include "bpf/file_descriptor.hpp"

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <fcntl.h>
#include <linux/io_uring.h>
#include <poll.h>
#include <stdexcept>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

namespace vedette {

/// The probe's name.
constexpr auto by_uring = "tp_btf/sys_exit, io_uring_complete";

/// Younger than Debian 12's header.
enum : std::uint8_t { URING_OP_BIND = 56, URING_OP_LISTEN = 57 };

/// An io_uring, by the system calls alone.
class uring {
public:
  explicit uring(unsigned flags = 0) : flags_{flags} {
    io_uring_params about{};
    about.flags = flags;
    ring_ = file_descriptor{
        static_cast<int>(syscall(SYS_io_uring_setup, std::size_t{entries}, &about))};
    if (!ring_.is_open())
      throw std::runtime_error{"no io_uring here"};
    submitted_ =
        map(IORING_OFF_SQ_RING, about.sq_off.array + entries * sizeof(unsigned));
    completed_ =
        map(IORING_OFF_CQ_RING, about.cq_off.cqes + 2 * entries * sizeof(io_uring_cqe));
    requests_ = reinterpret_cast<io_uring_sqe*>(
        map(IORING_OFF_SQES, entries * sizeof(io_uring_sqe)));
    about_ = about;
  }
  uring(const uring&) = delete;
  uring& operator=(const uring&) = delete;
  // The mappings go with the process: tests are short.

  [[nodiscard]] int fd() const { return ring_.get(); }

  /// Whether this kernel has such requests.
  [[nodiscard]] bool knows(std::uint8_t operation) const {
    constexpr unsigned operations = 256;
    alignas(io_uring_probe) std::array<std::byte, sizeof(io_uring_probe)
                                                      + operations * sizeof(io_uring_probe_op)>
        memory{};
    const auto* const told = reinterpret_cast<const io_uring_probe*>(memory.data());
    return syscall(SYS_io_uring_register, fd(), IORING_REGISTER_PROBE, memory.data(),
                   operations)
               == 0
           && (told->ops[operation].flags & IO_URING_OP_SUPPORTED) != 0;
  }

  /// Memory for requests that name it by number 0. → whether the kernel takes it.
  [[nodiscard]] bool keep(iovec memory) const {
    return syscall(SYS_io_uring_register, fd(), IORING_REGISTER_BUFFERS, &memory, 1) == 0;
  }

  /// Without the kernel being told.
  void add(const io_uring_sqe& request) {
    auto& tail = at<unsigned>(submitted_, about_.sq_off.tail);
    const auto place = tail & at<unsigned>(submitted_, about_.sq_off.ring_mask);
    requests_[place] = request;
    at<unsigned>(submitted_, about_.sq_off.array + place * sizeof(unsigned)) = place;
    std::atomic_ref{tail}.store(tail + 1);
    ++added_;
  }

  /// All that were added.
  void submit() {
    if ((flags_ & IORING_SETUP_SQPOLL) != 0)
      syscall(SYS_io_uring_enter, fd(), 0, 0, IORING_ENTER_SQ_WAKEUP, nullptr, 0);
    else
      syscall(SYS_io_uring_enter, fd(), added_, 0, 0, nullptr, 0);
    added_ = 0;
  }

  void submit(const io_uring_sqe& request) {
    add(request);
    submit();
  }

  /// → the result of the next one that is complete.
  int wait() {
    syscall(SYS_io_uring_enter, fd(), 0, 1, IORING_ENTER_GETEVENTS, nullptr, 0);
    auto& head = at<unsigned>(completed_, about_.cq_off.head);
    const auto place = head & at<unsigned>(completed_, about_.cq_off.ring_mask);
    const auto result =
        at<io_uring_cqe>(completed_, about_.cq_off.cqes + place * sizeof(io_uring_cqe))
            .res;
    std::atomic_ref{head}.store(head + 1);
    return result;
  }

  int run(const io_uring_sqe& request) {
    submit(request);
    return wait();
  }

  static constexpr unsigned entries = 8; ///< Twice as many answers find room.

private:
  std::byte* map(off_t what, std::size_t size) {
    auto* const memory = mmap(nullptr, size, PROT_READ | PROT_WRITE,
                              MAP_SHARED | MAP_POPULATE, fd(), what);
    if (memory == MAP_FAILED)
      throw std::runtime_error{"an io_uring that cannot be mapped"};
    return static_cast<std::byte*>(memory);
  }
  template <class T>
  static T& at(std::byte* memory, std::size_t offset) {
    return *reinterpret_cast<T*>(memory + offset);
  }

  file_descriptor ring_;
  unsigned flags_, added_ = 0;
  io_uring_params about_{};
  std::byte *submitted_ = nullptr, *completed_ = nullptr;
  io_uring_sqe* requests_ = nullptr;
};

inline std::uint64_t address_of(const void* memory) {
  return reinterpret_cast<std::uint64_t>(memory);
}

inline io_uring_sqe request_to(unsigned operation, int fd, std::uint64_t address = 0,
                               std::uint64_t offset = 0, unsigned length = 0) {
  io_uring_sqe request{};
  request.opcode = static_cast<__u8>(operation);
  request.fd = fd;
  request.addr = address;
  request.off = offset;
  request.len = length;
  return request;
}

inline io_uring_sqe open_request(const char* path, int flags) {
  auto request = request_to(IORING_OP_OPENAT, AT_FDCWD, address_of(path));
  request.open_flags = static_cast<__u32>(flags);
  request.len = 0640;
  return request;
}

} // namespace vedette
