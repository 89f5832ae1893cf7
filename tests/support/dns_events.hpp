#pragma once

#include "datasources/dns/state.hpp"
#include "events/dns/proto_dns.hpp"
#include "tests/support/dns_messages.hpp"
#include "tests/support/events.hpp"
#include "tests/support/signature_run.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace vedette {

/// A message between `who` and a server, as recordings have it.
inline event_builder dns_event(const dns_builder& message, task who,
                               std::string_view server = "192.0.2.53") {
  namespace packet = events::net_packet_dns;
  constexpr std::string_view client = "192.0.2.10";
  constexpr std::uint16_t client_port = 40112, server_port = 53;
  const bool response = message.message().header.response;
  std::string json;
  append_proto_dns(json, message.message());
  return event_builder{event_kind::net_packet_dns}
      .by(who)
      .arg<packet::src>(response ? server : client)
      .arg<packet::dst>(response ? client : server)
      .arg<packet::src_port>(response ? server_port : client_port)
      .arg<packet::dst_port>(response ? client_port : server_port)
      .arg<packet::proto_dns>(json);
}

/// A signature that asks a DNS source which has seen the same events.
class dns_signature_run : public signature_run {
public:
  explicit dns_signature_run(std::string_view id, value params = {})
      : signature_run{id, std::move(params)} {
    dns_answers = [this](const auto& one) { return dns_.get(one.key, one.as_of); };
  }

  /// The events in their order, their questions asked together.
  std::vector<finding_data> see(const std::vector<event_builder>& all) {
    const auto events = make_batch(all);
    for (const auto event : events->events()) {
      dns_.advance(event.visible_at());
      if (dns_state::learns_from(event))
        dns_.apply(event);
    }
    return on_batch(all);
  }
  std::vector<finding_data> see(const event_builder& event) {
    return see(std::vector{event});
  }

  /// A question and its answer.
  void resolve(const dns_builder& response, task who, time_ns when,
               std::string_view container = {}) {
    const auto& message = response.message();
    const auto& first = message.questions.front();
    const dns_builder query{message.text(first.name), first.type, false};
    auto sent = dns_event(query, who).at(when);
    auto told = dns_event(response, who).at(when + std::chrono::milliseconds{1});
    if (!container.empty()) {
      sent.in_container(container);
      told.in_container(container);
    }
    EXPECT_TRUE(see({sent, told}).empty());
  }

private:
  dns_state dns_{{}};
};

} // namespace vedette
