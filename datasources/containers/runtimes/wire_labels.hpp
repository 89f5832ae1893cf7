#pragma once

#include "datasources/containers/runtimes/labels.hpp"

#include <label.pb.h>
#include <string>

namespace vedette {

/// The entries of a map of labels as they stand in a message. → label_reader::finish().
template <class Entries>
std::string read_wire_labels(const Entries& entries, found_container& into,
                             std::size_t limit) {
  label_reader labels{into, limit};
  wire::Label one;
  for (const auto& entry : entries)
    if (one.ParseFromString(entry))
      labels.add(one.key(), one.value());
  return labels.finish();
}

} // namespace vedette
