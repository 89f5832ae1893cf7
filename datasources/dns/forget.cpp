// What goes, and when: what has been expired for long, and what there is no room for.

#include "datasources/dns/state.hpp"

#include <algorithm>
#include <utility>

namespace vedette {

void dns_state::advance(time_ns now, time_ns settled) {
  if (now == end_of_time) // A replay's end is no time at which things end.
    return;
  now_ = std::max(now_, std::min(now, settled));
  expire(now_);
  remove_left();
  holes_.forget(now_);
}

/// What ended before the last call came late.
void dns_state::expire(time_ns now) {
  const auto before = std::exchange(latest_, std::max(latest_, now));
  const auto edge_due = [&](number which) {
    return graph_.edges[which].seen.until() + config_.keep_expired;
  };
  for (auto which = edges_due_.next(graph_.edges, now, edge_due); which != none;
       which = edges_due_.next(graph_.edges, now, edge_due)) {
    if (graph_.edges[which].left != end_of_time)
      continue;
    ++expired_;
    leave_edge(which, std::max(before, edge_due(which)));
  }
  const auto node_due = [&](number which) { return graph_.nodes[which].known_until; };
  for (auto which = nodes_due_.next(graph_.nodes, now, node_due); which != none;
       which = nodes_due_.next(graph_.nodes, now, node_due))
    if (graph_.nodes[which].left == end_of_time)
      leave_node(which, std::max(before, node_due(which)));
}

void dns_state::remove_left() {
  const auto most = 8 * config_.names + (std::size_t{1} << 16U);
  bool any = false;
  while (const auto next = leaving_.next(now_, most)) {
    const auto [is_node, which, generation] = next->who;
    if (is_node && graph_.nodes.generation(which) == generation)
      remove_node(which);
    else if (!is_node && graph_.edges.generation(which) == generation)
      remove_edge(which);
    else
      continue;
    any = true;
  }
  // What is gone is gone from answers as of the past, too, kept ones or not.
  if (any)
    ++changed_;
}

void dns_state::use(number which, time_ns when) {
  auto& whose = graph_.nodes[which];
  if (!whose.is_due) {
    whose.is_due = true;
    dying_.add(whose.valid_until, which, graph_.nodes.generation(which));
  }
  if (whose.is_asked && when <= whose.used)
    return;
  if (whose.is_asked)
    unlink_asked(which);
  whose.is_asked = true;
  whose.used = std::max(whose.used, when);
  ++asked_;
  auto before = newest_; // By time: hardly ever far, only what comes late.
  while (before != none && graph_.nodes[before].used > whose.used)
    before = graph_.nodes[before].before;
  whose.before = before;
  whose.after = before == none ? oldest_ : graph_.nodes[before].after;
  (whose.before == none ? oldest_ : graph_.nodes[whose.before].after) = which;
  (whose.after == none ? newest_ : graph_.nodes[whose.after].before) = which;
}

void dns_state::unlink_asked(number which) {
  auto& whose = graph_.nodes[which];
  (whose.before == none ? oldest_ : graph_.nodes[whose.before].after) = whose.after;
  (whose.after == none ? newest_ : graph_.nodes[whose.after].before) = whose.before;
  whose.before = whose.after = none;
  whose.is_asked = false;
  --asked_;
}

void dns_state::make_room(time_ns now) {
  while (asked_ > config_.names && evict_name(now)) {
  }
  while (is_over_limit() && (evict_name(now) || evict_edge(now))) {
  }
  remove_left();
  edges_due_.tidy(graph_.edges);
  nodes_due_.tidy(graph_.nodes);
  dying_.tidy(graph_.nodes);
}

bool dns_state::evict_name(time_ns now) {
  const auto dies = [&](number which) { return graph_.nodes[which].valid_until; };
  auto which = dying_.next(graph_.nodes, now, dies);
  while (which != none && !graph_.nodes[which].is_asked) {
    graph_.nodes[which].is_due = false;
    which = dying_.next(graph_.nodes, now, dies);
  }
  if (which == none)
    which = oldest_;
  else
    graph_.nodes[which].is_due = false;
  if (which == none)
    return false;
  ++evicted_;
  evict(which, now);
  return true;
}

/// Nobody's question any more. Its records go unless another name leads to it, and so
/// do those that only it led to.
void dns_state::evict(number which, time_ns now) {
  unlink_asked(which);
  auto& formerly = graph_.nodes[which].asked_formerly;
  std::erase_if(formerly, [&](const auto& one) { return one.first <= now_; });
  formerly.emplace_back(now, std::exchange(graph_.nodes[which].asked, {}));
  released_.assign(1, which);
  while (!released_.empty()) {
    const auto next = released_.back();
    released_.pop_back();
    const auto& whose = graph_.nodes[next];
    // One that was led to on two ways is here twice.
    if (whose.left != end_of_time || whose.is_asked || whose.ins > 0)
      continue;
    for (auto at = whose.first_out; at != none; at = graph_.edges[at].out_after) {
      const auto& edge = graph_.edges[at];
      if (edge.left != end_of_time)
        continue;
      leave_edge(at, now);
      if (edge.to != none && edge.to != next)
        released_.push_back(edge.to);
    }
    leave_node(next, now);
  }
}

/// For when no name that was asked for is left: records that nobody's question led to.
bool dns_state::evict_edge(time_ns now) {
  const auto due = [&](number edge) {
    return graph_.edges[edge].seen.until() + config_.keep_expired;
  };
  auto which = edges_due_.next(graph_.edges, end_of_time, due);
  while (which != none && graph_.edges[which].left != end_of_time)
    which = edges_due_.next(graph_.edges, end_of_time, due);
  if (which == none)
    return false;
  ++evicted_;
  leave_with_unused(which, now);
  return true;
}

void dns_state::leave_edge(number which, time_ns now) {
  graph_.leave_edge(which, now);
  leaving_.add(now, {false, which, graph_.edges.generation(which)});
}

void dns_state::leave_with_unused(number which, time_ns now) {
  const auto from = graph_.edges[which].from, to = graph_.edges[which].to;
  leave_edge(which, now);
  if (to != none && to != from)
    leave_if_unused(to, now);
  leave_if_unused(from, now);
}

void dns_state::leave_if_unused(number which, time_ns now) {
  const auto& whose = graph_.nodes[which];
  if (!whose.is_asked && whose.outs == 0 && whose.ins == 0 && whose.negatives.empty())
    leave_node(which, now);
}

void dns_state::leave_node(number which, time_ns now) {
  const auto& whose = graph_.nodes[which];
  if (whose.is_asked)
    unlink_asked(which);
  for (auto at = whose.first_out; at != none; at = graph_.edges[at].out_after)
    if (graph_.edges[at].left == end_of_time)
      leave_edge(at, now);
  for (auto at = whose.first_in; at != none; at = graph_.edges[at].in_after)
    if (graph_.edges[at].left == end_of_time)
      leave_edge(at, now);
  graph_.leave_node(which, now);
  leaving_.add(now, {true, which, graph_.nodes.generation(which)});
}

void dns_state::remove_edge(number which) {
  const auto& gone = graph_.edges[which];
  forgot(std::min(gone.left, gone.seen.until()));
  graph_.remove_edge(which);
}

void dns_state::remove_node(number which) {
  const auto& gone = graph_.nodes[which];
  forgot(std::min(gone.left, gone.valid_until));
  while (gone.first_out != none)
    remove_edge(gone.first_out);
  while (gone.first_in != none)
    remove_edge(gone.first_in);
  if (gone.known_since != end_of_time)
    gone_.add(gone.id);
  graph_.remove_node(which);
}

} // namespace vedette
