#pragma once

#include "events/dns/dns_codes.hpp"
#include "events/dns/dns_message.hpp"
#include "events/dns/dns_name.hpp"
#include "events/dns/proto_dns.hpp"
#include "tests/support/events.hpp"

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

// DNS messages for tests, put together by hand.
//
//     const auto reply = answer_to("www.example.com").cname("www.example.com",
//     "a.example")
//                            .a("a.example", "192.0.2.1", 60);
namespace vedette::stories {

class dns_builder {
public:
  explicit dns_builder(std::string_view name, std::uint16_t type = dns_type::a) {
    message_.header.id = 7;
    message_.questions.push_back({canonical(name), type, dns_class_in});
  }
  /// Without a question.
  dns_builder() { message_.header.id = 7; }

  dns_builder& id(std::uint16_t number) { return message_.header.id = number, *this; }
  dns_builder& response() { return message_.header.response = true, *this; }
  dns_builder& truncated() { return message_.header.truncated = true, *this; }
  dns_builder& rcode(std::uint8_t code) { return message_.header.rcode = code, *this; }

  /// Records that follow are in this section.
  dns_builder& authority() { return section_ = &message_.authorities, *this; }
  dns_builder& additional() { return section_ = &message_.additionals, *this; }

  /// A or AAAA, as the address is.
  dns_builder& a(std::string_view owner, std::string_view address,
                 std::uint32_t ttl = 300) {
    const auto parsed = parse_address(address).value();
    auto& one = add(owner, parsed.is_v4() ? dns_type::a : dns_type::aaaa, ttl);
    one.has_address = true;
    one.address = parsed;
    return *this;
  }
  dns_builder& cname(std::string_view owner, std::string_view target,
                     std::uint32_t ttl = 300) {
    return named(owner, dns_type::cname, target, ttl);
  }
  dns_builder& ptr(std::string_view owner, std::string_view target,
                   std::uint32_t ttl = 300) {
    return named(owner, dns_type::ptr, target, ttl);
  }
  dns_builder& mx(std::string_view owner, std::string_view target,
                  std::uint32_t ttl = 300) {
    return named(owner, dns_type::mx, target, ttl);
  }
  dns_builder& named(std::string_view owner, std::uint16_t type,
                     std::string_view target, std::uint32_t ttl = 300) {
    const auto text = canonical(target);
    add(owner, type, ttl).target = text;
    return *this;
  }
  dns_builder& https(std::string_view owner, std::string_view target,
                     const std::vector<std::string>& hints, std::uint32_t ttl = 300) {
    const auto text = canonical(target);
    auto& one = add(owner, dns_type::https, ttl);
    one.priority = 1;
    one.target = text;
    one.hints = {static_cast<std::uint32_t>(message_.addresses.size()),
                 static_cast<std::uint32_t>(hints.size())};
    for (const auto& hint : hints)
      message_.addresses.push_back(parse_address(hint).value());
    return *this;
  }
  dns_builder& txt(std::string_view owner, std::string_view content,
                   std::uint32_t ttl = 300) {
    const auto text = message_.keep(content);
    add(owner, dns_type::txt, ttl).strings = {
        static_cast<std::uint32_t>(message_.strings.size()), 1};
    message_.strings.push_back(text);
    return *this;
  }
  /// Of a negative answer, in the authority section.
  dns_builder& soa(std::string_view zone, std::uint32_t ttl, std::uint32_t minimum) {
    authority();
    const auto text = canonical("ns." + std::string{zone});
    auto& one = add(zone, dns_type::soa, ttl);
    one.target = one.mailbox = text;
    one.minimum = minimum;
    return *this;
  }

  [[nodiscard]] const dns_message& message() const { return message_; }

  /// As the probe tells it: from or to a server at 192.0.2.53.
  [[nodiscard]] event_builder event(task asker = {}, std::uint16_t port = 40000) const {
    namespace packet = events::net_packet_dns;
    std::string json;
    append_proto_dns(json, message_);
    const bool is_response = message_.header.response;
    constexpr auto server = "192.0.2.53", client = "10.0.0.2";
    return event_builder{event_kind::net_packet_dns}
        .by(asker)
        .arg<packet::src>(is_response ? server : client)
        .arg<packet::dst>(is_response ? client : server)
        .arg<packet::src_port>(is_response ? std::uint16_t{53} : port)
        .arg<packet::dst_port>(is_response ? port : std::uint16_t{53})
        .arg<packet::proto_dns>(json);
  }

private:
  dns_text canonical(std::string_view name) {
    dns_text text;
    if (!message_.make_text(text, [&](std::string& block) {
          return append_canonical_name(block, name);
        }))
      throw std::invalid_argument{std::string{name}};
    return text;
  }

  dns_record& add(std::string_view owner, std::uint16_t type, std::uint32_t ttl) {
    const auto text = canonical(owner);
    auto& into = section_ == nullptr ? message_.answers : *section_;
    auto& one = into.emplace_back();
    one.owner = text;
    one.type = type;
    one.klass = dns_class_in;
    one.ttl = ttl;
    return one;
  }

  dns_message message_;
  std::vector<dns_record>* section_ = nullptr; ///< Null: answers.
};

inline dns_builder query(std::string_view name, std::uint16_t type = dns_type::a) {
  return dns_builder{name, type};
}
inline dns_builder answer_to(std::string_view name, std::uint16_t type = dns_type::a) {
  dns_builder result{name, type};
  return std::move(result.response());
}
inline dns_builder nxdomain(std::string_view name, std::uint32_t ttl = 60) {
  return std::move(answer_to(name).rcode(dns_rcode::nxdomain).soa("example", ttl, ttl));
}
inline dns_builder no_data(std::string_view name, std::uint32_t ttl = 60) {
  return std::move(answer_to(name).soa("example", ttl, ttl));
}

} // namespace vedette::stories
