#pragma once

#include "bpf/decoder.hpp"
#include "bpf/kernel_side.hpp"

#include <gtest/gtest.h>

#include <span>
#include <stdexcept>
#include <string>
#include <vector>

namespace vedette {

struct captured {
  unsigned shard;
  event_view event;

  [[nodiscard]] const record_header& header() const { return event.header(); }
};

/// The value of an argument that is a list, or "".
template <class Argument>
std::string block_of(const captured& one) {
  return std::string{one.event.get<Argument>().value_or(text_list{}).block()};
}

/// The kernel's side and its readers. Programs write before the system call that they
/// watch returns: what a test did has come out when it looks, without waiting.
class capture {
public:
  explicit capture(const kernel_config& config = {})
      : kernel_{must(kernel_side::load(config))}, decoder_{decoder::of(kernel_)} {
    for (unsigned shard = 0; shard < kernel_.shards(); ++shard)
      readers_.push_back(must(kernel_.open_reader(shard)));
  }

  /// All that came since the last call; views stay valid as long as this object.
  std::vector<captured> take() {
    std::vector<captured> result;
    for (unsigned shard = 0; shard < readers_.size(); ++shard)
      take(shard, readers_[shard].producer_position(), result);
    return result;
  }

  /// Those of process `pid` that are `kind`.
  std::vector<captured> take(event_kind kind, pid_t pid) {
    auto all = take();
    std::erase_if(all, [=](const captured& one) {
      return one.event.kind() != kind
             || one.header().host_tgid != static_cast<__u32>(pid);
    });
    return all;
  }

  /// One shard's, up to a position of its ring.
  void take(unsigned shard, std::uint64_t until, std::vector<captured>& into) {
    constexpr std::size_t piece = 64 << 10U;
    auto& reader = readers_.at(shard);
    batch_builder builder{shard};
    while (reader.consumer_position()
           < until) { // One that is busy is so for less than 1 ms.
      const auto part = reader.borrow(piece, until);
      decoder_.decode(part.frames, builder);
      reader.release(part);
    }
    batches_.push_back(builder.take());
    for (const auto event : batches_.back()->events())
      into.push_back({shard, event});
  }

  /// All that take() has read, in the order of reading.
  [[nodiscard]] std::span<const raw_batch_ptr> batches() const { return batches_; }
  kernel_side& kernel() { return kernel_; }
  ring_reader& reader(unsigned shard) { return readers_.at(shard); }
  [[nodiscard]] const decoder& decoded() const { return decoder_; }
  [[nodiscard]] std::uint64_t corrupt() const { return decoder_.corrupt(); }

private:
  template <class T>
  static T must(std::expected<T, error> result) {
    if (!result) // A host with BTF that cannot load eBPF fails the test.
      throw std::runtime_error{result.error().detail};
    return std::move(*result);
  }

  kernel_side kernel_;
  std::vector<ring_reader> readers_;
  std::vector<raw_batch_ptr> batches_;
  decoder decoder_;
};

} // namespace vedette
