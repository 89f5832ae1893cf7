#pragma once

#include "bpf/kernel_side.hpp"

#include <expected>
#include <span>
#include <vector>

struct vedette_bpf;

namespace vedette {

/// The filters of what is watched, on their way to the programs' maps.
class rule_maps {
public:
  rule_maps() = default;
  /// Notes in the probes how much of their filters programs decide. Those that tell of the
  /// lives of tasks and cgroups ask none, as they are needed whole, nor do those whose
  /// arguments are told apart later: of packets, of the kernel's tables.
  rule_maps(std::span<chosen_probe> probes, const event_selection& filters);

  /// Before the programs are loaded.
  void size(vedette_bpf& skeleton) const;

  /// After that, and before they are given anything to do. Errors: system.
  [[nodiscard]] std::expected<void, error> fill(vedette_bpf& skeleton) const;

private:
  struct watched_rules {
    event_kind event;
    unsigned number;
  };

  kernel_rules rules_;
  std::vector<watched_rules> events_; ///< In the order of the probes.
};

} // namespace vedette
