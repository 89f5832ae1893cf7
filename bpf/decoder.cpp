#include "bpf/decoder.hpp"

#include "bpf/kernel_side.hpp"
#include "events/record_check.hpp"

#include <algorithm>

namespace vedette {

decoder decoder::of(const kernel_side& kernel) {
  const auto shows = [&kernel](event_kind event) {
    return std::ranges::count(kernel.probes(), event, &chosen_probe::event) > 0;
  };
  return decoder{{.requests = shows(event_kind::net_packet_dns_request),
                  .responses = shows(event_kind::net_packet_dns_response)}};
}

std::size_t decoder::decode(const frame_range& frames, batch_builder& to) {
  std::size_t added = 0;
  for (const auto frame : frames) {
    if (check_record(frame) != corruption::none) {
      ++corrupt_;
      continue;
    }
    const auto& header = *reinterpret_cast<const record_header*>(frame.data());
    // An unknown event is replayed: the kernel's side does not make any.
    if (header.kind >= event_kinds
        || (dns_packets::is_packet(header) && !packets_.add(frame, to))) {
      ++corrupt_;
      continue;
    }
    if (!dns_packets::is_packet(header))
      to.add(frame);
    ++delivered_[header.kind];
    ++added;
  }
  return added;
}

} // namespace vedette
