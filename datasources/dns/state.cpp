#include "datasources/dns/state.hpp"

#include "events/dns/dns_codes.hpp"

#include <algorithm>
#include <limits>
#include <string>
#include <utility>

namespace vedette {

namespace {

/// Limits that follow from the number of names.
std::size_t most_nodes(const dns_config& config) {
  return 16 * config.names + 64;
}
std::size_t most_edges(const dns_config& config) {
  return 32 * config.names + 128;
}

} // namespace

std::expected<void, error> dns_config::validate() const {
  const auto wrong = [](std::string what) {
    return std::unexpected{
        error{ec::invalid_config, "data_sources.dns." + std::move(what)}};
  };
  // More would not fit into 32 bits of nodes and edges.
  constexpr std::size_t most = std::numeric_limits<std::uint32_t>::max() / 64;
  if (names == 0 || names > most)
    return wrong("names: must be from 1 to " + std::to_string(most));
  if (keep_expired < keep_expired.zero())
    return wrong("keep_expired: must not be negative");
  if (min_ttl < min_ttl.zero())
    return wrong("min_ttl: must not be negative");
  if (ports.empty() || std::ranges::find(ports, 0) != ports.end())
    return wrong("ports: must be at least one, each from 1 to 65535");
  return {};
}

dns_state::dns_state(const dns_config& config)
    : config_{config}, graph_{config.names, 2 * config.names}, gone_{4 * config.names + 1024} {
}

bool dns_state::learns_from(event_view event) {
  return event.kind() == event_kind::net_packet_dns
         || event.kind() == event_kind::lost_events;
}

void dns_state::apply(event_view event) {
  if (event.kind() == event_kind::lost_events) {
    namespace lost = events::lost_events;
    const auto name = event.get<lost::event>().value_or("");
    if (!name.empty() && name != "net_packet_dns")
      return;
    const auto since = event.get<lost::since>().value_or(event.time());
    const auto until = event.get<lost::until>().value_or(event.time());
    holes_.add(since, std::max(since, until));
    return;
  }
  namespace packet = events::net_packet_dns;
  const auto* message = reader_.read(event);
  if (message == nullptr) {
    ++refused_.malformed;
    return;
  }
  apply_message(*message, {event.visible_at(), event.position(), event.process(),
                           event.container_id(), event.get<packet::src_port>(),
                           event.get<packet::dst_port>()});
}

void dns_state::apply_message(const dns_message& message, const dns_context& context) {
  if (!is_served(context)) {
    ++refused_.other_ports;
    return;
  }
  if (message.header.opcode != dns_opcode_query) {
    ++refused_.other_opcodes;
    return;
  }
  telling told;
  told.message = &message;
  told.context = context;
  // Nothing is later than what can be counted, and kept for a while.
  told.context.time = std::min(context.time, last_time());
  expire(std::max(now_, told.context.time));
  if (message.header.response)
    learn_answer(told);
  else
    learn_query(told);
  ++changed_;
  make_room(latest_);
}

void dns_state::report(source_metrics& metrics) const {
  metrics.items = graph_.node_count();
  metrics.bytes = graph_.bytes() + edges_due_.bytes() + nodes_due_.bytes()
                  + dying_.bytes() + outstanding_.bytes() + gone_.bytes();
  metrics.hits = hits_;
  metrics.misses = misses_;
  metrics.expired = expired_;
  metrics.evicted = evicted_;
}

value::object dns_state::details() const {
  const auto not_learned = refused();
  return {{"malformed", not_learned.malformed},
          {"other_ports", not_learned.other_ports},
          {"other_opcodes", not_learned.other_opcodes},
          {"unsolicited_ignored", not_learned.unsolicited},
          {"over_limit", not_learned.over_limit}};
}

dns_state::refusals dns_state::refused() const {
  auto all = refused_;
  all.malformed += reader_.skipped();
  return all;
}

value dns_state::show_key(const dns_key& key) const {
  const auto which = graph_.find(key.id);
  return which == none ? value{} : value{graph_.nodes[which].text};
}

bool dns_state::is_over_limit() const {
  return graph_.node_count() > most_nodes(config_)
         || graph_.edge_count() > most_edges(config_);
}

} // namespace vedette
