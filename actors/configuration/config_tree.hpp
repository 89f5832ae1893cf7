#pragma once

#include "events/value.hpp"
#include "runtime/errors.hpp"

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace vedette {

/// YAML as it was written, and where. Of yaml-cpp's nodes it differs in that it knows
/// of keys that come twice, and that parts of it can come from the command line.
struct config_node {
  enum class kind : std::uint8_t { null, scalar, list, map };
  struct member;

  kind is = kind::null;
  std::string text;    ///< Of a scalar.
  bool quoted = false; ///< Text, even if it looks like a number.
  std::string place;   ///< `FILE:LINE:COLUMN` or `--set KEY=VALUE`.
  std::vector<config_node> items;
  std::vector<member> members;

  [[nodiscard]] const config_node* find(std::string_view key) const;
  /// What a message calls it: `'12'`, `a list`, `keys`, `nothing`.
  [[nodiscard]] std::string shown() const;
};

struct config_node::member {
  std::string key;
  std::string place; ///< Of the key.
  config_node what;
};

/// One document, or none. `name` is that of the file. Errors: all that is wrong.
std::expected<config_node, std::vector<error>> parse_yaml(const std::string& name,
                                                          const std::string& text);

/// Applies `KEY.KEY=VALUE`: what was there is replaced, what was not is added.
std::expected<void, std::vector<error>> apply_set(config_node& root,
                                                  const std::string& set);

/// As anybody would read it: numbers, true and false, text, lists and maps.
value to_value(const config_node& node);

} // namespace vedette
