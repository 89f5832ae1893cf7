#pragma once

#include "datasources/process_tree/process_tree.hpp"
#include "tests/support/events.hpp"

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// Lineages as the process tree answers them. [0] first.
namespace vedette {

/// One of a lineage. Pids count down from 100.
struct ancestor {
  std::string name = "p";
  std::string path = {}; ///< Empty: /bin/NAME
  std::uint32_t uid = 1000;
  std::uint16_t mode = 0755;
  std::string container = {};
  entity_id entity{};
  std::uint32_t ns_pid = 0; ///< 0: its pid.
  std::uint32_t ppid = 0;   ///< 0: the next one's pid.
};

inline get_result<tree_answer> lineage_of(const std::vector<ancestor>& all) {
  process_lineage result;
  std::uint32_t pid = 100;
  for (const auto& one : all) {
    process_info process;
    process.pid = pid--;
    process.ns_pid = one.ns_pid == 0 ? process.pid : one.ns_pid;
    process.ppid = process.ns_ppid = one.ppid == 0 ? pid : one.ppid;
    process.entity = one.entity;
    process.name = one.name;
    process.uid = one.uid;
    process.container_id = shared_text{one.container};
    const auto path = one.path.empty() ? "/bin/" + one.name : one.path;
    process.runs = program::of({.binary = {.path = path, .mode = one.mode}});
    result.push_back({at_ns(5), share(std::move(process))});
  }
  return share(tree_answer{std::move(result)});
}

inline get_result<tree_answer> lineage(const std::vector<std::string>& names) {
  std::vector<ancestor> all;
  for (const auto& name : names)
    all.push_back({.name = name});
  return lineage_of(all);
}

} // namespace vedette
