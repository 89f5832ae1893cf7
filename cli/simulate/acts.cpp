#include "cli/simulate/act.hpp"
#include "signatures/finding_ids.hpp"

#include <algorithm>

namespace vedette::simulation {

std::vector<act> all_acts() {
  std::vector<act> all;
  for (const auto family :
       {file_acts(), kernel_acts(), memory_acts(), network_acts(), process_acts()})
    all.insert(all.end(), family.begin(), family.end());
  std::ranges::sort(all, {}, [](const act& one) {
    return std::ranges::find(signature_ids, one.id) - signature_ids.begin();
  });
  return all;
}

} // namespace vedette::simulation
