#include "actors/topology.hpp"

#include <algorithm>

namespace vedette {

namespace {

/// What belongs together in a drawing.
struct group {
  std::string id;    ///< `shard_0`
  std::string title; ///< `shard 0`
  std::vector<std::size_t> nodes;
};

std::vector<group> groups_of(const topology& what) {
  std::vector<group> groups{{"input", "input", {}}};
  for (unsigned shard = 0; shard < what.shards; ++shard)
    groups.push_back(
        {"shard_" + std::to_string(shard), "shard " + std::to_string(shard), {}});
  groups.push_back({"shared", "for all shards", {}});
  for (std::size_t i = 0; i < what.nodes.size(); ++i) {
    const auto& shard = what.nodes[i].shard;
    const bool is_input = what.nodes[i].kind == node_kind::collector;
    const auto place = shard ? *shard + 1 : is_input ? 0 : what.shards + 1;
    groups[place].nodes.push_back(i);
  }
  return groups;
}

std::string names_of(const event_set& set) {
  std::string text;
  for (const auto kind : kinds_of(set))
    text += (text.empty() ? "" : ", ") + std::string{definition_of(kind).name};
  return text;
}

std::string padded(std::string text, std::size_t width) {
  text.resize(std::max(text.size(), width), ' ');
  return text;
}

/// A line for each kind of edge that leaves the node.
std::vector<std::string> arrows_of(const topology& what, std::size_t from) {
  std::vector<std::string> lines;
  for (const auto kind :
       {edge_kind::events, edge_kind::feeds, edge_kind::asks, edge_kind::findings}) {
    std::string targets;
    for (const auto to : what.targets(from, kind))
      targets += (targets.empty() ? "" : ", ") + what.nodes[to].name;
    if (!targets.empty())
      lines.push_back(padded(std::string{to_string(kind)}, 8) + " -> " + targets);
  }
  return lines;
}

std::string summary(const topology& what) {
  auto text = std::to_string(what.shards) + (what.shards == 1 ? " shard" : " shards")
              + (what.mode == run_mode::live ? ", live\n" : ", replay\n");
  if (what.mode == run_mode::replay)
    return text;
  const auto count = what.collected.count();
  constexpr std::size_t few = 12;
  text += "collects " + std::to_string(count) + " kinds of event"
          + (count == 0 || count > few ? "" : ": " + names_of(what.collected)) + "\n";
  if (what.unseen.any())
    text += "wanted, but not collected: " + names_of(what.unseen) + "\n";
  return text;
}

std::string id_of(std::size_t node) {
  return "n" + std::to_string(node);
}

/// The shape says what it is: sources are stores, sinks are output.
std::string mermaid_node(const node& what) {
  const auto label = "\"" + what.name + "\"";
  if (what.kind == node_kind::source)
    return "[(" + label + ")]";
  if (what.kind == node_kind::sink || what.kind == node_kind::recorder)
    return "[/" + label + "/]";
  return "[" + label + "]";
}

std::string_view dot_shape(node_kind kind) {
  if (kind == node_kind::source)
    return "cylinder";
  const bool writes = kind == node_kind::sink || kind == node_kind::recorder;
  return writes ? "parallelogram" : "box";
}

} // namespace

std::string draw_text(const topology& what) {
  std::size_t width = 0;
  for (const auto& one : what.nodes)
    width = std::max(width, one.name.size());
  auto text = summary(what);
  for (const auto& [id, title, nodes] : groups_of(what)) {
    if (!nodes.empty())
      text += "\n" + title + "\n";
    for (const auto i : nodes) {
      auto name = what.nodes[i].name;
      const auto arrows = arrows_of(what, i);
      if (arrows.empty())
        text += "  " + name + "\n";
      for (const auto& arrow : arrows)
        text += "  " + padded(std::exchange(name, ""), width) + "  " + arrow + "\n";
    }
  }
  return text;
}

std::string draw_mermaid(const topology& what) {
  std::string text = "flowchart LR\n";
  for (const auto& [id, title, nodes] : groups_of(what)) {
    const bool boxed = id.starts_with("shard_");
    if (boxed)
      text += "  subgraph " + id + "[\"" + title + "\"]\n";
    for (const auto i : nodes)
      text += (boxed ? "    " : "  ") + id_of(i) + mermaid_node(what.nodes[i]) + "\n";
    if (boxed)
      text += "  end\n";
  }
  for (const auto& [from, to, kind] : what.edges) {
    const bool solid = kind == edge_kind::events || kind == edge_kind::findings;
    text += "  " + id_of(from) + (solid ? " -->|" : " -.->|")
            + std::string{to_string(kind)} + "| " + id_of(to) + "\n";
  }
  return text;
}

std::string draw_dot(const topology& what) {
  std::string text = "digraph vedette {\n  rankdir=LR;\n";
  for (const auto& [id, title, nodes] : groups_of(what)) {
    const bool boxed = id.starts_with("shard_");
    if (boxed)
      text += "  subgraph cluster_" + id + " {\n    label=\"" + title + "\";\n";
    for (const auto i : nodes)
      text += (boxed ? "    " : "  ") + id_of(i) + " [label=\"" + what.nodes[i].name
              + "\", shape=" + std::string{dot_shape(what.nodes[i].kind)} + "];\n";
    if (boxed)
      text += "  }\n";
  }
  for (const auto& [from, to, kind] : what.edges) {
    const bool solid = kind == edge_kind::events || kind == edge_kind::findings;
    text += "  " + id_of(from) + " -> " + id_of(to) + " [label=\""
            + std::string{to_string(kind)} + "\"" + (solid ? "" : ", style=dashed")
            + "];\n";
  }
  return text + "}\n";
}

} // namespace vedette
