#pragma once

#include "datasources/containers/runtime_answer.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

namespace vedette {

/// One try to have a runtime tell about a container.
struct attempt {
  std::string container_id;
  /// Its answer is known to be large: one such at a time.
  bool large = false;

  bool operator==(const attempt&) const = default;
};

/// Why an attempt has failed; names are those of the counters.
enum class attempt_failure : std::uint8_t {
  no_socket,  ///< It does not exist, or nobody listens.
  timed_out,  ///< No whole answer within the deadline.
  not_found,  ///< The runtime does not know the container, or not yet.
  refused,    ///< Answered with an error.
  broken,     ///< The connection ended within the answer.
  bad_answer, ///< Nothing that the runtime's interface allows.
  too_large,  ///< To be tried again alone, or too large even so.
};
inline constexpr std::array<std::string_view, 7> attempt_failure_names{
    "no_socket", "timed_out",  "not_found", "refused",
    "broken",    "bad_answer", "too_large"};

struct attempt_error {
  attempt_failure reason;
  std::string detail; ///< For people: `no answer within 2000 ms`.
};

struct found_container {
  container_facts facts;
  bool labels_dropped = false;
};

using attempt_result = std::expected<found_container, attempt_error>;

} // namespace vedette
