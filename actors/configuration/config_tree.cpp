#include "actors/configuration/config_tree.hpp"

#include "actors/configuration/config_units.hpp"

#include <algorithm>
#include <charconv>
#include <functional>
#include <map>
#include <optional>
#include <sstream>
#include <utility>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

namespace vedette {

namespace {

using failures = std::vector<error>;
using place_of = std::function<std::string(const YAML::Mark&)>;

error wrong(const std::string& place, const std::string& what) {
  return {ec::invalid_config, place + ": " + what};
}

/// What aliases multiply must stay within bounds.
constexpr std::size_t most_nodes = 100'000;

std::size_t count(const config_node& node) {
  std::size_t sum = 1;
  for (const auto& item : node.items)
    sum += count(item);
  for (const auto& member : node.members)
    sum += count(member.what);
  return sum;
}

/// Builds the tree from what yaml-cpp reports.
class tree_builder : public YAML::EventHandler {
public:
  explicit tree_builder(place_of place) : place_{std::move(place)} {}

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    add(make(config_node::kind::null, mark), anchor);
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const auto found = anchors_.find(anchor);
    if (found == anchors_.end()) {
      fail(mark, "an alias inside of what it stands for; write it out");
      return add(make(config_node::kind::null, mark), 0);
    }
    nodes_ += count(found->second);
    if (nodes_ > most_nodes)
      return too_much(mark);
    add(found->second, 0);
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& text) override {
    auto node = make(config_node::kind::scalar, mark);
    node.text = text;
    node.quoted = tag == "!"; // So yaml-cpp marks what is in quotes.
    add(std::move(node), anchor);
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string&,
                       YAML::anchor_t anchor, YAML::EmitterStyle::value) override {
    open_.push_back({make(config_node::kind::list, mark), anchor, {}});
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open_.push_back({make(config_node::kind::map, mark), anchor, {}});
  }
  void OnMapEnd() override { close(); }

  config_node root;
  failures failed;

private:
  struct level {
    config_node node;
    YAML::anchor_t anchor;
    std::optional<config_node::member> next; ///< A key that has no value yet.
  };

  config_node make(config_node::kind is, const YAML::Mark& mark) {
    if (++nodes_ == most_nodes)
      too_much(mark);
    config_node node;
    node.is = is;
    node.place = place_(mark);
    return node;
  }
  void fail(const YAML::Mark& mark, const std::string& what) {
    failed.push_back(wrong(place_(mark), what));
  }
  void too_much(const YAML::Mark& mark) {
    throw YAML::ParserException{mark, "more than 100000 values"};
  }
  void close() {
    auto done = std::move(open_.back());
    open_.pop_back();
    add(std::move(done.node), done.anchor);
  }
  void add(config_node node, YAML::anchor_t anchor) {
    if (anchor != 0)
      anchors_[anchor] = node;
    if (open_.empty()) {
      root = std::move(node);
      return;
    }
    auto& [parent, unused, next] = open_.back();
    if (parent.is == config_node::kind::list) {
      parent.items.push_back(std::move(node));
    } else if (!next) {
      next = as_key(std::move(node));
    } else {
      next->what = std::move(node);
      add_member(parent, *std::exchange(next, {}));
    }
  }
  config_node::member as_key(config_node node) {
    if (node.is == config_node::kind::list || node.is == config_node::kind::map)
      failed.push_back(wrong(node.place, "expected a key, got " + node.shown()));
    if (node.is == config_node::kind::null)
      node.text = "null";
    return {std::move(node.text), std::move(node.place), {}};
  }
  void add_member(config_node& parent, config_node::member added) {
    const auto before =
        std::ranges::find(parent.members, added.key, &config_node::member::key);
    if (before == parent.members.end())
      return parent.members.push_back(std::move(added));
    failed.push_back(wrong(added.place, "the key " + in_quotes(added.key)
                                            + " comes twice, first at " + before->place
                                            + "; remove one"));
  }

