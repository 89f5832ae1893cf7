#pragma once

#include "events/dns/dns_wire.hpp"
#include "events/object_json.hpp"
#include "tests/kernel/support/capture.hpp"

#include <string>

namespace vedette {

/// The message of a net_packet_dns event. → whether it is sound.
inline bool read_dns(const captured& from, dns_message& message) {
  const auto found = from.event.get<events::net_packet_dns::proto_dns>();
  if (!found || !found->is_native)
    return false;
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(found->bytes.data());
  return parse_dns({bytes, found->bytes.size()}, message) == dns_flaw::none;
}

/// As JSON has it.
inline std::string dns_metadata(const captured& from) {
  std::string json;
  append_object(json, *from.event.get<events::net_packet_dns::metadata>());
  return json;
}

} // namespace vedette
