#pragma once

#include "events/dns/dns_message.hpp"

#include <algorithm>

namespace vedette {

/// Of what JSON has: raw rdata do not count.
inline bool same_dns_record(const dns_message& one, const dns_record& a,
                            const dns_message& other, const dns_record& b) {
  const auto same = [&](dns_text x, dns_text y) {
    return one.text(x) == other.text(y);
  };
  return same(a.owner, b.owner) && a.type == b.type && a.klass == b.klass
         && a.ttl == b.ttl && a.has_address == b.has_address && a.address == b.address
         && same(a.target, b.target) && same(a.mailbox, b.mailbox)
         && a.priority == b.priority && a.weight == b.weight && a.port == b.port
         && a.serial == b.serial && a.refresh == b.refresh && a.retry == b.retry
         && a.expire == b.expire && a.minimum == b.minimum
         && std::ranges::equal(one.hints(a), other.hints(b))
         && std::ranges::equal(one.texts(a), other.texts(b), same);
}

inline bool same_dns_header(const dns_header& a, const dns_header& b) {
  return a.id == b.id && a.response == b.response && a.opcode == b.opcode
         && a.authoritative == b.authoritative && a.truncated == b.truncated
         && a.recursion_desired == b.recursion_desired
         && a.recursion_available == b.recursion_available && a.z == b.z
         && a.rcode == b.rcode && std::ranges::equal(a.counts, b.counts);
}

/// Two messages say the same, wherever their texts lie.
inline bool same_dns_message(const dns_message& one, const dns_message& other) {
  const auto same_record = [&](const dns_record& a, const dns_record& b) {
    return same_dns_record(one, a, other, b);
  };
  const auto same_question = [&](const dns_question& a, const dns_question& b) {
    return one.text(a.name) == other.text(b.name) && a.type == b.type
           && a.klass == b.klass;
  };
  return same_dns_header(one.header, other.header)
         && std::ranges::equal(one.questions, other.questions, same_question)
         && std::ranges::equal(one.answers, other.answers, same_record)
         && std::ranges::equal(one.authorities, other.authorities, same_record)
         && std::ranges::equal(one.additionals, other.additionals, same_record);
}

} // namespace vedette
