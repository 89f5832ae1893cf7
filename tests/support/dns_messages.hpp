#pragma once

#include "events/dns/dns_codes.hpp"
#include "events/dns/dns_message.hpp"
#include "events/dns/dns_name.hpp"

#include <cstdint>
#include <string_view>

namespace vedette {

/// A DNS message of a test, put together record by record.
///
///     dns_answer("example.com").a("example.com", "192.0.2.80", 300)
class dns_builder {
public:
  explicit dns_builder(std::string_view question, std::uint16_t type, bool response) {
    message_.header.id = 7;
    message_.header.response = response;
    message_.questions.push_back({name(question), type, dns_class_in});
    message_.header.counts[0] = 1;
  }

  dns_builder& id(std::uint16_t id) { return message_.header.id = id, *this; }
  dns_builder& rcode(std::uint8_t code) { return message_.header.rcode = code, *this; }
  dns_builder& a(std::string_view owner, std::string_view address, std::uint32_t ttl) {
    auto& one = add(owner, dns_type::a, ttl);
    one.has_address = true;
    one.address = parse_address(address).value();
    one.type = one.address.is_v4() ? dns_type::a : dns_type::aaaa;
    return *this;
  }
  /// CNAME, PTR, MX, SRV, NS, HTTPS, ...
  dns_builder& to(std::uint16_t type, std::string_view owner, std::string_view target,
                  std::uint32_t ttl) {
    auto& one = add(owner, type, ttl);
    one.target = name(target);
    return *this;
  }
  dns_builder& txt(std::string_view owner, std::string_view text, std::uint32_t ttl) {
    auto& one = add(owner, dns_type::txt, ttl);
    one.strings = {static_cast<std::uint32_t>(message_.strings.size()), 1};
    message_.strings.push_back(message_.keep(text));
    return *this;
  }
  /// Of the record that was added last.
  dns_builder& hint(std::string_view address) {
    auto& one = message_.answers.back();
    one.hints = {static_cast<std::uint32_t>(message_.addresses.size()), 1};
    message_.addresses.push_back(parse_address(address).value());
    return *this;
  }
  dns_builder& soa(std::string_view owner, std::uint32_t ttl, std::uint32_t minimum) {
    auto& one = message_.authorities.emplace_back();
    one.owner = name(owner);
    one.type = dns_type::soa;
    one.klass = dns_class_in;
    one.ttl = ttl;
    one.target = name("ns." + std::string{owner});
    one.mailbox = name("root." + std::string{owner});
    one.minimum = minimum;
    message_.header.counts[2] = 1;
    return *this;
  }
  dns_builder& additional_a(std::string_view owner, std::string_view address,
                            std::uint32_t ttl) {
    a(owner, address, ttl);
    message_.additionals.push_back(message_.answers.back());
    message_.answers.pop_back();
    --message_.header.counts[1];
    ++message_.header.counts[3];
    return *this;
  }

  [[nodiscard]] const dns_message& message() const { return message_; }

private:
  dns_text name(std::string_view text) {
    dns_text result;
    message_.make_text(
        result, [&](std::string& block) { return append_canonical_name(block, text); });
    return result;
  }
  dns_record& add(std::string_view owner, std::uint16_t type, std::uint32_t ttl) {
    ++message_.header.counts[1];
    auto& one = message_.answers.emplace_back();
    one.owner = name(owner);
    one.type = type;
    one.klass = dns_class_in;
    one.ttl = ttl;
    return one;
  }

  dns_message message_;
};

inline dns_builder dns_answer(std::string_view question,
                              std::uint16_t type = dns_type::a) {
  return dns_builder{question, type, true};
}
inline dns_builder dns_query(std::string_view question,
                             std::uint16_t type = dns_type::a) {
  return dns_builder{question, type, false};
}

} // namespace vedette
