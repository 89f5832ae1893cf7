// What a DNS message says: who asked, which records it brings.

#include "datasources/dns/protocol.hpp"
#include "datasources/dns/state.hpp"
#include "datasources/text_hash.hpp"
#include "events/dns/dns_codes.hpp"
#include "events/dns/dns_rdata.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

namespace vedette {

namespace {

bool points_to_name(std::uint16_t type) {
  return type == dns_type::cname || type == dns_type::mx || type == dns_type::srv
         || type == dns_type::https || type == dns_type::svcb;
}

bool has_hints(std::uint16_t type) {
  return type == dns_type::https || type == dns_type::svcb;
}

} // namespace

bool dns_state::is_served(const dns_context& context) const {
  if (!context.src_port && !context.dst_port)
    return true;
  return std::ranges::any_of(config_.ports, [&](std::uint16_t port) {
    return context.src_port == port || context.dst_port == port;
  });
}

time_ns dns_state::end_of(const telling& told, std::uint32_t ttl) const {
  const auto life = std::chrono::nanoseconds{std::chrono::seconds{seconds_of(ttl)}};
  return told.context.time
         + std::min(std::max(life, config_.min_ttl), last_time() - told.context.time);
}

std::uint64_t dns_state::query_id(const telling& told, const dns_question& question,
                                  bool answer) const {
  const auto asker = answer ? told.context.dst_port : told.context.src_port;
  const auto server = answer ? told.context.src_port : told.context.dst_port;
  const std::uint64_t parts[] = {hash64(told.message->text(question.name)),
                                 std::uint64_t{told.message->header.id} << 48U
                                     | std::uint64_t{question.type} << 32U
                                     | std::uint64_t{asker.value_or(0)} << 16U
                                     | server.value_or(0)};
  char bytes[sizeof(parts)];
  std::memcpy(bytes, parts, sizeof(parts));
  return hash64({bytes, sizeof(bytes)});
}

std::shared_ptr<const std::string> dns_state::share_container(std::string_view id) {
  if (id.empty())
    return {};
  auto& place = containers_[hash64(id) % containers_.size()];
  if (!place || *place != id)
    place = std::make_shared<const std::string>(id);
  return place;
}

void dns_state::learn_query(telling& told) {
  told.solicited = true;
  const auto container = share_container(told.context.container);
  for (const auto& question : told.message->questions) {
    const auto id = query_id(told, question, false);
    if (!outstanding_.is_again(id, told.context.time))
      outstanding_.add({id, told.context.time, told.context.process, container});
    learn_question(told, question);
  }
}

void dns_state::learn_answer(telling& told) {
  const auto& message = *told.message;
  const auto* query =
      message.questions.empty()
          ? nullptr
          : outstanding_.find(query_id(told, message.questions.front(), true),
                              told.context.time);
  told.solicited = query != nullptr;
  told.asked_by = query != nullptr ? query->asked_by : told.context.process;
  told.container =
      query != nullptr ? query->container : share_container(told.context.container);
  if (query == nullptr && config_.unsolicited == dns_unsolicited::ignore) {
    ++refused_.unsolicited;
    return;
  }
  for (const auto& question : message.questions)
    learn_question(told, question);
  for (const auto& record : message.answers)
    learn_record(told, record, true);
  for (const auto* section : {&message.authorities, &message.additionals})
    for (const auto& record : *section)
      learn_record(told, record, false);
  if (message.questions.size() == 1)
    learn_negative(told, message.questions.front());
}

void dns_state::learn_question(telling& told, const dns_question& question) {
  const auto name = told.message->text(question.name);
  if (name.empty() || !is_internet(question.klass) || told.records++ >= most_records)
    return;
  const auto which = name_node(told, name, told.context.time, false);
  ask(told, which);
  tell_change(which, told.context.time);
}

void dns_state::learn_record(telling& told, const dns_record& record, bool is_answer) {
  const auto owner_name = told.message->text(record.owner);
  if (owner_name.empty() || !is_internet(record.klass))
    return;
  if (told.records++ >= most_records) {
    ++refused_.over_limit;
    return;
  }
  const auto until = end_of(told, record.ttl);
  const auto target_name = told.message->text(record.target);
  const bool to_name = points_to_name(record.type) && !target_name.empty();
  const bool hints = has_hints(record.type) && record.hints.count > 0;
  const bool pointer = record.type == dns_type::ptr && !target_name.empty()
                       && parse_reverse_name(owner_name).has_value();
  if (!is_answer && !record.has_address && !to_name && !hints && !pointer)
    return;
  const auto owner = name_node(told, owner_name, until, true);
  if (record.has_address)
    learn_edge(told, owner, address_node(told, record.address, until), record, {});
  else if (to_name || pointer)
    learn_edge(told, owner, name_node(told, target_name, until, true), record, {});
  else if (!hints)
    learn_detail(told, owner, record);
  if (hints)
    learn_hints(told, owner, record);
  tell_change(owner, told.context.time);
}

void dns_state::learn_hints(telling& told, number owner, const dns_record& record) {
  for (const auto& address : told.message->hints(record)) {
    if (told.records++ >= most_records) {
      ++refused_.over_limit;
      return;
    }
    const auto target = address_node(told, address, end_of(told, record.ttl));
    learn_edge(told, owner, target, record, {});
  }
}

void dns_state::learn_detail(telling& told, number owner, const dns_record& record) {
  text_.clear();
  append_dns_rdata(text_, *told.message, record);
  learn_edge(told, owner, none, record, text_);
}

void dns_state::learn_edge(telling& told, number owner, number target,
                           const dns_record& record, std::string_view value) {
  const auto until = end_of(told, record.ttl);
  if (until + config_.keep_expired <= latest_) { // Late, and would be gone by now.
    ++expired_;
    return;
  }
  bool is_new = false;
  const auto which = graph_.edge(owner, target, record.type, value, is_new);
  auto& edge = graph_.edges[which];
  if (edge.seen.drop_until(over()))
    forgot(over());
  const auto seen = told.context.time;
  const auto lost = edge.seen.add({seen, until, seen, record.ttl, told.solicited,
                                   told.asked_by, told.container},
                                  now_);
  auto& whose = graph_.nodes[owner];
  whose.lost_until = std::max(whose.lost_until, lost);
  whose.valid_until = std::max(whose.valid_until, until);
  if (!is_new)
    return;
  edges_due_.add(until + config_.keep_expired, which, graph_.edges.generation(which));
  if (whose.outs > most_outs) {
    auto last = whose.last_out;
    while (graph_.edges[last].left != end_of_time)
      last = graph_.edges[last].out_before;
    whose.lost_until = std::max(whose.lost_until, graph_.edges[last].seen.until());
    ++evicted_;
    leave_with_unused(last, latest_);
  }
}

dns_state::number dns_state::name_node(telling& told, std::string_view name,
                                       time_ns until, bool known) {
  if (const auto address = parse_reverse_name(name)) {
    text_.clear();
    append_address(text_, *address);
    return node(told, dns_key::of_address(*address).id, text_, true, until, known);
  }
  return node(told, hash64(name), name, false, until, known);
}

dns_state::number dns_state::address_node(telling& told, const ip_address& address,
                                          time_ns until) {
  text_.clear();
  append_address(text_, address);
  return node(told, dns_key::of_address(address).id, text_, true, until, true);
}

dns_state::number dns_state::node(telling& told, std::uint64_t id,
                                  std::string_view text, bool is_address, time_ns until,
                                  bool known) {
  const auto time = told.context.time;
  const dns_moment now{time, told.context.position, told.mentioned++};
  auto which = graph_.find(id);
  if (which == none) {
    which = graph_.add_node(id, text, is_address);
    nodes_due_.add(until + config_.keep_expired, which, graph_.nodes.generation(which));
  }
  auto& found = graph_.nodes[which];
  found.first_seen = std::min(found.first_seen, now);
  found.known_until = std::max(found.known_until, until + config_.keep_expired);
  if (known) {
    found.known_since = std::min(found.known_since, time);
    found.last_known = std::max(found.last_known, time);
  }
  return which;
}

void dns_state::ask(telling& told, number which) {
  auto& whose = graph_.nodes[which];
  const dns_moment now{told.context.time, told.context.position, told.mentioned};
  whose.asked[0] = std::min(whose.asked[0], now);
  if (told.solicited)
    whose.asked[1] = std::min(whose.asked[1], now);
  whose.valid_until = std::max(whose.valid_until, told.context.time);
  use(which, told.context.time);
}

void dns_state::tell_change(number which, time_ns at) {
  if (!changes_.on())
    return;
  walk way{at};
  ++walks_;
  names_.clear();
  addresses_.clear();
  walk_down(way, which);
  walk_up(way, which);
  step_pointers(way, which);
  if (!way.found && find_negative(way, graph_.nodes[which]) == nullptr)
    return; // It was asked for, and there is no answer yet.
  for (const auto* all : {&names_, &addresses_})
    for (const auto one : *all)
      changes_.add({graph_.nodes[one].id, dns_parts::records});
}

} // namespace vedette