  place_of place_;
  std::vector<level> open_;
  std::map<YAML::anchor_t, config_node> anchors_;
  std::size_t nodes_ = 0;
};

std::expected<config_node, failures> parse(const std::string& text,
                                           const place_of& place) {
  tree_builder builder{place};
  try {
    std::istringstream stream{text};
    YAML::Parser parser{stream};
    if (parser.HandleNextDocument(builder)) {
      tree_builder second{place};
      if (parser.HandleNextDocument(second))
        builder.failed.push_back(
            wrong(second.root.place, "a second document; expected one, without '---'"));
    }
  } catch (const YAML::Exception& failure) {
    builder.failed.push_back(
        wrong(place(failure.mark), "this is not YAML: " + failure.msg
                                       + "; check indentation, quotes and brackets"));
  }
  if (!builder.failed.empty())
    return std::unexpected{std::move(builder.failed)};
  return std::move(builder.root);
}

std::optional<double> parse_float(std::string_view text) {
  // std::from_chars would also take "inf" and "nan", which JSON cannot say.
  if (text.find_first_of("0123456789") == text.npos
      || text.find_first_not_of("0123456789+-.eE") != text.npos)
    return {};
  double number = 0;
  const auto* end = text.data() + text.size();
  const auto [stop, failure] = std::from_chars(text.data(), end, number);
  if (failure != std::errc{} || stop != end)
    return {};
  return number;
}

value scalar_value(const config_node& node) {
  const std::string_view text = node.text;
  if (node.quoted)
    return text;
  if (text == "true" || text == "false")
    return text == "true";
  if (const auto number = parse_count(text))
    return *number;
  std::int64_t negative = 0;
  const auto* end = text.data() + text.size();
  const auto [stop, failure] = std::from_chars(text.data(), end, negative);
  if (failure == std::errc{} && stop == end)
    return negative;
  if (const auto number = parse_float(text))
    return *number;
  return text;
}

} // namespace

const config_node* config_node::find(std::string_view key) const {
  const auto found = std::ranges::find(members, key, &member::key);
  return found == members.end() ? nullptr : &found->what;
}

std::string config_node::shown() const {
  switch (is) {
  case kind::null:
    return "nothing";
  case kind::scalar:
    return in_quotes(text);
  case kind::list:
    return "a list";
  case kind::map:
    return "a map of keys";
  }
  return {};
}

std::expected<config_node, failures> parse_yaml(const std::string& name,
                                                const std::string& text) {
  return parse(text, [&name](const YAML::Mark& mark) {
    if (mark.is_null())
      return name;
    return name + ":" + std::to_string(mark.line + 1) + ":"
           + std::to_string(mark.column + 1);
  });
}

std::expected<void, failures> apply_set(config_node& root, const std::string& set) {
  constexpr std::size_t most = 128;
  const auto place = "--set " + on_one_line(set, most);
  const auto equals = set.find('=');
  auto path = set.substr(0, equals);
  if (equals == set.npos || path.empty() || path.front() == '.' || path.back() == '.'
      || path.find("..") != path.npos)
    return std::unexpected{
        failures{wrong(place, "expected KEY.KEY=VALUE, such as pipeline.shards=4")}};
  auto parsed =
      parse(set.substr(equals + 1), [&place](const YAML::Mark&) { return place; });
  if (!parsed)
    return std::unexpected{std::move(parsed.error())};
  parsed->place = place; // An empty value has none.

  auto* node = &root;
  for (std::istringstream keys{path}; std::getline(keys, path, '.');) {
    if (node->is != config_node::kind::map) {
      *node = {};
      node->is = config_node::kind::map;
      node->place = place;
    }
    auto found = std::ranges::find(node->members, path, &config_node::member::key);
    if (found == node->members.end())
      found = node->members.insert(found, {path, place, {}});
    node = &found->what;
  }
  *node = std::move(*parsed);
  return {};
}

value to_value(const config_node& node) {
  switch (node.is) {
  case config_node::kind::null:
    return {};
  case config_node::kind::scalar:
    return scalar_value(node);
  case config_node::kind::list: {
    value::list items;
    for (const auto& item : node.items)
      items.push_back(to_value(item));
    return items;
  }
  case config_node::kind::map: {
    value::object members;
    for (const auto& [key, place, what] : node.members)
      members.emplace_back(key, to_value(what));
    return members;
  }
  }
  return {};
}

} // namespace vedette
