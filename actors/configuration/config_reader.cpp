#include "actors/configuration/config_reader.hpp"

#include "actors/configuration/config_units.hpp"

#include <algorithm>
#include <array>
#include <type_traits>

namespace vedette {

namespace {

/// Names stand in paths of keys, in names of actors and in metrics.
bool is_name(std::string_view text) {
  constexpr std::size_t longest = 32;
  return !text.empty() && text.size() <= longest
         && text.find_first_not_of(
                "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                "0123456789_-")
                == text.npos;
}

/// `did you mean 'shards'?`, or what there is.
std::string suggestion(std::string_view word,
                       const std::vector<std::string_view>& candidates) {
  if (const auto meant = nearest(word, candidates))
    return "did you mean '" + std::string{*meant} + "'?";
  std::string text = "expected ";
  if (candidates.size() > 1)
    text += "one of ";
  for (const auto candidate : candidates)
    text += (candidate == candidates.front() ? "" : ", ") + std::string{candidate};
  return text;
}

/// YAML 1.1 has more words for this than 1.2, and people use both.
std::optional<bool> parse_switch(std::string_view text) {
  constexpr std::array on{"on", "true", "yes"}, off{"off", "false", "no"};
  if (std::ranges::find(on, text) != on.end())
    return true;
  if (std::ranges::find(off, text) != off.end())
    return false;
  return {};
}

} // namespace

void config_reader::read(const config_node& root) {
  for (const auto& key : config_keys())
    if (key.automatic != nullptr)
      *std::get<unsigned*>(key.slot(into_, {})) = key.automatic(std::max(1U, cores_));
  constexpr config_key top{.path = "", .type = key_type::section};
  read_section(root, "", {&top, "", ""});
}

void config_reader::read_section(const config_node& node, std::string_view pattern,
                                 const met& at) {
  if (node.is == config_node::kind::null)
    return; // A section whose keys are all commented out.
  if (node.is != config_node::kind::map)
    return unexpected(node, at);
  for (const auto& given : node.members) {
    const auto path = (at.path.empty() ? "" : at.path + ".") + given.key;
    const auto below = keys_in(pattern);
    const auto key = std::ranges::find(below, std::string_view{given.key},
                                       [](const auto* one) { return one->leaf(); });
    if (key == below.end()) {
      unknown_key(given, pattern, at.path);
      continue;
    }
    into_.places.note(path, given.place);
    read_key(given.what, {*key, path, at.name});
  }
}

void config_reader::read_named(const config_node& node, const met& at) {
  if (node.is == config_node::kind::null)
    return;
  if (node.is != config_node::kind::map)
    return unexpected(node, at);
  std::visit(
      [](auto of) {
        if constexpr (requires { of->clear(); })
          of->clear();
      },
      at.key->slot(into_, {}));
  const auto* below = keys_in(at.key->path).front();
  for (const auto& given : node.members) {
    const auto path = at.path + "." + given.key;
    if (!is_name(given.key)) {
      problem(given.place,
              at.path + ": " + in_quotes(given.key)
                  + " is no name; expected up to 32 letters, digits, - or _");
      continue;
    }
    into_.places.note(path, given.place);
    below->slot(into_, given.key);
    read_section(given.what, below->path, {below, path, given.key});
  }
}

void config_reader::read_key(const config_node& node, const met& at) {
  switch (at.key->type) {
  case key_type::section:
    return read_section(node, at.key->path, at);
  case key_type::part:
    if (node.is == config_node::kind::scalar)
      return put(node, at, std::get<bool*>(at.key->slot(into_, at.name)));
    return read_section(node, at.key->path, at);
  case key_type::named:
    return read_named(node, at);
  default:
    // A value that is missing is where its key is.
    if (node.is != config_node::kind::null)
      into_.places.note(at.path, node.place);
    return read_value(node, at);
  }
}

void config_reader::read_value(const config_node& node, const met& at) {
  std::visit(
      [&](auto to) {
        if constexpr (requires { put(node, at, to); })
          put(node, at, to);
      },
      at.key->slot(into_, at.name));
}

void config_reader::put(const config_node& node, const met& at, bool* to) {
  const auto on = parse_switch(node.text);
  if (!on)
    return unexpected(node, at);
  *to = *on;
}

void config_reader::put(const config_node& node, const met& at, unsigned* to) {
  if (node.text == "auto" && at.key->automatic != nullptr)
    return; // Has been set.
  std::size_t wide = 0;
  const auto before = problems_.size();
  put(node, at, &wide);
  if (problems_.size() == before)
    *to = static_cast<unsigned>(wide);
}

void config_reader::put(const config_node& node, const met& at, std::size_t* to) {
  const auto number =
      at.key->type == key_type::size ? parse_size(node.text) : parse_count(node.text);
  if (!number || *number < at.key->least || *number > at.key->most)
    return unexpected(node, at);
  *to = *number;
}

void config_reader::put(const config_node& node, const met& at,
                        std::chrono::nanoseconds* to) {
  const auto duration = parse_duration(node.text);
  const auto limit = [](std::uint64_t count) {
    return std::chrono::nanoseconds{static_cast<std::int64_t>(count)};
  };
  if (!duration || *duration < limit(at.key->least) || *duration > limit(at.key->most))
    return unexpected(node, at);
  *to = *duration;
}

void config_reader::put(const config_node& node, const met& at, std::string* to) {
  if (node.is != config_node::kind::scalar || node.text.empty())
    return unexpected(node, at);
  *to = node.text;
}

void config_reader::put(const config_node& node, const met& at,
                        std::vector<std::string>* to) {
  if (node.is != config_node::kind::list)
    return unexpected(node, at);
  to->clear();
  for (const auto& item : node.items) {
    if (item.is != config_node::kind::scalar)
      problem(item.place, at.path + ": expected text in the list, got " + item.shown());
    else if (std::ranges::find(*to, item.text) != to->end())
      problem(item.place,
              at.path + ": " + in_quotes(item.text) + " comes twice; remove one");
    into_.places.note(at.path + "[" + std::to_string(to->size()) + "]", item.place);
    to->push_back(item.text);
  }
}

void config_reader::put(const config_node& node, const met& at,
                        std::vector<std::uint16_t>* to) {
  if (node.is != config_node::kind::list || node.items.empty())
    return unexpected(node, at);
  to->clear();
  for (const auto& item : node.items) {
    std::size_t number = 0;
    put(item, at, &number);
    if (std::ranges::find(*to, number) == to->end())
      to->push_back(static_cast<std::uint16_t>(number));
  }
}

void config_reader::put(const config_node& node, const met& at, std::vector<value>* to) {
  if (node.is != config_node::kind::list)
    return unexpected(node, at);
  to->clear();
  for (const auto& item : node.items) {
    into_.places.note(at.path + "[" + std::to_string(to->size()) + "]", item.place);
    to->push_back(to_value(item));
  }
}

void config_reader::put(const config_node& node, const met& at, choice* to) {
  if (node.is == config_node::kind::list) {
    to->is = choice::how::listed;
    return put(node, at, &to->names);
  }
  const auto found = std::ranges::find(at.key->words, std::string_view{node.text});
  if (node.text.empty() || found == at.key->words.end())
    return unexpected(node, at);
  *to = {static_cast<choice::how>(found - at.key->words.begin()), {}};
}

void config_reader::put(const config_node& node, const met& at,
                        std::map<std::string, value>* to) {
  if (node.is != config_node::kind::map)
    return node.is == config_node::kind::null ? void() : unexpected(node, at);
  for (const auto& given : node.members) {
    into_.places.note(at.path + "." + given.key, given.place);
    (*to)[given.key] = to_value(given.what);
  }
}

template <class Word>
requires std::is_enum_v<Word>
void config_reader::put(const config_node& node, const met& at, Word* to) {
  const auto found = std::ranges::find(at.key->words, std::string_view{node.text});
  if (found == at.key->words.end())
    return unexpected(node, at);
  *to = static_cast<Word>(found - at.key->words.begin());
}

void config_reader::unexpected(const config_node& node, const met& at) {
  const bool missing = node.is == config_node::kind::null;
  const auto place = missing ? into_.places.before(at.path) : node.place + ": ";
  const auto expected = at.path.empty() ? "keys such as pipeline" : at.key->expected();
  problems_.push_back(
      {ec::invalid_config, place + (at.path.empty() ? "" : at.path + ": ") + "expected "
                               + expected + ", got " + node.shown()});
}

void config_reader::unknown_key(const config_node::member& given,
                                std::string_view pattern, const std::string& path) {
  std::vector<std::string_view> known;
  for (const auto* key : keys_in(pattern))
    known.push_back(key->leaf());
  problem(given.place, "unknown key " + in_quotes(given.key)
                           + (path.empty() ? "" : " in " + path) + "; "
                           + suggestion(given.key, known));
}

} // namespace vedette
