#pragma once

#include "events/value.hpp"

#include <string_view>

namespace vedette {

/// MITRE ATT&CK's entry for what a signature detects, as the properties that Tracee
/// has.
inline value::object attack(std::string_view category, std::string_view technique,
                            std::string_view id, std::string_view external_id) {
  return {{"Category", category},
          {"Technique", technique},
          {"id", id},
          {"external_id", external_id}};
}

} // namespace vedette
