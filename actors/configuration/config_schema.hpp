#pragma once

#include "actors/configuration/config.hpp"

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace vedette {

/// Where in a config a key's value lives. The maps are those of things by name.
using config_slot = std::variant<
    std::monostate, bool*, unsigned*, std::size_t*, std::chrono::nanoseconds*,
    std::string*, std::vector<std::string>*, choice*, collector_type*,
    compat_calls_policy*, sink_type*, dns_unsolicited*, std::vector<std::uint16_t>*,
    std::vector<value>*, std::map<std::string, value>*, std::map<std::string, config::collector>*,
    std::map<std::string, config::runner>*, std::map<std::string, config::sink>*>;

enum class key_type : std::uint8_t {
  section,  ///< Has keys below it.
  part,     ///< The same, and `off` switches it off.
  named,    ///< Has names below it, and the same keys below each of them.
  count,    ///< A number.
  size,     ///< Bytes.
  duration, ///< Nanoseconds.
  word,     ///< One of the words.
  choice,   ///< One of the words, or a list.
  list,     ///< Of text.
  numbers,  ///< A list of them.
  objects,  ///< A list of maps.
  text,
  anything,
};

/// A key of the configuration.
struct config_key {
  std::string_view path; ///< `sinks.<name>.take`
  key_type type;
  std::uint64_t least = 0, most = 0;
  /// In the order of the enumeration's values.
  std::vector<std::string_view> words = {};        ///< Empty: not in use.
  unsigned (*automatic)(unsigned cores) = nullptr; ///< What `auto` is on a host.
  std::string_view meaning = {};
  /// Makes what has a name, if it is not there.
  config_slot (*slot)(config& of, const std::string& name) = nullptr;

  [[nodiscard]] std::string_view leaf() const; ///< `take`
  [[nodiscard]] bool is_in(std::string_view parent) const;
  /// What a message expects: `auto, or a number from 1 to 256`.
  [[nodiscard]] std::string expected() const;
};

/// All keys; sections before what is in them, in the order of `config show`.
std::span<const config_key> config_keys();

/// The keys right below a path; "" is the top.
std::vector<const config_key*> keys_in(std::string_view parent);

/// Of a key of type `named`.
std::vector<std::string> names_in(const config_slot& slot);

} // namespace vedette
