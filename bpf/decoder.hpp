#pragma once

#include "bpf/frames.hpp"
#include "events/batch_builder.hpp"
#include "events/dns/dns_packets.hpp"

#include <array>
#include <cstdint>

namespace vedette {

class kernel_side;

/// From frames in a ring to a batch: each record is checked once, where it lies, and
/// copied. A corrupt one is counted and left out; the others are none the worse for it.
/// Packets with DNS become events with the messages in them.
class decoder {
public:
  decoder() = default;
  explicit decoder(dns_derived::wanted derived) : packets_{derived} {}
  /// That makes what the kernel's side is to show.
  static decoder of(const kernel_side& kernel);

  /// Appends `frames` to `to` → how many were good.
  std::size_t decode(const frame_range& frames, batch_builder& to);

  /// Records handed over so far: what the kernel's side counts as written, unless
  /// corrupt.
  [[nodiscard]] std::uint64_t delivered(event_kind kind) const {
    return delivered_[static_cast<std::size_t>(kind)];
  }
  [[nodiscard]] std::uint64_t corrupt() const { return corrupt_; }
  /// Good ones that are no event by themselves, and events made of such.
  [[nodiscard]] std::uint64_t filtered() const { return packets_.segments(); }
  [[nodiscard]] std::uint64_t made() const { return packets_.messages() + packets_.derived(); }
  /// Times that a DNS message could not be put together.
  [[nodiscard]] std::uint64_t broken() const { return packets_.broken(); }

private:
  std::array<std::uint64_t, event_kinds> delivered_{};
  std::uint64_t corrupt_ = 0;
  dns_packets packets_;
};

} // namespace vedette
