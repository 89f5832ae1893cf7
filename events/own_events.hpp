#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

/// Events that Vedette makes itself, as records.
namespace vedette {

/// Events of one kind that were lost. Times as in the batch that the record goes into.
struct loss {
  std::string_view event; ///< Its name.
  std::uint64_t count;
  std::uint64_t since_ns, until_ns; ///< In between.
  std::string_view where;           ///< `ring 0`, `sink out`.
};

/// A `lost_events` record that is told at `now_ns`.
std::vector<std::byte> make_record(const loss& lost, std::uint64_t now_ns);

/// What happened to somebody that others rely on.
struct state_change {
  std::string_view whose; ///< `collector host`, `tracee/dns`.
  std::string_view state; ///< `blind`, …
  std::string_view reason;
};

/// A `data_source_state` record that is told at `now_ns`.
std::vector<std::byte> make_record(const state_change& change, std::uint64_t now_ns);

} // namespace vedette
