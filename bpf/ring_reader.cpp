#include "bpf/ring_reader.hpp"

#include "runtime/boottime.hpp"

#include <algorithm>
#include <bpf/bpf.h>
#include <cerrno>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

namespace vedette {

namespace {

const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));

template <class T>
T load_acquire(const void* from) {
  return __atomic_load_n(static_cast<const T*>(from), __ATOMIC_ACQUIRE);
}

} // namespace

std::expected<ring_reader, error> ring_reader::open(int ring_fd, shard_reader& state) {
  bpf_map_info info{};
  auto info_size = static_cast<__u32>(sizeof(info));
  if (bpf_obj_get_info_by_fd(ring_fd, &info, &info_size) < 0)
    return std::unexpected{system_error("cannot ask for the size of a ring", errno)};
  return map(ring_fd, info.max_entries, state);
}

std::expected<ring_reader, error> ring_reader::map(int file, std::size_t size,
                                                   shard_reader& state) {
  ring_reader reader;
  reader.state_ = &state;
  reader.size_ = size;
  reader.fd_ = fcntl(file, F_DUPFD_CLOEXEC, 0);
  void* consumer =
      mmap(nullptr, page, PROT_READ | PROT_WRITE, MAP_SHARED, reader.fd_, 0);
  void* producer = mmap(nullptr, page + 2 * reader.size_, PROT_READ, MAP_SHARED,
                        reader.fd_, static_cast<off_t>(page));
  if (consumer != MAP_FAILED)
    reader.consumer_ = static_cast<std::uint64_t*>(consumer);
  if (producer != MAP_FAILED)
    reader.producer_ = static_cast<std::byte*>(producer);
  if (reader.consumer_ == nullptr || reader.producer_ == nullptr)
    return std::unexpected{system_error("cannot map a ring", errno)};
  return reader;
}

ring_reader::~ring_reader() {
  if (consumer_ != nullptr)
    munmap(consumer_, page);
  if (producer_ != nullptr)
    munmap(producer_, page + 2 * size_);
  if (fd_ >= 0)
    close(fd_);
}

void ring_reader::swap(ring_reader& other) noexcept {
  std::swap(fd_, other.fd_);
  std::swap(size_, other.size_);
  std::swap(consumer_, other.consumer_);
  std::swap(producer_, other.producer_);
  std::swap(state_, other.state_);
  std::swap(corrupt_frames_, other.corrupt_frames_);
  std::swap(corrupt_bytes_, other.corrupt_bytes_);
}

bool ring_reader::arm(std::size_t bytes) {
  __atomic_store_n(&state_->wake_at, static_cast<std::uint32_t>(bytes),
                   __ATOMIC_SEQ_CST);
  // Looks after it told: whoever fills the ring between the two sees the flag.
  if (available() < bytes)
    return true;
  disarm();
  return false;
}

void ring_reader::disarm() {
  __atomic_store_n(&state_->wake_at, 0, __ATOMIC_RELAXED);
}

std::uint32_t ring_reader::losses() const {
  return __atomic_load_n(&state_->losses, __ATOMIC_RELAXED);
}

ring_mark ring_reader::mark() const {
  const auto now = boottime_ns();
  // The clock's rdtsc waits for what comes before it, not for what comes after: without
  // this the position could be older than the time.
#if defined(__x86_64__)
  __builtin_ia32_lfence();
#else
  __atomic_thread_fence(__ATOMIC_SEQ_CST);
#endif
  return {now, producer_position()};
}

std::uint64_t ring_reader::producer_position() const {
  return load_acquire<std::uint64_t>(producer_);
}

borrowed_frames ring_reader::borrow(std::size_t limit, std::uint64_t until) {
  constexpr std::size_t prefetched = 512; // Of a record; longer ones cost more anyway.
  const auto consumed = *consumer_;
  const auto filled = available();
  const auto end =
      until <= consumed ? 0 : std::min<std::uint64_t>(until - consumed, filled);
  const auto* data = producer_ + page + (consumed & (size_ - 1));
  std::size_t length = 0;
  auto why = borrow_end::position;
  while (length < end) {
    const auto word = load_acquire<std::uint32_t>(data + length);
    if ((word & BPF_RINGBUF_BUSY_BIT) != 0) {
      why = borrow_end::busy;
      break;
    }
    const auto step = frame_range::step(word & ~BPF_RINGBUF_DISCARD_BIT);
    const auto next = length + step;
    if (next > filled && length == 0) {
      pass_over(end);
      break;
    }
    if (length > 0 && (next > filled || next > limit)) {
      why = borrow_end::limit;
      break;
    }
    if (next > end)
      break;
    // The fourth record from here, if they are alike: else each length is a cache miss
    // that the next one's address depends on.
    for (std::size_t line = 0; line < std::min(step, prefetched); line += 64)
      __builtin_prefetch(data + next + 3 * step + line);
    length = next;
  }
  // The data are mapped twice in a row, so that a stretch over the end is contiguous.
  return {frame_range{{data, length}}, why};
}

void ring_reader::release(const borrowed_frames& borrowed) {
  __atomic_store_n(consumer_, *consumer_ + borrowed.frames.bytes().size(),
                   __ATOMIC_RELEASE);
}

void ring_reader::pass_over(std::size_t bytes) {
  ++corrupt_frames_;
  corrupt_bytes_ += bytes;
  __atomic_store_n(consumer_, *consumer_ + bytes, __ATOMIC_RELEASE);
}

} // namespace vedette
