#pragma once

#include "events/batch_builder.hpp"
#include "events/dns/dns_message.hpp"
#include "events/native_forms.h"
#include "events/record.h"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace vedette {

/// The events net_packet_dns_request and net_packet_dns_response: what most want to know of
/// a message, made of the same message as net_packet_dns, which is added before them.
///
/// A message without a question is no request. A response tells its first question, and all
/// answers. `packet_len` is the IP packet's; over TCP, where a message can be many packets,
/// the message's.
class dns_derived {
public:
  struct wanted {
    bool requests = false, responses = false;
  };

  dns_derived() = default;
  explicit dns_derived(wanted what) : wanted_{what} {}

  /// `from`: the packet's record, for its context.
  void add(const record_header& from, const native_packet& facts,
           std::span<const std::uint8_t> message, bool cut, batch_builder& to);

  [[nodiscard]] std::uint64_t made() const { return made_; }

private:
  void make(const record_header& from, std::uint16_t kind, bool cut, batch_builder& to);

  wanted wanted_;
  std::uint64_t made_ = 0;
  // Used again.
  dns_message message_;
  std::string metadata_, content_;
  std::vector<std::byte> record_;
};

} // namespace vedette
