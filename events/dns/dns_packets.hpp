#pragma once

#include "events/batch_builder.hpp"
#include "events/dns/dns_derived.hpp"
#include "events/dns/dns_stream.hpp"
#include "events/native_forms.h"
#include "events/record.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <span>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace vedette {

/// From packets, as the kernel's programs tell of them (RECORD_DNS_PACKET), to what events
/// are about: whole messages. A UDP packet is one; of TCP each direction of a connection is
/// put together, of the 1024 that were heard last.
class dns_packets {
public:
  /// Bytes of messages that are not whole yet, of all connections: what is over goes, those
  /// first that were silent longest.
  static constexpr std::size_t most_streams = 1024, most_bytes = 8U << 20U;

  dns_packets() = default;
  /// Those events are made beside the messages' own.
  explicit dns_packets(dns_derived::wanted derived) : derived_{derived} {}

  static bool is_packet(const record_header& record) {
    return record.kind == RECORD_net_packet_dns
           && (record.detail[0] & RECORD_DNS_PACKET) != 0;
  }

  /// Adds an event per message that this packet completes; `packet` is a record that
  /// check_record() has accepted, and that is_packet(). False: it is no such thing.
  bool add(std::span<const std::byte> packet, batch_builder& to);

  /// Events that are made of messages beside their own.
  [[nodiscard]] std::uint64_t derived() const { return derived_.made(); }
  /// Of TCP: packets, and the messages in them.
  [[nodiscard]] std::uint64_t segments() const { return segments_; }
  [[nodiscard]] std::uint64_t messages() const { return messages_; }
  /// Times that a part of a message was given up: what came before it was lost, or it was
  /// over a limit, or nobody can tell where in it a message begins.
  [[nodiscard]] std::uint64_t broken() const { return broken_; }

private:
  /// A packet's facts without what differs from one to the next of its direction.
  struct direction {
    std::array<char, sizeof(native_packet)> bytes{};
    bool operator==(const direction&) const = default;
  };
  struct direction_hash {
    std::size_t operator()(const direction& one) const {
      return std::hash<std::string_view>{}({one.bytes.data(), one.bytes.size()});
    }
  };
  struct stream {
    direction whose;
    dns_stream content;
  };
  using streams = std::list<stream>;
  /// A record and the parts of it.
  struct parts {
    const record_header* header;
    native_packet facts;
    std::span<const std::uint8_t> payload;
    bool cut;
  };

  static direction direction_of(native_packet facts);
  void add_segment(const parts& packet, batch_builder& to);
  stream* stream_of(const parts& packet);
  void drop_oldest();
  void add_message(const parts& packet, std::span<const std::uint8_t> message,
                   batch_builder& to);
  void append_bytes(std::size_t slot, std::span<const std::byte> bytes);
  void append_address(std::size_t slot, const __u8 (&address)[16]);

  streams streams_; ///< The one that was heard last is in front.
  std::unordered_map<direction, streams::iterator, direction_hash> by_direction_;
  std::size_t waiting_bytes_ = 0; ///< In all streams.
  std::uint64_t segments_ = 0, messages_ = 0, broken_ = 0;
  dns_derived derived_;
  std::vector<std::byte> record_; ///< Under construction; used again.
};

} // namespace vedette
