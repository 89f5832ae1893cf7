#pragma once

#include "events/batch.hpp"
#include "events/dns/dns_message.hpp"
#include "events/dns/proto_dns.hpp"

#include <cstddef>

namespace vedette {

/// The messages of net_packet_dns events, as the network had them or as JSON, one after
/// the other.
class dns_event_reader {
public:
  /// Valid until the next one is read. Null: it cannot be read.
  const dns_message* read(event_view event);

  /// Questions and records in messages as JSON that made no sense.
  [[nodiscard]] std::size_t skipped() const { return json_.skipped(); }

private:
  proto_dns_reader json_;
  dns_message message_; ///< Its memory is used again.
};

} // namespace vedette
