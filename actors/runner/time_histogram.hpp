#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <numeric>

namespace vedette {

/// How long something took, in powers of two of nanoseconds.
class time_histogram {
public:
  /// So many took that long.
  void add(std::chrono::nanoseconds took, std::uint64_t times) {
    const auto ns = static_cast<std::uint64_t>(std::max<std::int64_t>(took.count(), 0));
    counts_[std::min<std::size_t>(std::bit_width(ns), counts_.size() - 1)] += times;
    sum_ += took * times;
  }

  [[nodiscard]] std::chrono::nanoseconds sum() const { return sum_; }
  [[nodiscard]] std::uint64_t count() const {
    return std::accumulate(counts_.begin(), counts_.end(), std::uint64_t{0});
  }

  /// So many took no longer than …: the upper bound of the bucket; 0: there are none.
  [[nodiscard]] std::chrono::nanoseconds quantile(double share) const {
    const auto wanted = share * static_cast<double>(count());
    std::uint64_t seen = 0;
    for (std::size_t bits = 0; bits < counts_.size(); ++bits) {
      seen += counts_[bits];
      if (seen > 0 && static_cast<double>(seen) >= wanted)
        return std::chrono::nanoseconds{(std::int64_t{1} << bits) - 1};
    }
    return std::chrono::nanoseconds{0};
  }

private:
  std::array<std::uint64_t, 40> counts_{}; ///< By the number of bits of the nanoseconds.
  std::chrono::nanoseconds sum_{0};
};

} // namespace vedette
