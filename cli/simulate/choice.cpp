#include "cli/simulate/choice.hpp"

#include <algorithm>

namespace vedette::simulation {

std::expected<std::vector<act>, error> choose(const std::vector<std::string>& ids) {
  auto acts = all_acts();
  for (const auto& id : ids)
    if (id != "all" && std::ranges::find(acts, id, &act::id) == acts.end()) {
      std::string known = "all";
      for (const auto& one : acts)
        known += ", " + std::string{one.id};
      return std::unexpected{
          error{ec::invalid_config,
                "no signature '" + id + "' to simulate; there are " + known}};
    }
  if (std::ranges::find(ids, "all") == ids.end())
    std::erase_if(acts, [&](const act& one) {
      return std::ranges::find(ids, one.id) == ids.end();
    });
  return acts;
}

} // namespace vedette::simulation
