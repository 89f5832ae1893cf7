// vedette_soak SECONDS: lets the data sources' states live through much more than they
// keep. Memory must be flat after the warm-up, and nothing that lives may be forgotten.
// Prints a line per source; exit code 1 if one does not keep its promise.

#include "tests/soak/soak.hpp"

#include <cstdlib>
#include <iostream>

namespace {

bool is_kept(const vedette::soak_result& result) {
  // A tenth is for what malloc keeps here and there.
  const bool flat =
      result.bytes_at_end <= result.bytes_after_warm_up + result.bytes_after_warm_up / 10;
  constexpr double mib = 1024.0 * 1024.0;
  std::cout << result.name << ": " << result.operations << " lives, heap "
            << static_cast<double>(result.bytes_after_warm_up) / mib
            << " MiB after warm-up, " << static_cast<double>(result.bytes_at_end) / mib
            << " MiB at the end" << (flat ? "" : ": NOT FLAT") << ", "
            << result.live_evicted << " live ones evicted\n";
  for (const auto& problem : result.problems)
    std::cout << result.name << ": " << problem << '\n';
  return flat && result.live_evicted == 0 && result.problems.empty()
         && result.operations > 0;
}

} // namespace

int main(int argc, char** argv) {
  const std::chrono::seconds limit{argc > 1 ? std::atoi(argv[1]) : 20};
  bool kept = true;
  for (const auto soak :
       {vedette::soak_process_tree, vedette::soak_containers, vedette::soak_dns})
    kept = is_kept(soak(limit / 3)) && kept;
  return kept ? 0 : 1;
}
