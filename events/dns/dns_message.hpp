#pragma once

#include "events/dns/ip_address.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

// One DNS message, decoded, wherever it came from: dns_wire.hpp reads packets,
// proto_dns.hpp reads and writes JSON. No protocol logic here.
namespace vedette {

/// A text of a message: see dns_message::text().
struct dns_text {
  std::uint32_t offset = 0, length = 0;
};

/// A run of a message's `addresses` or `strings`.
struct dns_range {
  std::uint32_t first = 0, count = 0;
};

struct dns_header {
  std::uint16_t id = 0;
  bool response = false; ///< QR
  std::uint8_t opcode = 0;
  bool authoritative = false;       ///< AA
  bool truncated = false;           ///< TC
  bool recursion_desired = false;   ///< RD
  bool recursion_available = false; ///< RA
  std::uint8_t z = 0;               ///< The three bits between RA and RCODE.
  std::uint8_t rcode = 0;
  /// What the header says, not what is there: questions, answers, authorities,
  /// additionals.
  std::uint16_t counts[4] = {};
};

struct dns_question {
  dns_text name;
  std::uint16_t type = 0, klass = 0;
};

/// Members are filled as the type has them, and empty otherwise.
struct dns_record {
  dns_text owner;
  std::uint16_t type = 0, klass = 0;
  std::uint32_t ttl = 0;
  bool has_address = false; ///< A, AAAA: there is one in `address`.
  ip_address address;
  dns_text target;  ///< NS, CNAME, DNAME, PTR, MX, SRV, SVCB, HTTPS, URI; SOA's MNAME.
  dns_text mailbox; ///< SOA's RNAME.
  std::uint16_t priority = 0; ///< MX's preference; of SRV, SVCB, HTTPS, URI.
  std::uint16_t weight = 0, port = 0;
  std::uint32_t serial = 0, refresh = 0, retry = 0, expire = 0, minimum = 0; ///< SOA
  dns_range hints;   ///< SVCB, HTTPS: ipv4hint and ipv6hint, in dns_message::addresses.
  dns_range strings; ///< TXT, in dns_message::strings.
  dns_text raw;      ///< rdata of other types; JSON does not have it.
};

/// All texts lie in one block; names in canonical form (dns_name.hpp). Cleared and used
/// again it allocates nothing.
class dns_message {
public:
  dns_header header;
  std::vector<dns_question> questions;
  std::vector<dns_record> answers, authorities, additionals;
  std::vector<ip_address> addresses;
  std::vector<dns_text> strings;

  [[nodiscard]] std::string_view text(dns_text where) const {
    return std::string_view{block_}.substr(where.offset, where.length);
  }
  [[nodiscard]] std::span<const ip_address> hints(const dns_record& record) const {
    return std::span{addresses}.subspan(record.hints.first, record.hints.count);
  }
  [[nodiscard]] std::span<const dns_text> texts(const dns_record& record) const {
    return std::span{strings}.subspan(record.strings.first, record.strings.count);
  }

  /// What `append(block)` appends is a text; it says false: there is none.
  template <class Append>
  bool make_text(dns_text& text, Append append) {
    const auto begin = block_.size();
    if (!append(block_)) {
      block_.resize(begin);
      return false;
    }
    text = {static_cast<std::uint32_t>(begin),
            static_cast<std::uint32_t>(block_.size() - begin)};
    return true;
  }
  dns_text keep(std::string_view content) {
    dns_text text;
    make_text(text, [&](std::string& block) { return block += content, true; });
    return text;
  }

  void clear();

private:
  std::string block_;
};

} // namespace vedette
