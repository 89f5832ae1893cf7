#pragma once

#include "datasources/process_tree/process_tree.hpp"
#include "events/value.hpp"

#include <utility>

namespace vedette {

/// `[{pid, name, path}]`, the asked process first, as signatures put it in their
/// findings.
inline value lineage_data(const process_lineage& lineage) {
  value::list result;
  result.reserve(lineage.size());
  for (const auto& [at, process] : lineage)
    result.push_back(value::object{{"pid", process->pid},
                                   {"name", process->name.view()},
                                   {"path", process->path()}});
  return result;
}

} // namespace vedette
