// What goes, and when: what has been expired for long, and what there is no room for.

#include "datasources/dns/state.hpp"

#include <algorithm>

namespace vedette {

void dns_state::advance(time_ns now, time_ns settled) {
  if (now == end_of_time) // A replay's end is no time at which things end.
    return;
  now = std::min(now, settled);
  if (now <= now_)
    return;
  now_ = now;
  const auto edge_due = [&](number which) {
    return graph_.edges[which].seen.until() + config_.keep_expired;
  };
  const auto edges_before = graph_.edges.size() + graph_.nodes.size();
  for (auto which = edges_due_.next(graph_.edges, now, edge_due); which != none;
       which = edges_due_.next(graph_.edges, now, edge_due)) {
    ++expired_;
    forgot(graph_.edges[which].seen.until());
    graph_.remove_edge(which);
  }
  const auto node_due = [&](number which) { return graph_.nodes[which].known_until; };
  for (auto which = nodes_due_.next(graph_.nodes, now, node_due); which != none;
       which = nodes_due_.next(graph_.nodes, now, node_due)) {
    forgot(graph_.nodes[which].valid_until);
    drop_node(which);
  }
  // What is gone is gone from answers as of the past, too, kept ones or not.
  if (graph_.edges.size() + graph_.nodes.size() != edges_before)
    ++changed_;
  holes_.forget(now);
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
  while (is_over_limit() && (evict_name(now) || evict_edge())) {
  }
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
  evict(which);
  return true;
}

/// Nobody's question any more. Its records go unless another name leads to it, and so
/// do those that only it led to.
void dns_state::evict(number which) {
  unlink_asked(which);
  graph_.nodes[which].asked = {};
  released_.assign(1, which);
  while (!released_.empty()) {
    const auto next = released_.back();
    released_.pop_back();
    auto& whose = graph_.nodes[next];
    // One that was led to on two ways is here twice: gone by now, or of no id.
    if (whose.id == 0 || whose.is_asked || whose.ins > 0)
      continue;
    while (whose.first_out != none) {
      const auto target = graph_.edges[whose.first_out].to;
      graph_.remove_edge(whose.first_out);
      if (target != none && target != next)
        released_.push_back(target);
    }
    drop_node(next);
  }
}

/// For when no name that was asked for is left: records that nobody's question led to.
bool dns_state::evict_edge() {
  const auto which = edges_due_.next(graph_.edges, end_of_time, [&](number edge) {
    return graph_.edges[edge].seen.until() + config_.keep_expired;
  });
  if (which == none)
    return false;
  ++evicted_;
  drop_edge(which);
  return true;
}

void dns_state::drop_edge(number which) {
  const auto from = graph_.edges[which].from, to = graph_.edges[which].to;
  graph_.remove_edge(which);
  if (to != none && to != from)
    drop_if_unused(to);
  drop_if_unused(from);
}

void dns_state::drop_if_unused(number which) {
  const auto& whose = graph_.nodes[which];
  if (!whose.is_asked && whose.outs == 0 && whose.ins == 0 && whose.negatives.empty())
    drop_node(which);
}

void dns_state::drop_node(number which) {
  auto& whose = graph_.nodes[which];
  if (whose.is_asked)
    unlink_asked(which);
  while (whose.first_out != none)
    graph_.remove_edge(whose.first_out);
  while (whose.first_in != none)
    graph_.remove_edge(whose.first_in);
  if (whose.known_since != end_of_time)
    gone_.add(whose.id);
  graph_.remove_node(which);
}

} // namespace vedette
