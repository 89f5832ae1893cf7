#pragma once

#include "bpf/host_kernel.hpp"
#include "events/definitions.hpp"

#include <algorithm>
#include <span>
#include <string>
#include <string_view>

namespace vedette {

/// A way to see an event. All of `programs` together, or nothing.
struct probe {
  std::string_view name; ///< As users read it.
  std::span<const std::string_view> programs;
  std::string_view blind_to; ///< What it does not see; "": nothing that we know of.
  /// Why it need not be tried, or "". For what the kernel would accept and never call,
  /// and for what can be found out faster than by trying. Takes milliseconds at most.
  std::string (*objection)(const host_kernel& host);

  /// Whether this program is one of it.
  [[nodiscard]] bool has(std::string_view program) const {
    return std::ranges::find(programs, program) != programs.end();
  }
};

/// The events that can be watched at all, on some host, in the table's order.
std::span<const event_kind> watchable_events();

/// The probes of `event`, best first: what sees most, then what costs least. Empty: it
/// cannot be watched.
std::span<const probe> probes_of(event_kind event);

} // namespace vedette
