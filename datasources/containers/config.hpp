#pragma once

#include "runtime/errors.hpp"

#include <chrono>
#include <cstddef>
#include <expected>
#include <string_view>

namespace vedette {

/// Which container runtimes are asked.
struct asked_runtimes {
  bool docker = false, podman = false, containerd = false, crio = false;

  /// Whether somebody is asked about a container of this runtime. Of which it is may be
  /// unknown; then all are.
  [[nodiscard]] bool answer_for(std::string_view runtime) const {
    return (docker && runtime == "docker") || (podman && runtime == "podman")
           || (containerd && runtime == "containerd") || (crio && runtime == "crio")
           || (runtime == "unknown" && (docker || podman || containerd || crio));
  }
};

struct containers_config {
  std::size_t limit = 16384; ///< Kept at most, at least 1. The removed go first.
  /// How long a removed one is answerable, in the events' time; not negative.
  std::chrono::nanoseconds grace = std::chrono::seconds{30};
  /// How long after discovery a container is told of whose runtime has not answered.
  std::chrono::nanoseconds tell_after = std::chrono::seconds{1};
  asked_runtimes enrich{};

  /// Errors: invalid_config, naming the value.
  [[nodiscard]] std::expected<void, error> validate() const;
};

} // namespace vedette
