#include "events/dns/dns_event_reader.hpp"

#include "events/dns/dns_wire.hpp"

#include <cstdint>

namespace vedette {

const dns_message* dns_event_reader::read(event_view event) {
  const auto content = event.get<events::net_packet_dns::proto_dns>();
  if (!content)
    return nullptr;
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(content->bytes.data());
  const bool is_read =
      content->is_native
          ? parse_dns({bytes, content->bytes.size()}, message_) == dns_flaw::none
          : json_.read(content->bytes, message_).has_value();
  return is_read ? &message_ : nullptr;
}

} // namespace vedette
