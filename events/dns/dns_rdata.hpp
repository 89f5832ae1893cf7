#pragma once

#include "events/dns/dns_message.hpp"

#include <string>

namespace vedette {

/// A record's data for people, except addresses: the target's name, `.` for the root; a
/// text's content; of types that are not decoded as in RFC 3597 5. At most about 2 KB.
void append_dns_rdata(std::string& out, const dns_message& message,
                      const dns_record& record);

} // namespace vedette
