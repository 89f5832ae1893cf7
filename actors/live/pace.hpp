#pragma once

#include <algorithm>
#include <cstdint>

namespace vedette {

/// When something that may happen at any time shall happen, if it is not to happen
/// oftener than every `spacing` in the long run: a few times without delay after a
/// pause (a leaky bucket, GCRA). Times in nanoseconds of any clock. What has to wait
/// waits for a multiple of the spacing: all who keep the same pace go at the same
/// times, and who waits for several of them is woken up once.
class pace {
public:
  static constexpr std::uint64_t burst = 16;

  explicit pace(std::uint64_t spacing) : spacing_{spacing} {}

  /// Not before this.
  [[nodiscard]] std::uint64_t next() const {
    return spacing_ == 0 ? full_at_ : full_at_ - full_at_ % spacing_;
  }

  /// It has happened, also if it was too soon: that delays what follows by no more than
  /// one spacing.
  void went(std::uint64_t now) {
    constexpr auto at_once = burst - 1;
    const auto emptied = now > at_once * spacing_ ? now - at_once * spacing_ : 0;
    full_at_ = std::min(std::max(full_at_, emptied) + spacing_, now + spacing_);
  }

private:
  std::uint64_t spacing_;
  std::uint64_t full_at_ = 0; ///< Until then the bucket is full.
};

} // namespace vedette
