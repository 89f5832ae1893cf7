#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <iterator>
#include <linux/bpf.h>
#include <span>

namespace vedette {

/// Records one after another as a ring holds them: 8 bytes that begin with the length,
/// the record, and padding to 8. Walks them without trusting a length.
class frame_range {
public:
  class iterator {
  public:
    using value_type = std::span<const std::byte>;
    using difference_type = std::ptrdiff_t;

    iterator() = default;
    explicit iterator(std::span<const std::byte> rest) : rest_{rest} { find(); }

    value_type operator*() const { return frame_; }
    iterator& operator++() {
      rest_ = rest_.subspan(step(frame_.size()));
      find();
      return *this;
    }
    iterator operator++(int) {
      auto old = *this;
      ++*this;
      return old;
    }
    bool operator==(std::default_sentinel_t) const { return frame_.data() == nullptr; }

  private:
    /// To the next record that was not discarded; to the end where a length cannot be.
    void find() {
      frame_ = {};
      while (rest_.size() >= BPF_RINGBUF_HDR_SZ) {
        std::uint32_t word = 0;
        std::memcpy(&word, rest_.data(), sizeof(word));
        const std::size_t length =
            word & ~(BPF_RINGBUF_BUSY_BIT | BPF_RINGBUF_DISCARD_BIT);
        if (step(length) > rest_.size())
          return;
        if ((word & BPF_RINGBUF_DISCARD_BIT) == 0) {
          frame_ = rest_.subspan(BPF_RINGBUF_HDR_SZ, length);
          return;
        }
        rest_ = rest_.subspan(step(length));
      }
    }

    std::span<const std::byte> rest_;
    std::span<const std::byte> frame_;
  };

  frame_range() = default;
  explicit frame_range(std::span<const std::byte> bytes) : bytes_{bytes} {}

  [[nodiscard]] iterator begin() const { return iterator{bytes_}; }
  [[nodiscard]] static std::default_sentinel_t end() { return {}; }
  [[nodiscard]] bool empty() const { return bytes_.empty(); }
  [[nodiscard]] std::span<const std::byte> bytes() const { return bytes_; }

  /// From one frame to the next.
  static constexpr std::size_t step(std::size_t length) {
    return (BPF_RINGBUF_HDR_SZ + length + 7) / 8 * 8;
  }

private:
  std::span<const std::byte> bytes_;
};

} // namespace vedette
