#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace vedette {

/// Which events of a few that follow each other go to which signatures, both by number. Each
/// signature is then given all of its own, one after the other: what it looks at stays in the
/// nearest cache, which the state of a hundred signatures would wash out for each event.
class event_block {
public:
  static constexpr std::uint32_t size = 64; ///< Events; so many bits.

  void add(std::uint32_t signature, std::uint32_t event) {
    if (signature >= events_.size()) {
      events_.resize(signature + std::size_t{1});
      signatures_.resize(signature / 64 + std::size_t{1});
    }
    events_[signature] |= std::uint64_t{1} << event;
    signatures_[signature / 64] |= std::uint64_t{1} << signature % 64;
  }

  /// Calls `give(signature, event)` for all that was added, in the order of the signatures
  /// and then of the events, and forgets it.
  template <class Give>
  void take(Give give) {
    for (std::size_t word = 0; word < signatures_.size(); ++word)
      for_each_bit(std::exchange(signatures_[word], 0), [&](std::uint32_t bit) {
        const auto signature = static_cast<std::uint32_t>(word * 64) + bit;
        for_each_bit(std::exchange(events_[signature], 0),
                     [&](std::uint32_t event) { give(signature, event); });
      });
  }

private:
  template <class Visit>
  static void for_each_bit(std::uint64_t bits, Visit visit) {
    for (; bits != 0; bits &= bits - 1)
      visit(static_cast<std::uint32_t>(std::countr_zero(bits)));
  }

  std::vector<std::uint64_t> events_;     ///< By signature: its events.
  std::vector<std::uint64_t> signatures_; ///< Those with any.
};

} // namespace vedette
