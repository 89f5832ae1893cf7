#include "events/dns/dns_packets.hpp"

#include "events/definitions.hpp"
#include "events/dns/ip_address.hpp"

#include <cstring>
#include <netinet/in.h>
#include <string>

namespace vedette {

namespace {

namespace made = events::net_packet_dns;

constexpr std::uint8_t fin = 1, syn = 2, rst = 4;

template <class Argument>
constexpr std::uint64_t bit = std::uint64_t{1} << Argument::slot;

const record_slot& slot_of(const record_header& header, std::size_t slot) {
  return reinterpret_cast<const record_slot*>(&header + 1)[slot];
}

std::span<const std::uint8_t> bytes_of(const record_header& header, std::size_t slot) {
  const auto where = slot_of(header, slot).bytes;
  return {reinterpret_cast<const std::uint8_t*>(&header) + where.offset, where.length};
}

ip_address address_of(const __u8 (&bytes)[16]) {
  return ip_address::v6(std::span<const std::uint8_t, 16>{bytes});
}

/// Nothing but messages, each with its length: as one begins where they are written.
bool begins_a_message(std::span<const std::uint8_t> payload) {
  while (payload.size() >= 2) {
    const auto whole = 2 + static_cast<std::size_t>(payload[0] << 8U | payload[1]);
    if (whole > payload.size())
      return false;
    payload = payload.subspan(whole);
  }
  return payload.empty();
}

} // namespace

bool dns_packets::add(std::span<const std::byte> packet, batch_builder& to) {
  parts read{reinterpret_cast<const record_header*>(packet.data()), {}, {}, false};
  const auto& header = *read.header;
  if ((header.present & bit<made::metadata>) == 0)
    return false;
  const auto facts = bytes_of(header, made::metadata::slot);
  if (facts.size() != sizeof(native_packet))
    return false;
  std::memcpy(&read.facts, facts.data(), facts.size());
  if ((header.present & bit<made::proto_dns>) != 0)
    read.payload = bytes_of(header, made::proto_dns::slot);
  read.cut = (header.truncated & bit<made::proto_dns>) != 0;
  if (read.facts.protocol == IPPROTO_TCP)
    add_segment(read, to);
  else
    add_message(read, read.payload, to);
  return true;
}

dns_packets::direction dns_packets::direction_of(native_packet facts) {
  facts.sequence = 0;
  facts.tcp_flags = 0;
  direction whose;
  std::memcpy(whose.bytes.data(), &facts, sizeof(facts));
  return whose;
}

void dns_packets::add_segment(const parts& packet, batch_builder& to) {
  ++segments_;
  auto* const found = stream_of(packet);
  if (found == nullptr)
    return;
  auto& content = found->content;
  const auto& facts = packet.facts;
  const auto begins = (facts.tcp_flags & syn) != 0;
  const auto first = facts.sequence + (begins ? 1U : 0U); // A SYN takes a number.
  const auto waiting = content.waiting_bytes(), gaps = content.gaps();
  if (begins)
    content.start(first);
  if (!packet.payload.empty()) {
    content.add(first, packet.payload);
    while (const auto message = content.next())
      add_message(packet, *message, to);
  }
  const auto next = first + static_cast<std::uint32_t>(packet.payload.size());
  // What comes again after the end is no message; what is on its way still is.
  if ((facts.tcp_flags & rst) != 0
      || ((facts.tcp_flags & fin) != 0 && content.waiting_bytes() == 0))
    content.start(next);
  broken_ += content.gaps() - gaps + (packet.cut ? 1 : 0);
  waiting_bytes_ += content.waiting_bytes();
  waiting_bytes_ -= waiting;
  while (waiting_bytes_ > most_bytes && streams_.size() > 1)
    drop_oldest();
}

/// Null: it began before we looked, and where in it a message begins cannot be said.
dns_packets::stream* dns_packets::stream_of(const parts& packet) {
  const auto whose = direction_of(packet.facts);
  if (const auto found = by_direction_.find(whose); found != by_direction_.end()) {
    streams_.splice(streams_.begin(), streams_, found->second);
    return &streams_.front();
  }
  if ((packet.facts.tcp_flags & syn) == 0) {
    if (packet.payload.empty())
      return nullptr;
    if (!begins_a_message(packet.payload)) {
      ++broken_;
      return nullptr;
    }
  }
  if (streams_.size() >= most_streams)
    drop_oldest();
  streams_.push_front({whose, {}});
  by_direction_.emplace(whose, streams_.begin());
  return &streams_.front();
}

void dns_packets::drop_oldest() {
  const auto waiting = streams_.back().content.waiting_bytes();
  waiting_bytes_ -= waiting;
  broken_ += waiting > 0 ? 1 : 0;
  by_direction_.erase(streams_.back().whose);
  streams_.pop_back();
}

void dns_packets::add_message(const parts& packet,
                              std::span<const std::uint8_t> message,
                              batch_builder& to) {
  constexpr auto args = std::size_t{6};
  static_assert(made::proto_dns::slot == args - 1);
  const auto& facts = packet.facts;
  messages_ += facts.protocol == IPPROTO_TCP ? 1 : 0;
  auto header = *packet.header;
  record_.assign(sizeof(header) + args * sizeof(record_slot), std::byte{});
  append_address(made::src::slot, facts.src);
  append_address(made::dst::slot, facts.dst);
  append_bytes(made::metadata::slot, std::as_bytes(std::span{&facts, 1}));
  append_bytes(made::proto_dns::slot, std::as_bytes(message));
  auto* const slots = reinterpret_cast<record_slot*>(record_.data() + sizeof(header));
  slots[made::src_port::slot].value = facts.src_port;
  slots[made::dst_port::slot].value = facts.dst_port;
  header.size = static_cast<__u32>(record_.size());
  header.flags |= RECORD_NATIVE;
  header.arg_count = args;
  header.present = (std::uint64_t{1} << args) - 1;
  header.references =
      bit<made::src> | bit<made::dst> | bit<made::metadata> | bit<made::proto_dns>;
  header.truncated = packet.cut && facts.protocol != IPPROTO_TCP ? bit<made::proto_dns> : 0;
  header.detail[0] = 0;
  std::memcpy(record_.data(), &header, sizeof(header));
  to.add(record_);
  derived_.add(*packet.header, facts, message, header.truncated != 0, to);
}

void dns_packets::append_bytes(std::size_t slot, std::span<const std::byte> bytes) {
  const auto at = record_.size();
  record_.insert(record_.end(), bytes.begin(), bytes.end());
  auto* const slots =
      reinterpret_cast<record_slot*>(record_.data() + sizeof(record_header));
  slots[slot].bytes = {static_cast<__u32>(at), static_cast<__u32>(bytes.size())};
}

void dns_packets::append_address(std::size_t slot, const __u8 (&address)[16]) {
  const auto text = to_string(address_of(address)); // Short: no allocation but for IPv6.
  append_bytes(slot, std::as_bytes(std::span{text}));
}

} // namespace vedette
