#include "actors/configuration/config_schema.hpp"

#include "actors/configuration/config_units.hpp"

namespace vedette {

namespace {

std::string joined(const std::vector<std::string_view>& words) {
  std::string text;
  for (const auto word : words)
    if (!word.empty())
      text += (text.empty() ? "" : ", ") + std::string{word};
  return text;
}

} // namespace

std::string_view config_key::leaf() const {
  return path.substr(path.rfind('.') + 1);
}

bool config_key::is_in(std::string_view parent) const {
  const auto dot = path.rfind('.');
  return dot == path.npos ? parent.empty() : path.substr(0, dot) == parent;
}

std::string config_key::expected() const {
  const auto range = [this](auto format) {
    return " from " + format(least) + " to " + format(most);
  };
  const auto format_ns = [](std::uint64_t count) {
    return format_duration(std::chrono::nanoseconds{static_cast<std::int64_t>(count)});
  };
  switch (type) {
  case key_type::section:
  case key_type::part:
  case key_type::named: {
    std::vector<std::string_view> below;
    for (const auto* key : keys_in(path))
      below.push_back(key->leaf());
    return (type == key_type::part ? "off or keys: " : "keys: ") + joined(below);
  }
  case key_type::count:
    return (automatic != nullptr ? "auto or a number" : "a number")
           + range([](std::uint64_t number) { return std::to_string(number); });
  case key_type::size:
    return "a size" + range(format_size) + ", such as 32MiB";
  case key_type::duration:
    return "a duration" + range(format_ns) + ", such as 100ms";
  case key_type::word:
    return words.size() == 1 ? std::string{words[0]} : "one of " + joined(words);
  case key_type::choice:
    return joined(words) + ", or a list such as [a, b]";
  case key_type::list:
    return "a list such as [a, b]";
  case key_type::numbers:
    return "a list of numbers"
           + range([](std::uint64_t number) { return std::to_string(number); });
  case key_type::objects:
    return "a list such as [{id: TRC-102, comm: gdb}]";
  case key_type::text:
    return "text";
  case key_type::anything:
    return "values by id, such as {VED-6: {servers: [nginx]}}";
  }
  return {};
}

std::vector<const config_key*> keys_in(std::string_view parent) {
  std::vector<const config_key*> found;
  for (const auto& key : config_keys())
    if (key.is_in(parent))
      found.push_back(&key);
  return found;
}

std::vector<std::string> names_in(const config_slot& slot) {
  return std::visit(
      [](auto of) {
        std::vector<std::string> names;
        if constexpr (requires { of->begin()->first; })
          for (const auto& [name, unused] : *of)
            names.push_back(name);
        return names;
      },
      slot);
}

} // namespace vedette
