#include "actors/topology.hpp"

#include <algorithm>

namespace vedette {

std::string_view to_string(node_kind kind) {
  switch (kind) {
  case node_kind::collector:
    return "collector";
  case node_kind::enricher:
    return "enricher";
  case node_kind::runner:
    return "runner";
  case node_kind::source:
    return "source";
  case node_kind::sink:
    return "sink";
  case node_kind::recorder:
    return "recorder";
  }
  return {};
}

std::string_view to_string(edge_kind kind) {
  switch (kind) {
  case edge_kind::events:
    return "events";
  case edge_kind::feeds:
    return "feeds";
  case edge_kind::asks:
    return "asks";
  case edge_kind::findings:
    return "findings";
  }
  return {};
}

std::optional<std::size_t> topology::find(std::string_view name) const {
  const auto found = std::ranges::find(nodes, name, &node::name);
  if (found == nodes.end())
    return {};
  return static_cast<std::size_t>(found - nodes.begin());
}

std::vector<std::size_t> topology::of_kind(node_kind kind) const {
  std::vector<std::size_t> result;
  for (std::size_t i = 0; i < nodes.size(); ++i)
    if (nodes[i].kind == kind)
      result.push_back(i);
  return result;
}

std::vector<std::size_t> topology::targets(std::size_t from, edge_kind what) const {
  std::vector<std::size_t> result;
  for (const auto& one : edges)
    if (one.from == from && one.what == what)
      result.push_back(one.to);
  return result;
}

std::vector<std::size_t> topology::senders(std::size_t to) const {
  std::vector<std::size_t> result;
  for (const auto& one : edges)
    if (one.to == to && (result.empty() || result.back() != one.from))
      result.push_back(one.from);
  return result;
}

std::vector<edge> topology::edges_of(std::string_view name) const {
  std::vector<edge> result;
  for (const auto& one : edges)
    if (nodes[one.from].name == name)
      result.push_back(one);
  return result;
}

std::vector<event_kind> kinds_of(const event_set& set) {
  std::vector<event_kind> kinds;
  for (std::size_t i = 0; i < set.size(); ++i)
    if (set[i])
      kinds.push_back(static_cast<event_kind>(i));
  return kinds;
}

} // namespace vedette
