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
  kept_text.clear();
  kept_negatives.clear();
  *this = {};
  text = std::move(kept_text);
  negatives = std::move(kept_negatives);
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

void dns_graph::remove_node(std::uint32_t number) {
  node_index_.erase(nodes[number].id, number);
  nodes.remove(number);
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

void dns_graph::remove_edge(std::uint32_t number) {
  auto& gone = edges[number];
  auto& owner = nodes[gone.from];
  (gone.out_before != none ? edges[gone.out_before].out_after : owner.first_out) =
      gone.out_after;
  (gone.out_after != none ? edges[gone.out_after].out_before : owner.last_out) =
      gone.out_before;
  --owner.outs;
  if (gone.to != none) {
    auto& target = nodes[gone.to];
    (gone.in_before != none ? edges[gone.in_before].in_after : target.first_in) =
        gone.in_after;
    if (gone.in_after != none)
      edges[gone.in_after].in_before = gone.in_before;
    target.ins -= gone.to == gone.from ? 0 : 1;
  }
  edge_index_.erase(gone.id, number);
  edges.remove(number);
}

std::size_t dns_graph::bytes() const {
  // What lies outside of the nodes and edges is about as much again per node as this.
  constexpr std::size_t texts = 64;
  return nodes.capacity() * (sizeof(dns_node) + texts)
         + edges.capacity() * (sizeof(dns_edge) + sizeof(dns_sighting))
         + node_index_.bytes() + edge_index_.bytes();
}

} // namespace vedette
