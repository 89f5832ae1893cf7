// What a DNS message says there is not: RFC 2308.

#include "datasources/dns/protocol.hpp"
#include "datasources/dns/state.hpp"

#include <algorithm>

namespace vedette {

void dns_state::learn_negative(telling& told, const dns_question& question) {
  const auto& message = *told.message;
  const bool nxdomain = message.header.rcode == dns_rcode::nxdomain;
  if (message.header.truncated || !is_internet(question.klass)
      || (!nxdomain && message.header.rcode != dns_rcode::no_error))
    return;
  // What there is not is the last name of the chain: RFC 2308 2.1.
  auto name = message.text(question.name);
  constexpr int longest_chain = 32; // BIND follows 16.
  for (int steps = 0; steps < longest_chain; ++steps) {
    const auto next = std::ranges::find_if(message.answers, [&](const dns_record& one) {
      return one.type == dns_type::cname && message.text(one.owner) == name;
    });
    if (next == message.answers.end() || question.type == dns_type::cname)
      break;
    name = message.text(next->target);
  }
  const auto answered =
      std::ranges::any_of(message.answers, [&](const dns_record& one) {
        return message.text(one.owner) == name;
      });
  const auto find = [&](std::uint16_t type) {
    return std::ranges::find(message.authorities, type, &dns_record::type);
  };
  const auto soa = find(dns_type::soa), none_such = message.authorities.end();
  // A referral is no answer (RFC 2308 2.2), nor is a chain that another server ends.
  const bool refers =
      soa == none_such && (!message.answers.empty() || find(dns_type::ns) != none_such);
  if (name.empty() || answered || (!nxdomain && refers))
    return;
  const auto ttl =
      soa == none_such ? 0 : std::min(seconds_of(soa->ttl), seconds_of(soa->minimum));
  const auto until = end_of(told, ttl);
  if (until + config_.keep_expired <= latest_)
    return;
  const auto which = name_node(told, name, until, true);
  auto& whose = graph_.nodes[which];
  auto& all = whose.negatives;
  if (std::erase_if(all, [&](const auto& one) { return one.until <= over(); }) > 0)
    forgot(over());
  const dns_moment now{told.context.time, told.context.position, told.mentioned};
  const auto place = std::ranges::upper_bound(all, now, {}, &dns_negative::since);
  all.insert(place, {now, until, nxdomain, told.solicited});
  if (all.size() > most_negatives) {
    whose.lost_until = std::max(whose.lost_until, all.front().until);
    all.erase(all.begin());
  }
  whose.valid_until = std::max(whose.valid_until, until);
  tell_change(which, told.context.time);
}

} // namespace vedette
