#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <malloc.h>
#include <string>
#include <utility>
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

/// Lets a host live until it has had `all` lives or the time is over; compares the heap
/// after `warm_up` of them with that at the end. A Host: lives(), live(), judge(result).
template <class Host>
soak_result soak(std::string name, std::uint64_t all, std::uint64_t warm_up,
                 std::chrono::seconds limit) {
  const auto end = std::chrono::steady_clock::now() + limit;
  soak_result result;
  result.name = std::move(name);
  Host some;
  bool is_warm = false; // A sanitizer's heap shows no sizes.
  while (some.lives() < all && std::chrono::steady_clock::now() < end) {
    some.live();
    if (!is_warm && some.lives() >= warm_up) {
      is_warm = true;
      result.bytes_after_warm_up = mallinfo2().uordblks;
    }
  }
  result.bytes_at_end = mallinfo2().uordblks;
  result.operations = some.lives();
  if (!is_warm)
    result.problems.push_back("the time was over before the warm-up was");
  some.judge(result);
  return result;
}

/// Each runs until it has done all it is to do or the time is over, whichever is first:
/// 10 million process lives, 1 million DNS answers, 100 000 containers.
soak_result soak_process_tree(std::chrono::seconds limit);
soak_result soak_containers(std::chrono::seconds limit);
soak_result soak_dns(std::chrono::seconds limit);

} // namespace vedette
