#include "actors/configuration/config.hpp"
#include "actors/configuration/config_schema.hpp"
#include "actors/configuration/config_units.hpp"

#include <sstream>
#include <string_view>

namespace vedette {

namespace {

/// YAML takes these as what they are; all else goes into quotes, as JSON is YAML, too.
std::string quoted(const std::string& text) {
  constexpr std::string_view plain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
      "0123456789_-./";
  const bool is_plain = text.find_first_not_of(plain) == text.npos && !text.empty()
                        && text.front() != '-' && text != "null" && text != "Null"
                        && text != "NULL";
  return is_plain ? text : to_json(value{text});
}

std::string list(const std::vector<std::string>& items) {
  std::string text = "[";
  for (const auto& item : items)
    text += (text.size() > 1 ? ", " : "") + quoted(item);
  return text + "]";
}

/// A value as YAML.
struct rendering {
  const config_key& key;

  std::string operator()(std::monostate) const { return {}; }
  std::string operator()(const bool* on) const { return *on ? "on" : "off"; }
  std::string operator()(const unsigned* number) const {
    return std::to_string(*number);
  }
  std::string operator()(const std::size_t* number) const {
    return key.type == key_type::size ? format_size(*number) : std::to_string(*number);
  }
  std::string operator()(const std::chrono::nanoseconds* duration) const {
    return format_duration(*duration);
  }
  std::string operator()(const std::string* text) const { return quoted(*text); }
  std::string operator()(const std::vector<std::string>* items) const {
    return list(*items);
  }
  std::string operator()(const std::vector<std::uint16_t>* numbers) const {
    std::string text = "[";
    for (const auto number : *numbers)
      text += (text.size() > 1 ? ", " : "") + std::to_string(number);
    return text + "]";
  }
  std::string operator()(const choice* made) const {
    if (made->is == choice::how::listed)
      return list(made->names);
    return std::string{key.words[static_cast<std::size_t>(made->is)]};
  }
  template <class Word>
  requires std::is_enum_v<Word> std::string operator()(const Word* word) const {
    return std::string{key.words[static_cast<std::size_t>(*word)]};
  }
  std::string operator()(const std::vector<value>* items) const {
    return to_json(value::list{items->begin(), items->end()});
  }
  std::string operator()(const std::map<std::string, value>* members) const {
    return to_json(value::object{members->begin(), members->end()});
  }
  template <class Thing>
  std::string operator()(const std::map<std::string, Thing>*) const {
    return "{}";
  }
};

/// Writes the table's keys with the values of a config.
class writer {
public:
  writer(const config& what, bool documented) : what_{what}, documented_{documented} {}

  std::string write() {
    write_below("", "", 0);
    return std::move(out_);
  }

private:
  void line(std::size_t depth, const std::string& text) {
    out_ += lead_ + std::string(2 * depth, ' ') + text + "\n";
  }

  void explain(const config_key& key, std::size_t depth) {
    if (!documented_ || key.meaning.empty())
      return;
    if (depth == 0)
      out_ += lead_.empty() ? "\n" : "";
    const bool has_value = key.type != key_type::section && key.type != key_type::named
                           && key.type != key_type::anything
                           && key.type != key_type::text && key.type != key_type::word;
    std::istringstream words{std::string{key.meaning}
                             + (!has_value ? ""
                                : key.type == key_type::part
                                    ? " `off`: not at all."
                                    : " Expected: " + key.expected() + ".")};
    std::string text = "#";
    constexpr std::size_t columns = 88;
    for (std::string word; words >> word; text += " " + word) {
      if (lead_.size() + 2 * depth + text.size() + 1 + word.size() <= columns)
        continue;
      line(depth, text);
      text = "#";
    }
    line(depth, text);
  }

  void write_below(std::string_view pattern, const std::string& name,
                   std::size_t depth) {
    for (const auto* key : keys_in(pattern)) {
      explain(*key, depth);
      write_key(*key, name, depth);
    }
  }

  void write_key(const config_key& key, const std::string& name, std::size_t depth) {
    const auto slot = key.slot != nullptr ? key.slot(what_, name) : config_slot{};
    const auto leaf = std::string{key.leaf()} + ":";
    const auto* const* on = std::get_if<bool*>(&slot);
    switch (key.type) {
    case key_type::section:
    case key_type::part:
      if (on != nullptr && !**on)
        return line(depth, leaf + " off");
      line(depth, leaf);
      return write_below(key.path, name, depth + 1);
    case key_type::named:
      return write_named(key, names_in(slot), depth);
    default:
      if (documented_ && key.automatic != nullptr)
        return line(depth, leaf + " auto");
      return line(depth, leaf + " " + std::visit(rendering{key}, slot));
    }
  }

  void write_named(const config_key& key, const std::vector<std::string>& names,
                   std::size_t depth) {
    const auto* below = keys_in(key.path).front();
    const auto leaf = std::string{key.leaf()} + ":";
    line(depth, names.empty() ? leaf + " {}" : leaf);
    for (const auto& name : names) {
      line(depth + 1, quoted(name) + ":");
      write_below(below->path, name, depth + 2);
    }
    if (!names.empty() || !documented_)
      return;
    lead_ = "# ";
    line(depth + 1, "NAME:");
    write_below(below->path, "NAME", depth + 2);
    lead_.clear();
  }

  config what_; ///< A copy: slots are for writing, too.
  bool documented_;
  std::string lead_; ///< Before each line.
  std::string out_;
};

/// What a key is if it is not given; "" if there is no such thing.
std::string default_of(const config_key& key) {
  config defaults;
  if (key.automatic != nullptr)
    return "`auto`";
  if (key.slot == nullptr || key.type == key_type::part)
    return "";
  return "`" + std::visit(rendering{key}, key.slot(defaults, "NAME")) + "`";
}

} // namespace

std::string show(const config& what) {
  return writer{what, false}.write();
}

std::string documented_defaults() {
  return "# Vedette's configuration: every key with its default. Leave out what you do "
         "not\n"
         "# change; `vedette config check FILE` tells what is wrong, `vedette config "
         "show`\n"
         "# what applies. On the command line: --set pipeline.shards=4.\n"
         + writer{{}, true}.write();
}

std::string configuration_reference() {
  std::string text = "| Key | Default | Expected | Meaning |\n|---|---|---|---|\n";
  for (const auto& key : config_keys()) {
    if (key.meaning.empty())
      continue;
    const bool has_value = key.type != key_type::section && key.type != key_type::named;
    text += "| `" + std::string{key.path} + "` | " + (has_value ? default_of(key) : "")
            + " | " + (has_value ? key.expected() : "") + " | "
            + std::string{key.meaning} + " |\n";
  }
  return text;
}

} // namespace vedette
