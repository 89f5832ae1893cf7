#include "events/dns/dns_rdata.hpp"

#include "events/dns/dns_codes.hpp"

#include <cstddef>
#include <cstdint>

namespace vedette {

namespace {

/// `MNAME RNAME serial refresh retry expire minimum`, as in a zone file.
void append_soa(std::string& out, const dns_message& message,
                const dns_record& record) {
  out += message.text(record.target);
  out += ". ";
  out += message.text(record.mailbox);
  out += '.';
  for (const auto number :
       {record.serial, record.refresh, record.retry, record.expire, record.minimum}) {
    out += ' ';
    out += std::to_string(number);
  }
}

} // namespace

void append_dns_rdata(std::string& out, const dns_message& message,
                      const dns_record& record) {
  constexpr std::size_t shown = 1024;
  const auto target = message.text(record.target);
  if (record.type == dns_type::txt) {
    for (const auto text : message.texts(record))
      out += message.text(text).substr(0, shown);
  } else if (record.type == dns_type::soa) {
    append_soa(out, message, record);
  } else if (record.type == dns_type::uri) {
    out += target.substr(0, shown);
  } else if (record.type == dns_type::ns || record.type == dns_type::ptr
             || record.type == dns_type::dname || record.type == dns_type::cname
             || record.type == dns_type::mx || record.type == dns_type::srv
             || record.type == dns_type::https || record.type == dns_type::svcb) {
    out += target.empty() ? "." : target;
  } else if (const auto raw = message.text(record.raw); !raw.empty()) {
    constexpr auto digits = "0123456789abcdef";
    out += R"(\# )" + std::to_string(raw.size()) + ' ';
    for (const auto c : raw.substr(0, shown)) {
      out += digits[static_cast<std::uint8_t>(c) >> 4U];
      out += digits[static_cast<std::uint8_t>(c) & 15U];
    }
  }
}

} // namespace vedette
