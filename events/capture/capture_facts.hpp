#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace vedette {

/// The host and the run that a capture is of.
struct capture_facts {
  std::string host_name;
  std::string kernel_release; ///< `6.18.5`
  std::string boot_id;
  std::int64_t boot_time_ns = 0; ///< Since the epoch: the run's clock offset.
  std::uint64_t clock_tick = 0;  ///< Of /proc's times, a second.
  std::uint64_t pid_ns = 0, mnt_ns = 0; ///< Of the one who recorded.
  std::uint32_t shards = 1;

  /// Names of events by the numbers that records know their kinds by.
  std::vector<std::string> events;

  bool operator==(const capture_facts&) const = default;
};

/// The names in this version's table.
std::vector<std::string> known_event_names();

/// `name=value` lines.
std::string to_text(const capture_facts& facts);

/// Lines that are not known are passed over.
capture_facts parse_facts(std::string_view text);

} // namespace vedette
