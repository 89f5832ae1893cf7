// What is known of a name or address as of a time: a walk over the graph.

#include "datasources/dns/state.hpp"
#include "events/dns/dns_codes.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

namespace vedette {

get_result<dns_info> dns_state::get(const dns_key& key, time_ns as_of) {
  if (key.id == 0)
    return std::unexpected{ec::key_not_supported};
  const auto which = graph_.find(key.id, as_of);
  if (which == none)
    return missed(as_of, nullptr, key.id);
  auto& kept = graph_.nodes[which].kept;
  if (kept.changes == changed_ && kept.parts == key.parts && kept.holds.from <= as_of
      && as_of < kept.holds.to && forgotten_ <= as_of && holes_.empty()) {
    ++hits_;
    get_result<dns_info> result = kept.info.lend();
    result.complete = kept.complete;
    return result;
  }
  return answer(which, key, as_of);
}

get_result<dns_info> dns_state::missed(time_ns as_of, const dns_node* whose,
                                       std::uint64_t id) {
  ++misses_;
  // Dropped and mentioned again, it is still one that was known.
  const bool known = (whose != nullptr && whose->known_since <= as_of) || gone_.has(id)
                     || graph_.had(id, as_of);
  get_result<dns_info> result =
      std::unexpected{known ? ec::expired : ec::data_not_found};
  const auto heard = whose != nullptr ? whose->last_known : beginning_of_time;
  result.complete = !holes_.touch(as_of, heard) && forgotten_ <= as_of;
  return result;
}

get_result<dns_info> dns_state::answer(number which, const dns_key& key,
                                       time_ns as_of) {
  walk way{as_of, key.parts};
  ++walks_;
  names_.clear();
  addresses_.clear();
  edges_.clear();
  above_.clear();
  walk_down(way, which);
  walk_up(way, which);
  step_pointers(way, which);
  auto& whose = graph_.nodes[which];
  way.complete = way.complete && as_of >= whose.lost_until;
  const auto* negative = way.found ? nullptr : find_negative(way, whose);
  if (!way.found && negative == nullptr) {
    auto result = missed(as_of, &whose, key.id);
    result.complete = result.complete && way.complete;
    return result;
  }
  ++hits_;
  dns_info info;
  if (negative != nullptr) {
    info.negative = negative->nxdomain ? "NXDOMAIN" : "NODATA";
    names_.clear();
  }
  fill(way, info);
  whose.kept = {lent_record{std::move(info)}, way.holds, changed_, key.parts,
                way.complete};
  get_result<dns_info> result = whose.kept.info.lend();
  result.complete = way.complete && forgotten_ <= as_of
                    && !holes_.touch(as_of, last_heard(way, which, negative));
  return result;
}

/// What was lost before that is no longer missed, as the whole name was told again. Of
/// an address nobody tells all names.
time_ns dns_state::last_heard(walk& way, number which,
                              const dns_negative* negative) const {
  const auto& whose = graph_.nodes[which];
  if (whose.is_address || holes_.empty())
    return beginning_of_time;
  auto heard = negative != nullptr ? negative->since.time : beginning_of_time;
  for (auto at = whose.first_out; at != none; at = graph_.edges[at].out_after)
    if (const auto* seen = valid(way, graph_.edges[at]))
      heard = std::max(heard, seen->seen);
  return heard;
}

void dns_state::list(walk& way, number which) {
  auto& node = graph_.nodes[which];
  if (node.listed == walks_)
    return;
  node.listed = walks_;
  way.complete = way.complete && way.asked >= node.lost_until;
  (node.is_address ? addresses_ : names_).push_back(which);
}

/// Its sighting that is valid, or null.
const dns_sighting* dns_state::valid(walk& way, const dns_edge& edge) {
  if (way.holds.passed(edge.left, way.asked))
    return nullptr;
  return edge.seen.find(way.asked, way.solicited_only(), way.holds);
}

void dns_state::take(walk& way, const dns_edge& edge, const dns_sighting& sighting) {
  way.found = true;
  if (has(way.parts, dns_parts::records))
    edges_.push_back({&edge, &sighting});
}

/// Everything that is reachable, and the records of other types of what is.
void dns_state::walk_down(walk& way, number from) {
  way_.assign(1, from);
  graph_.nodes[from].down = walks_;
  list(way, from);
  for (std::size_t next = 0; next < way_.size(); ++next) {
    const auto& node = graph_.nodes[way_[next]];
    for (auto at = node.first_out; at != none; at = graph_.edges[at].out_after) {
      const auto& edge = graph_.edges[at];
      if (edge.type == dns_type::ptr && edge.to != none)
        continue;
      const auto* seen = valid(way, edge);
      if (seen == nullptr)
        continue;
      take(way, edge, *seen);
      if (edge.to == none || graph_.nodes[edge.to].down == walks_)
        continue;
      if (way_.size() == most_walked) {
        way.complete = false;
        return;
      }
      graph_.nodes[edge.to].down = walks_;
      list(way, edge.to);
      way_.push_back(edge.to);
    }
  }
}

/// Everything that it is reachable from. Names only: an address is no owner but by its
/// reverse name, and that is not listed for what it leads to.
void dns_state::walk_up(walk& way, number from) {
  above_.assign(1, from);
  graph_.nodes[from].up = walks_;
  for (std::size_t next = 0; next < above_.size(); ++next) {
    const auto& node = graph_.nodes[above_[next]];
    for (auto at = node.first_in; at != none; at = graph_.edges[at].in_after) {
      const auto& edge = graph_.edges[at];
      if (edge.type == dns_type::ptr)
        continue;
      const auto* seen = valid(way, edge);
      if (seen == nullptr)
        continue;
      if (graph_.nodes[edge.from].down != walks_) // Else it was taken on the way down.
        take(way, edge, *seen);
      if (graph_.nodes[edge.from].up == walks_)
        continue;
      if (above_.size() == most_walked) {
        way.complete = false;
        return;
      }
      graph_.nodes[edge.from].up = walks_;
      if (!graph_.nodes[edge.from].is_address)
        list(way, edge.from);
      above_.push_back(edge.from);
    }
  }
}

/// PTR records relate an address and its name, one step, both ways.
void dns_state::step_pointers(walk& way, number from) {
  const auto step = [&](const dns_edge& edge, number to) {
    if (edge.type != dns_type::ptr || to == none)
      return;
    const auto* seen = valid(way, edge);
    if (seen == nullptr)
      return;
    take(way, edge, *seen);
    list(way, to);
  };
  const auto& node = graph_.nodes[from];
  for (auto at = node.first_out; at != none; at = graph_.edges[at].out_after)
    step(graph_.edges[at], graph_.edges[at].to);
  for (auto at = node.first_in; at != none; at = graph_.edges[at].in_after)
    step(graph_.edges[at], graph_.edges[at].from);
}

const dns_negative* dns_state::find_negative(walk& way, const dns_node& whose) const {
  const dns_negative* found = nullptr;
  for (const auto& one : whose.negatives)
    if ((one.solicited || !way.solicited_only())
        && way.holds.passed(one.since.time, way.asked)
        && !way.holds.passed(one.until, way.asked))
      found = &one;
  return found;
}

void dns_state::fill(walk& way, dns_info& info) {
  const auto kind = way.solicited_only() ? 1U : 0U;
  const auto asked_first = [&](const dns_node& node) {
    for (const auto& [until, asked] : node.asked_formerly)
      if (!way.holds.passed(until, way.asked))
        return asked[kind];
    return node.asked[kind];
  };
  const auto was_asked = [&](const dns_node& node) {
    const auto first = asked_first(node).time;
    return first != end_of_time && way.holds.passed(first, way.asked);
  };
  // The text only breaks ties: of two events with the same time and position.
  const auto order = [&](number one) {
    const auto& node = graph_.nodes[one];
    const bool asked = !node.is_address && was_asked(node);
    return std::tuple{!asked, asked ? asked_first(node) : node.first_seen,
                      std::string_view{node.text}};
  };
  std::ranges::sort(names_, {}, order);
  std::ranges::sort(addresses_, {}, order);
  if (info.negative.empty()) {
    info.dns_queries.reserve(names_.size());
    for (const auto one : names_)
      info.dns_queries.push_back(graph_.nodes[one].text);
    info.ip_addresses.reserve(addresses_.size());
    for (const auto one : addresses_)
      info.ip_addresses.push_back(graph_.nodes[one].text);
  }
  auto root = none;
  for (const auto one : above_)
    if (was_asked(graph_.nodes[one])
        && (root == none
            || asked_first(graph_.nodes[one]) < asked_first(graph_.nodes[root])))
      root = one;
  if (root != none)
    info.dns_root = graph_.nodes[root].text;
  fill_records(info);
}

void dns_state::fill_records(dns_info& info) const {
  for (const auto& [edge, sighting] : edges_) {
    auto& record = info.records.emplace_back();
    record.owner = graph_.nodes[edge->from].text;
    append_dns_type(record.type, edge->type);
    record.value = edge->to == none ? edge->value : graph_.nodes[edge->to].text;
    record.ttl = sighting->ttl;
    record.seen_at = sighting->seen;
    record.asked_by = sighting->asked_by;
    if (sighting->container)
      record.container_id = *sighting->container;
    record.solicited = sighting->solicited;
  }
  std::ranges::sort(info.records, {}, [](const dns_record_info& one) {
    return std::tie(one.seen_at, one.owner, one.type, one.value);
  });
}

} // namespace vedette
