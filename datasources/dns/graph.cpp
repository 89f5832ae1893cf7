#include "datasources/dns/graph.hpp"

#include "datasources/text_hash.hpp"

#include <cstring>

namespace vedette {

namespace {

std::uint64_t edge_id(std::uint64_t from, std::uint64_t to, std::uint16_t type) {
  const std::uint64_t parts[] = {from, to, type};
  char bytes[sizeof(parts)];
  std::memcpy(bytes, parts, sizeof(parts));
  return hash64({bytes, sizeof(bytes)});
}

} // namespace

void dns_node::clear() {
  auto kept_text = std::move(text);
  auto kept_negatives = std::move(negatives);
  auto kept_asked = std::move(asked_formerly);
  kept_text.clear();
  kept_negatives.clear();
  kept_asked.clear();
  *this = {};
  text = std::move(kept_text);
  negatives = std::move(kept_negatives);
  asked_formerly = std::move(kept_asked);
}

void dns_edge::clear() {
  auto kept_value = std::move(value);
  auto kept_sightings = std::move(seen);
  kept_value.clear();
  kept_sightings.clear();
  *this = {};
  value = std::move(kept_value);
  seen = std::move(kept_sightings);
}

std::uint32_t dns_graph::add_node(std::uint64_t id, std::string_view text,
                                  bool is_address) {
  const auto number = nodes.add();
  auto& node = nodes[number];
  node.id = id;
  node.text = text;
  node.is_address = is_address;
  node_index_.put(id, number);
  return number;
}

void dns_graph::leave_node(std::uint32_t number, time_ns since) {
  auto& node = nodes[number];
  node_index_.erase(node.id, number);
  node.left = since;
  node.left_before = left_index_.find(node.id);
  left_index_.put(node.id, number);
  ++nodes_left_;
}

void dns_graph::remove_node(std::uint32_t number) {
  if (nodes[number].left == end_of_time)
    node_index_.erase(nodes[number].id, number);
  else
    unlink_left(number);
  nodes.remove(number);
}

void dns_graph::unlink_left(std::uint32_t node) {
  const auto& gone = nodes[node];
  --nodes_left_;
  auto before = left_index_.find(gone.id);
  if (before == node) {
    left_index_.erase(gone.id, node);
    if (gone.left_before != none)
      left_index_.put(gone.id, gone.left_before);
    return;
  }
  while (nodes[before].left_before != node)
    before = nodes[before].left_before;
  nodes[before].left_before = gone.left_before;
}

/// The first that left after that time; or the one that is there.
std::uint32_t dns_graph::find_there(std::uint64_t id, time_ns as_of) const {
  auto found = find(id);
  for (auto one = left_index_.find(id); one != none && nodes[one].left > as_of;
       one = nodes[one].left_before)
    found = one;
  return found;
}

bool dns_graph::had(std::uint64_t id, time_ns as_of) const {
  if (nodes_left_ == 0)
    return false;
  for (auto one = left_index_.find(id); one != none; one = nodes[one].left_before)
    if (nodes[one].left <= as_of && nodes[one].known_since <= as_of)
      return true;
  return false;
}

std::uint32_t dns_graph::edge(std::uint32_t from, std::uint32_t to, std::uint16_t type,
                              std::string_view value, bool& is_new) {
  // Details and nodes cannot be mistaken for each other: hash64 of a text, and what
  // edge_id() makes of it, differ by the type alone if at all.
  const auto target = to == none ? ~hash64(value) : nodes[to].id;
  const auto id = edge_id(nodes[from].id, target, type);
  const auto known = edge_index_.find(id);
  is_new = known == flat_index::none;
  if (!is_new)
    return known;
  const auto number = edges.add();
  auto& made = edges[number];
  made.id = id;
  made.from = from;
  made.to = to;
  made.type = type;
  made.value = value;
  edge_index_.put(id, number);
  link(number);
  return number;
}

void dns_graph::link(std::uint32_t number) {
  auto& made = edges[number];
  auto& owner = nodes[made.from];
  made.out_after = owner.first_out;
  if (owner.first_out != none)
    edges[owner.first_out].out_before = number;
  else
    owner.last_out = number;
  owner.first_out = number;
  ++owner.outs;
  if (made.to == none)
    return;
  auto& target = nodes[made.to];
  made.in_after = target.first_in;
  if (target.first_in != none)
    edges[target.first_in].in_before = number;
  target.first_in = number;
  target.ins += made.to == made.from ? 0 : 1;
}

/// It is no longer found, nor one of its nodes' edges.
void dns_graph::uncount(std::uint32_t edge) {
  const auto& gone = edges[edge];
  --nodes[gone.from].outs;
  if (gone.to != none && gone.to != gone.from)
    --nodes[gone.to].ins;
  edge_index_.erase(gone.id, edge);
}

void dns_graph::leave_edge(std::uint32_t number, time_ns since) {
  uncount(number);
  edges[number].left = since;
  ++edges_left_;
}

void dns_graph::remove_edge(std::uint32_t number) {
  if (edges[number].left == end_of_time)
    uncount(number);
  else
    --edges_left_;
  auto& gone = edges[number];
  auto& owner = nodes[gone.from];
  (gone.out_before != none ? edges[gone.out_before].out_after : owner.first_out) =
      gone.out_after;
  (gone.out_after != none ? edges[gone.out_after].out_before : owner.last_out) =
      gone.out_before;
  if (gone.to != none) {
    auto& target = nodes[gone.to];
    (gone.in_before != none ? edges[gone.in_before].in_after : target.first_in) =
        gone.in_after;
    if (gone.in_after != none)
      edges[gone.in_after].in_before = gone.in_before;
  }
  edges.remove(number);
}

std::size_t dns_graph::bytes() const {
  // What lies outside of the nodes and edges is about as much again per node as this.
  constexpr std::size_t texts = 64;
  return nodes.capacity() * (sizeof(dns_node) + texts)
         + edges.capacity() * (sizeof(dns_edge) + sizeof(dns_sighting))
         + node_index_.bytes() + edge_index_.bytes() + left_index_.bytes();
}

} // namespace vedette
