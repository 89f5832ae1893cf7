#pragma once

#include "events/dns/dns_message.hpp"
#include "events/dns/dns_wire.hpp"

#include <expected>
#include <memory>
#include <string>
#include <string_view>

// DNS messages as trace.ProtoDNS, the JSON of the argument `proto_dns`: spec/events.md.
namespace vedette {

/// Appends one object: all keys, those of other types empty. Ours adds `SVCB` to
/// records of type SVCB and HTTPS (priority, target, hints), which Tracee does not
/// decode. What is not written, hence not read back: raw rdata, SOA-like members of
/// other types. Of a packet with a flaw it is what comes before that, and `flaw` says what
/// is wrong.
void append_proto_dns(std::string& out, const dns_message& message,
                      dns_flaw flaw = dns_flaw::none);

/// Reads them, one after the other.
class proto_dns_reader {
public:
  proto_dns_reader();
  ~proto_dns_reader();
  proto_dns_reader(proto_dns_reader&&) noexcept;
  proto_dns_reader& operator=(proto_dns_reader&&) noexcept;

  /// The object becomes `message`, which is cleared first. Missing keys are empty,
  /// others than ours are ignored; so is a record or question of which a name or
  /// address cannot be read, counted in skipped(). Errors: what is wrong, e.g. `not
  /// valid JSON`, or that the packet had a flaw.
  std::expected<void, std::string_view> read(std::string_view json,
                                             dns_message& message);

  /// Questions and records of all messages that made no sense.
  [[nodiscard]] std::size_t skipped() const;

private:
  class state;
  std::unique_ptr<state> state_;
};

} // namespace vedette
