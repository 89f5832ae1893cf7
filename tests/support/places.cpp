#include "tests/support/places.hpp"

// The only file whose compile command names where it lies: the objects of all others are
// the same in every clone.
namespace vedette {

std::string source_path(const std::string& name) {
  return name.empty() ? VEDETTE_SOURCE_DIR : VEDETTE_SOURCE_DIR "/" + name;
}

std::string tested_binary() {
  return VEDETTE_BINARY;
}

} // namespace vedette
