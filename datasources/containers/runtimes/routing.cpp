#include "datasources/containers/runtimes/routing.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace vedette {

routing::action routing::ask(const container_question& asked) {
  ++counts_.asked;
  if (open_.contains(asked.container_id)) {
    ++counts_.repeated;
    return places{};
  }
  places to;
  for (std::size_t place = 0; place < runtimes_.size(); ++place)
    if (asked.runtime == "unknown" || asked.runtime == runtimes_[place])
      to.push_back(place);
  if (to.empty())
    return fail(asked,
                asked.runtime == "unknown" ? "no runtime is asked" : "is not asked");
  if (open_.size() >= limit_) {
    ++counts_.dropped;
    return fail(asked, fmt::format("not asked: {} questions are open", limit_));
  }
  open_.emplace(asked.container_id, question{to, {}});
  return to;
}

routing::outcome routing::hear(std::size_t runtime, const std::string& container_id,
                               std::expected<container_facts, std::string> facts) {
  const auto found = open_.find(container_id);
  // Told too late: another one knew.
  if (found == open_.end() || std::erase(found->second.waiting_for, runtime) == 0)
    return {};
  auto& asked = found->second;
  if (!facts) {
    asked.failures.push_back(runtimes_[runtime] + ": " + facts.error());
    if (!asked.waiting_for.empty())
      return {};
    facts = std::unexpected{fmt::format("{}", fmt::join(asked.failures, "; "))};
  }
  ++(facts ? counts_.answered : counts_.failed);
  outcome result{container_answer{container_id, std::move(facts)},
                 std::move(asked.waiting_for)};
  open_.erase(found);
  return result;
}

std::vector<std::string> routing::asked_of(std::size_t runtime) const {
  std::vector<std::string> result;
  for (const auto& [id, asked] : open_)
    if (std::ranges::find(asked.waiting_for, runtime) != asked.waiting_for.end())
      result.push_back(id);
  return result;
}

runtimes_status routing::status() const {
  auto result = counts_;
  result.open = open_.size();
  return result;
}

container_answer routing::fail(const container_question& asked, std::string why) {
  ++counts_.failed;
  return {asked.container_id, std::unexpected{asked.runtime + ": " + std::move(why)}};
}

} // namespace vedette
