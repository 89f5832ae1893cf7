#pragma once

#include "datasources/containers/runtimes/attempt.hpp"

#include <cstddef>
#include <set>
#include <string>
#include <utility>

namespace vedette {

/// Puts a container's labels where they belong: Kubernetes writes there what pod it is
/// of.
class label_reader {
public:
  /// Labels of more than `limit` bytes are not kept, but read: whoever makes an image
  /// must not be able to hide a pod's name behind too many of them.
  label_reader(found_container& into, std::size_t limit) : into_{into}, limit_{limit} {}

  void add(std::string name, std::string text);
  /// Some were not even read.
  void add_too_many() { into_.labels_dropped = true; }
  /// After the last one. Then the container's own name among them, or "".
  std::string finish();

private:
  found_container& into_;
  std::size_t limit_;
  std::size_t bytes_ = 0;
  std::string name_;
};

/// Labels that mean something to label_reader.
const std::set<std::string, std::less<>>& known_labels();

} // namespace vedette
