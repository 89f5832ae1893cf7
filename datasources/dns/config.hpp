#pragma once

#include "runtime/errors.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <vector>

namespace vedette {

/// Answers to which no query was seen.
enum class dns_unsolicited : std::uint8_t { accept, ignore };

struct dns_config {
  std::size_t names = 5000; ///< Asked for, kept at most, at least 1. The dead go first.
  /// How long an expired record is kept, so that the recent past is answered, in the
  /// events' time; not negative.
  std::chrono::nanoseconds keep_expired = std::chrono::seconds{60};
  /// What is valid for less is so for this long; not negative.
  std::chrono::nanoseconds min_ttl = std::chrono::seconds{1};
  dns_unsolicited unsolicited = dns_unsolicited::accept;
  /// Of servers. Events with other ports on both ends are not learned from; those that
  /// say no port are.
  std::vector<std::uint16_t> ports{53};

  /// Errors: invalid_config, naming the value.
  [[nodiscard]] std::expected<void, error> validate() const;
};

} // namespace vedette
