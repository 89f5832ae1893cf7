#pragma once

#include "events/dns/dns_message.hpp"

#include <cstdint>
#include <span>
#include <string_view>

namespace vedette {

/// What is wrong with a packet. `none` is not.
enum class dns_flaw : std::uint8_t {
  none,
  truncated,     ///< It ends within its header, a name, a record or a record's data.
  bad_pointer,   ///< A compressed name that points forward, to itself, round or too
                 ///< often.
  bad_label,     ///< A label type other than length and pointer (RFC 1035 4.1.4).
  long_name,     ///< More than 255 bytes (RFC 1035 2.3.4).
  too_large,     ///< Its names are more than 1 MiB once they are not compressed.
  bad_data,      ///< A record's data are longer or shorter than its type has it.
  trailing_data, ///< Something follows the last record.
};

std::string_view to_string(dns_flaw flaw);

/// A whole message (RFC 1035 4.1; HTTPS and SVCB: RFC 9460) becomes `message`, which is
/// cleared first. At the first flaw it stops; what came before stays in the message, as
/// packets are cut by who captures them.
dns_flaw parse_dns(std::span<const std::uint8_t> packet, dns_message& message);

} // namespace vedette
