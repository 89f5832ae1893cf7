#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

// Data sources' states under a long life: see main.cpp.
namespace vedette {

struct soak_result {
  std::string name;
  std::uint64_t operations = 0;           ///< Lives, answers, containers.
  std::size_t bytes_after_warm_up = 0;    ///< Of the heap.
  std::size_t bytes_at_end = 0;
  std::uint64_t live_evicted = 0;         ///< Alive and no longer known: must be 0.
  std::vector<std::string> problems;      ///< Whatever else is wrong.
};

/// Each runs until it has done all it is to do or the time is over, whichever is first:
/// 10 million process lives, 1 million DNS answers, 100 000 containers.
soak_result soak_process_tree(std::chrono::seconds limit);
soak_result soak_containers(std::chrono::seconds limit);
soak_result soak_dns(std::chrono::seconds limit);

} // namespace vedette
