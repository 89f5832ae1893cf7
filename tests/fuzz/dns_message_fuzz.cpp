// Any bytes as a DNS packet: it is read or has a flaw, and what is written of it as
// JSON is read back as the same.

#include "events/dns/dns_wire.hpp"
#include "events/dns/proto_dns.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

namespace vedette {

namespace {

void require(bool holds) {
  if (!holds)
    std::abort();
}

std::string written(const dns_message& message) {
  std::string text;
  append_proto_dns(text, message);
  return text;
}

} // namespace

} // namespace vedette

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static vedette::dns_message message, again;
  static vedette::proto_dns_reader reader;
  const auto flaw = vedette::parse_dns({data, size}, message);
  vedette::require(flaw == vedette::dns_flaw::none || !to_string(flaw).empty());
  const auto json = vedette::written(message);
  vedette::require(reader.read(json, again).has_value());
  vedette::require(reader.skipped() == 0);
  const auto repeated = vedette::written(again);
  vedette::require(reader.read(repeated, message).has_value());
  vedette::require(vedette::written(message) == repeated);
  vedette::require(repeated == json);
  return 0;
}
