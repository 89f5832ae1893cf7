// Any bytes as a DNS packet: reading it ends, and what was read of it, whole or not, is
// the same when it comes back from its JSON. And any bytes as that JSON: what is read
// of it is written and read as the same.

#include "events/dns/dns_wire.hpp"
#include "events/dns/proto_dns.hpp"
#include "tests/support/dns_equality.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace vedette {

namespace {

void require(bool holds) {
  if (!holds)
    std::abort();
}

bool is_ascii(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return (c & 0x80) == 0; });
}

/// JSON is text: what a TXT or URI record holds otherwise does not survive it.
bool is_text(const dns_message& message) {
  const auto fits = [&](const dns_record& one) {
    return is_ascii(message.text(one.target));
  };
  return std::ranges::all_of(
             message.strings,
             [&](dns_text text) { return is_ascii(message.text(text)); })
         && std::ranges::all_of(message.answers, fits)
         && std::ranges::all_of(message.authorities, fits)
         && std::ranges::all_of(message.additionals, fits);
}

void check_round_trip(const dns_message& message) {
  static proto_dns_reader reader;
  static dns_message again;
  std::string json, second;
  append_proto_dns(json, message);
  const auto skipped = reader.skipped();
  require(reader.read(json, again).has_value());
  require(reader.skipped() == skipped);
  append_proto_dns(second, again);
  require(json == second);
  require(!is_text(message) || same_dns_message(message, again));
}

} // namespace

} // namespace vedette

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace vedette;
  static dns_message message;
  require(!to_string(parse_dns({data, size}, message)).empty());
  check_round_trip(message);
  static proto_dns_reader reader;
  if (reader.read({reinterpret_cast<const char*>(data), size}, message))
    check_round_trip(message);
  return 0;
}
