#pragma once

#include "datasources/dns/dns.hpp"
#include "datasources/dns/protocol.hpp"
#include "runtime/time.hpp"

#include <chrono>
#include <optional>

// What DNS answers have said of addresses, longer than the data source keeps it.
namespace vedette {

/// Signatures ask what a name was "in the last hour".
inline constexpr std::chrono::hours resolved_lately{1};

/// What an answer to somebody's question says, and who asked.
inline constexpr auto answers_to_questions =
    dns_parts::records | dns_parts::solicited_only;

/// The address that a record gives its owner: A, AAAA, the hints of HTTPS and SVCB.
inline std::optional<ip_address> address_given_by(const dns_record_info& record) {
  if (record.type != "A" && record.type != "AAAA" && record.type != "HTTPS"
      && record.type != "SVCB")
    return {};
  return parse_address(record.value);
}

/// When it is no longer valid.
inline time_ns valid_until(const dns_record_info& record) {
  return record.seen_at + std::chrono::seconds{seconds_of(record.ttl)};
}

} // namespace vedette
