#pragma once

#include "events/batch.hpp"
#include "events/text_pattern.hpp"
#include "events/value.hpp"
#include "runtime/errors.hpp"

#include <cstdint>
#include <expected>
#include <optional>
#include <string>

namespace vedette {

/// What a signature may find without its being told: an item of `signatures.except`.
struct finding_exception {
  std::string id;                         ///< Of the signature.
  std::optional<text_pattern> comm;       ///< Of the process.
  std::optional<text_pattern> path;       ///< Its executable, or the file it is about.
  std::optional<text_pattern> container;  ///< Id, 12 or more of its first digits, or name.
  std::optional<std::uint32_t> uid;

  /// `{id: TRC-102, comm: gdb}`: an id and at least one of comm, path, container and uid;
  /// texts are patterns (`*`, `?`). Errors: invalid_config, it is something else.
  static std::expected<finding_exception, error> parse(const value& item);

  /// Whether everything that it names is so. Cold: for events on which something was found.
  [[nodiscard]] bool covers(event_view event) const;

  bool operator==(const finding_exception&) const = default;
};

} // namespace vedette
