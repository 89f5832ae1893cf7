#pragma once

#include "actors/configuration/config_schema.hpp"
#include "actors/configuration/config_tree.hpp"

#include <string>
#include <vector>

namespace vedette {

/// Reads what was written into a config, as the table of keys says.
class config_reader {
public:
  config_reader(config& into, unsigned cores) : into_{into}, cores_{cores} {}

  void read(const config_node& root);

  /// All that is wrong, in the order of the file.
  [[nodiscard]] const std::vector<error>& problems() const { return problems_; }

private:
  /// A key as it was met: `sinks.<name>.take` as `sinks.out.take`, with the name.
  struct met {
    const config_key* key;
    std::string path;
    std::string name;
  };

  void read_section(const config_node& node, std::string_view pattern, const met& at);
  void read_named(const config_node& node, const met& at);
  void read_key(const config_node& node, const met& at);
  void read_value(const config_node& node, const met& at);

  void put(const config_node& node, const met& at, bool* to);
  void put(const config_node& node, const met& at, unsigned* to);
  void put(const config_node& node, const met& at, std::size_t* to);
  void put(const config_node& node, const met& at, std::chrono::nanoseconds* to);
  void put(const config_node& node, const met& at, std::string* to);
  void put(const config_node& node, const met& at, std::vector<std::string>* to);
  void put(const config_node& node, const met& at, std::vector<std::uint16_t>* to);
  void put(const config_node& node, const met& at, std::vector<value>* to);
  void put(const config_node& node, const met& at, choice* to);
  void put(const config_node& node, const met& at, std::map<std::string, value>* to);
  template <class Word>
  requires std::is_enum_v<Word>
  void put(const config_node& node, const met& at, Word* to);

  void unexpected(const config_node& node, const met& at);
  void unknown_key(const config_node::member& given, std::string_view pattern,
                   const std::string& path);
  void problem(const std::string& place, const std::string& what) {
    problems_.push_back({ec::invalid_config, place + ": " + what});
  }

  config& into_;
  unsigned cores_;
  std::vector<error> problems_;
};

} // namespace vedette
