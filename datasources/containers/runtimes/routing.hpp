#pragma once

#include "datasources/containers/runtime_answer.hpp"
#include "datasources/containers/runtimes/runtimes.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

namespace vedette {

/// Which runtimes are asked about a container, and what their answers amount to.
class routing {
public:
  /// Names of the runtimes that are on, in the order in which failures name them.
  routing(std::vector<std::string> runtimes, std::size_t limit)
      : runtimes_{std::move(runtimes)}, limit_{limit} {}

  /// Places in the list of runtimes; at most four.
  using places = std::vector<std::size_t>;

  /// What is to be done now about a question: ask some, nothing, or answer it.
  using action = std::variant<places, container_answer>;
  action ask(const container_question& asked);

  struct outcome {
    std::optional<container_answer> answer;
    places forget; ///< Need not go on.
  };
  /// A runtime has told, or given up and says why.
  outcome hear(std::size_t runtime, const std::string& container_id,
               std::expected<container_facts, std::string> facts);

  /// What is still asked of a runtime.
  [[nodiscard]] std::vector<std::string> asked_of(std::size_t runtime) const;

  /// Without `runtimes`.
  [[nodiscard]] runtimes_status status() const;

private:
  struct question {
    places waiting_for;
    std::vector<std::string> failures; ///< `docker: no answer within 2000 ms`
  };

  container_answer fail(const container_question& asked, std::string why);

  std::vector<std::string> runtimes_;
  std::size_t limit_;
  std::unordered_map<std::string, question> open_;
  runtimes_status counts_;
};

} // namespace vedette
